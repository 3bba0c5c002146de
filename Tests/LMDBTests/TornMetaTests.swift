import LMDB
import Testing

/// One commit, photographed: the data file before and after it.
private struct Photograph {
  let commit: UInt64
  let before: [UInt8]
  let after: [UInt8]
  let modelBefore: Model
  let modelAfter: Model

  /// The meta page that the commit rewrites.
  var metaPage: Int { Int(commit % 2) * 4096 }
}

private enum TornOutcome: Hashable {
  case before
  case after
  case refused
}

@Suite("A commit interrupted anywhere leaves the store as it was before it, or after it")
struct TornMetaTests {
  /// Commits of every shape: tiny, large, deleting, reusing pages, under an open reader.
  private func photographs(seed: UInt64, count: Int) throws -> [Photograph] {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    var workload = Workload(seed: seed, keySpace: 300)
    var photographs: [Photograph] = []
    for round in 0..<count {
      let before = try readFile(directory.dataFile)
      let modelBefore = workload.model
      let commit = try environment.usage().lastCommit
      let operations = [1, 40, 3, 150][round % 4]
      if round % 5 == 4 {
        try environment.read { _ throws in
          try workload.commit(to: environment, operations: operations)
        }
      } else {
        try workload.commit(to: environment, operations: operations)
      }
      guard try environment.usage().lastCommit == commit + 1 else { continue }
      photographs.append(
        Photograph(
          commit: commit + 1, before: before, after: try readFile(directory.dataFile),
          modelBefore: modelBefore, modelAfter: workload.model))
    }
    return photographs
  }

  private func open(_ image: [UInt8], _ photograph: Photograph) throws -> TornOutcome {
    let directory = try TestDirectory()
    try makeDirectory(directory.store)
    try writeFile(directory.dataFile, image)
    let environment: Environment
    do { environment = try openStore(directory.store) } catch { return .refused }
    defer { try? environment.close() }
    let commit = try environment.usage().lastCommit
    let model = try Model(reading: environment)
    let isBefore = model == photograph.modelBefore && commit == photograph.commit - 1
    guard isBefore || (model == photograph.modelAfter && commit == photograph.commit) else {
      throw TestFailure("commit \(photograph.commit): a third state, calling itself \(commit)")
    }
    var workload = Workload(seed: commit, keySpace: 300, continuing: model)
    try workload.commit(to: environment, operations: 30)
    try environment.close()
    let reopened = try openStore(directory.store)
    defer { try? reopened.close() }
    guard reopened.preflight?.recovery == nil, try Model(reading: reopened) == workload.model else {
      throw TestFailure("commit \(photograph.commit): wrong after recovery and one more commit")
    }
    return isBefore ? .before : .after
  }

  @Test(
    "before the meta page is written, any part of the new pages may have arrived",
    arguments: 0..<(4 * scale))
  func partialPages(seed: UInt64) throws {
    var random = Seeded(seed)
    for photograph in try photographs(seed: seed, count: 24) {
      for _ in 0..<12 {
        // Sectors of 512 bytes arrive or not; the file may have grown or not.
        let density = random.next() % 5
        var image = photograph.before
        if random.next() % 2 == 0, photograph.after.count > image.count {
          image += [UInt8](repeating: 0, count: photograph.after.count - image.count)
        }
        for sector in stride(from: 8192, to: image.count, by: 512)
        where sector < photograph.after.count && random.next() % 4 < density {
          image.replaceSubrange(
            sector..<sector + 512, with: photograph.after[sector..<sector + 512])
        }
        #expect(try open(image, photograph) == .before)
      }
    }
  }

  @Test("a meta page torn between sectors is whole", arguments: 0..<(4 * scale))
  func tornBetweenSectors(seed: UInt64) throws {
    for photograph in try photographs(seed: 40 + seed, count: 12) {
      for boundary in stride(from: 0, through: 4096, by: 512) {
        let image = torn(photograph) { $0 < boundary }
        #expect(try open(image, photograph) == (boundary == 0 ? .before : .after))
        let reverse = torn(photograph) { $0 >= boundary }
        #expect(try open(reverse, photograph) == (boundary == 0 ? .after : .before))
      }
    }
  }

  @Test(
    "a meta page torn inside its sector, at each word and in random mixtures",
    arguments: 0..<(4 * scale))
  func tornInsideSector(seed: UInt64) throws {
    var random = Seeded(seed)
    var outcomes: [TornOutcome: Int] = [:]
    for photograph in try photographs(seed: 60 + seed, count: 24) {
      for boundary in stride(from: 32, through: 152, by: 8) {
        outcomes[try open(torn(photograph) { $0 < boundary }, photograph), default: 0] += 1
        outcomes[try open(torn(photograph) { $0 >= boundary }, photograph), default: 0] += 1
      }
      for _ in 0..<16 {
        let words = random.next()
        let image = torn(photograph) { words >> UInt64($0 / 8) & 1 == 1 }
        outcomes[try open(image, photograph), default: 0] += 1
      }
    }
    #expect(outcomes[.refused, default: 0] == 0)
    #expect(outcomes[.before, default: 0] > 200)
    #expect(outcomes[.after, default: 0] > 200)
  }

  /// All the commit's pages, and of its meta page the bytes that `isNew` names.
  private func torn(_ photograph: Photograph, isNew: (Int) -> Bool) -> [UInt8] {
    var image = photograph.after
    for offset in 0..<4096 where !isNew(offset) {
      image[photograph.metaPage + offset] = photograph.before[photograph.metaPage + offset]
    }
    return image
  }
}
