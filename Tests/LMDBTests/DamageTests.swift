import LMDB
import Testing

/// What became of a store whose file was damaged.
enum DamageOutcome {
  /// Every row still reads as it was written.
  case harmless
  /// The opening, or the reading of the damaged row, said so.
  case found
}

@Suite("Damage to a data file is harmless or found, never a crash, never a wrong answer")
struct DamageTests {
  /// A populated store's file, with the rows it must answer.
  private func populated(
    seed: UInt64, operations: Int = 120
  ) throws -> (file: [UInt8], model: Model) {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    var workload = Workload(seed: seed, keySpace: 600)
    for _ in 0..<12 { try workload.commit(to: environment, operations: operations) }
    try environment.close()
    return (try readFile(directory.dataFile), workload.model)
  }

  /// Opens a damaged file and asks for everything; throws when an answer is wrong.
  private func trial(_ file: [UInt8], _ model: Model) throws -> DamageOutcome {
    let directory = try TestDirectory()
    try makeDirectory(directory.store)
    try writeFile(directory.dataFile, file)
    let environment: Environment
    do { environment = try openStore(directory.store) } catch { return .found }
    defer { try? environment.close() }
    // Whatever was put right: the last commit must not be given up.
    var found = environment.preflight?.recovery != nil
    try environment.read { transaction throws in
      for (key, bytes) in model.notes {
        guard try transaction.get(Tables.notes, key)?.bytes == bytes else {
          throw TestFailure("note \(key) reads wrong")
        }
      }
    }
    do {
      let readBack = try Model(reading: environment)
      guard readBack == model else { throw TestFailure("the rows read wrong") }
    } catch LMDBError.corrupt {
      found = true
    }
    var workload = Workload(seed: 5, keySpace: 600, continuing: model)
    try workload.commit(to: environment, operations: 200)
    do {
      guard try Model(reading: environment) == workload.model else {
        throw TestFailure("the rows read wrong after another commit")
      }
    } catch LMDBError.corrupt where found {}
    return found ? .found : .harmless
  }

  @Test("a file cut off anywhere is refused, or loses nothing but free pages")
  func truncation() throws {
    let (file, model) = try populated(seed: 11)
    var refused = 0
    for length in stride(from: 0, to: file.count, by: 2048) {
      let outcome = try trial(Array(file[..<length]), model)
      if outcome == .found { refused += 1 }
      if length < 8192 { #expect(outcome == .found) }
    }
    #expect(refused > file.count / 2048 / 2)
  }

  @Test(
    "single bits, swapped pages, zeroed sectors, moved bytes: 900 of them",
    arguments: 0..<(9 * scale))
  func mutations(batch: UInt64) throws {
    let (file, model) = try populated(seed: 20 + batch)
    var random = Seeded(batch)
    var outcomes: [DamageOutcome: Int] = [:]
    for _ in 0..<100 {
      outcomes[try trial(mutated(file, &random), model), default: 0] += 1
    }
    #expect(outcomes[.found, default: 0] > 20)
  }

  private func mutated(_ file: [UInt8], _ random: inout Seeded) -> [UInt8] {
    var bytes = file
    let pages = UInt64(file.count / 4096)
    let page = Int(random.next() % pages) * 4096
    switch random.next() % 10 {
    case 0..<4:
      bytes[Int(random.next() % UInt64(file.count))] ^= 1 << UInt8(random.next() % 8)
    case 4:
      bytes[page + Int(random.next() % 64)] ^= 1 << UInt8(random.next() % 8)
    case 5:
      bytes[Int(random.next() % 2) * 4096 + Int(random.next() % 152)] ^=
        1 << UInt8(random.next() % 8)
    case 6, 7:
      let other = Int(random.next() % pages) * 4096
      for offset in 0..<4096 { bytes.swapAt(page + offset, other + offset) }
    case 8:
      let sector = page + Int(random.next() % 8) * 512
      for offset in sector..<sector + 512 { bytes[offset] = 0 }
    default:
      let from = page + Int(random.next() % 4000)
      let to = page + Int(random.next() % 4000)
      for offset in 0..<16 { bytes[to + offset] = file[from + offset] }
    }
    return bytes
  }

  @Test("every bit of both meta pages: the last commit stands, or the opening says what it did")
  func metaBits() throws {
    let (file, model) = try populated(seed: 31, operations: 10)
    var outcomes: [DamageOutcome: Int] = [:]
    for page in [0, 4096] {
      for bit in 0..<152 * 8 {
        var bytes = file
        bytes[page + bit / 8] ^= 1 << UInt8(bit % 8)
        outcomes[try trial(bytes, model), default: 0] += 1
      }
    }
    #expect(outcomes[.found, default: 0] > 800)
  }
}
