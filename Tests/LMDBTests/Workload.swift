import CZlib
import LMDB

/// Everything a store holds, as plain dictionaries: the model the store is compared with.
struct Model: Equatable {
  var notes: [UInt64: [UInt8]] = [:]
  var balances: [UInt64: Int64] = [:]
  var blocks: [UInt64: [UInt8]] = [:]

  /// Reads a whole store; a damaged row throws, and so does a block that does not prove itself.
  init(reading environment: Environment) throws {
    try environment.read { transaction throws in
      try transaction.scan(Tables.notes) { key, note in
        notes[key] = note.bytes
        return .next
      }
      try transaction.scan(Tables.balances) { key, balance in
        balances[UInt64(key.first) << 32 | UInt64(key.third)] = balance.earned
        return .next
      }
      try transaction.scanBlocks(Tables.blocks) { key, span in
        let block = span.withUnsafeBytes { Array($0) }
        guard isSound(block, number: key.second) else {
          throw LMDBError.corrupt(table: "blocks", key: [])
        }
        blocks[key.second] = block
        return .next
      }
    }
  }

  init() {}
}

/// A seeded workload of one commit at a time, applied to a store and to its model.
struct Workload {
  private(set) var model = Model()
  private var random: Seeded
  private var nextBlock: UInt64 = 0
  private let keySpace: UInt64

  init(seed: UInt64, keySpace: UInt64 = 2_000, continuing model: Model = Model()) {
    random = Seeded(seed)
    self.keySpace = keySpace
    self.model = model
    nextBlock = model.blocks.keys.max() ?? 0
  }

  /// One commit of a random mixture.
  mutating func commit(to environment: Environment, operations: Int) throws {
    var next = self
    try environment.write { transaction throws in
      for _ in 0..<operations { try next.operate(transaction) }
    }
    self = next
  }

  private mutating func operate(_ transaction: borrowing WriteTransaction) throws {
    let key = random.next() % keySpace
    switch random.next() % 100 {
    case 0..<40:
      let note = random.bytes(noteLength())
      try transaction.put(Tables.notes, key, Note(note))
      model.notes[key] = note
    case 40..<60:
      let wasThere = try transaction.delete(Tables.notes, key)
      guard wasThere == (model.notes.removeValue(forKey: key) != nil) else {
        throw TestFailure("delete disagrees with the model")
      }
    case 60..<80:
      let earned = Int64(bitPattern: random.next())
      let address = Key3(UInt32(key % 3), UInt16(0), UInt32(key))
      try transaction.put(Tables.balances, address, Balance(earned: earned, spendable: 0))
      model.balances[UInt64(address.first) << 32 | key] = earned
    case 80..<92:
      nextBlock += 1
      let block = sealed(random.bytes(Int(random.next() % 9_000) + 1), number: nextBlock)
      try transaction.appendBlock(Tables.blocks, Key2(7, nextBlock), byteCount: block.count) {
        $0.copyBytes(from: block)
      }
      model.blocks[nextBlock] = block
    case 92..<98:
      guard let old = model.blocks.keys.min() else { return }
      try transaction.delete(Tables.blocks, Key2(7, old))
      model.blocks[old] = nil
    case 98:
      let end = key + keySpace / 20
      let count = try transaction.deleteRange(
        Tables.notes, from: key, through: end, limit: .max)
      let gone = model.notes.keys.filter { ($0 >= key) && ($0 <= end) }
      guard gone.count == count else { throw TestFailure("deleteRange disagrees with the model") }
      for key in gone { model.notes[key] = nil }
    default:
      guard random.next() % 20 == 0 else { return }
      try transaction.clear(Tables.balances)
      model.balances = [:]
    }
  }

  private mutating func noteLength() -> Int {
    switch random.next() % 20 {
    case 0: Int(random.next() % 6_000)
    case 1: 2_000 + Int(random.next() % 60)
    default: Int(random.next() % 120)
    }
  }
}

/// A block that proves itself: a checksum over its number and content, then the content.
func sealed(_ content: [UInt8], number: UInt64) -> [UInt8] {
  withUnsafeBytes(of: checksum(content[...], number)) { Array($0) } + content
}

func isSound(_ block: [UInt8], number: UInt64) -> Bool {
  guard block.count > 8 else { return false }
  let stored = block.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
  return stored == checksum(block[8...], number)
}

private func checksum(_ content: ArraySlice<UInt8>, _ number: UInt64) -> UInt64 {
  content.withUnsafeBytes { bytes in
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return UInt64(crc32_z(UInt(truncatingIfNeeded: number), base, bytes.count))
  }
}
