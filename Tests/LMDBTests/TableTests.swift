import LMDB
import Testing

@Suite("Tables answer as a sorted dictionary would")
struct TableTests {
  @Test("put, insert, append and delete say what they did")
  func writing() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    try environment.write { transaction throws in
      try transaction.put(Tables.notes, 5, Note([1]))
      try transaction.put(Tables.notes, 5, Note([2]))
      #expect(try transaction.insert(Tables.notes, 5, Note([3])) == false)
      #expect(try transaction.insert(Tables.notes, 6, Note([6])) == true)
      #expect(throws: LMDBError.keyExists(table: "notes")) {
        try transaction.append(Tables.notes, 6, Note([7]))
      }
      try transaction.append(Tables.notes, 7, Note([]))
      #expect(try transaction.delete(Tables.notes, 6) == true)
      #expect(try transaction.delete(Tables.notes, 6) == false)
    }
    try environment.read { transaction throws in
      #expect(try transaction.get(Tables.notes, 5) == Note([2]))
      #expect(try transaction.get(Tables.notes, 6) == nil)
      #expect(try transaction.get(Tables.notes, 7) == Note([]))
      #expect(try transaction.contains(Tables.notes, 7))
      #expect(try transaction.count(Tables.notes) == 2)
    }
    try environment.write { transaction throws in try transaction.clear(Tables.notes) }
    try environment.read { transaction throws in
      #expect(try transaction.count(Tables.notes) == 0)
      #expect(try transaction.key(Tables.notes, at: .lowest) == nil)
      #expect(try transaction.key(Tables.notes, at: .atOrBefore(.max)) == nil)
    }
  }

  @Test("every place and every range, both ways, against a sorted array")
  func placesAndRanges() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    var random = Seeded(9)
    let keys = Set((0..<400).map { _ in random.next() % 2_000 }).sorted()
    try environment.write { transaction throws in
      for key in keys { try transaction.put(Tables.notes, key, Note([UInt8(key % 251)])) }
    }
    try environment.read { transaction throws in
      #expect(try transaction.key(Tables.notes, at: .lowest) == keys.first)
      #expect(try transaction.key(Tables.notes, at: .highest) == keys.last)
      for _ in 0..<300 {
        let low = random.next() % 2_100
        let high = random.next() % 2_100
        #expect(try transaction.key(Tables.notes, at: .atOrAfter(low)) == keys.first { $0 >= low })
        #expect(try transaction.key(Tables.notes, at: .atOrBefore(low)) == keys.last { $0 <= low })
        let expected = keys.filter { $0 >= low && $0 <= high }
        #expect(try scanned(transaction, low, high, .ascending) == expected)
        #expect(try scanned(transaction, low, high, .descending) == expected.reversed())
      }
      #expect(try scanned(transaction, nil, nil, .ascending) == keys)
      #expect(try scanned(transaction, nil, nil, .descending) == keys.reversed())
    }
  }

  private func scanned(
    _ transaction: borrowing ReadTransaction, _ low: UInt64?, _ high: UInt64?, _ order: ScanOrder
  ) throws -> [UInt64] {
    var keys: [UInt64] = []
    try transaction.scan(Tables.notes, from: low, through: high, order: order) { key, note in
      #expect(note.bytes == [UInt8(key % 251)])
      keys.append(key)
      return .next
    }
    return keys
  }

  @Test("a scan stops when it is told to, and passes errors on")
  func stopping() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    try environment.write { transaction throws in
      for key in 0..<10 { try transaction.put(Tables.notes, UInt64(key), Note([])) }
    }
    try environment.read { transaction throws in
      var visited = 0
      try transaction.scan(Tables.notes) { key, _ in
        visited += 1
        return key == 3 ? .stop : .next
      }
      #expect(visited == 4)
      #expect(throws: TestFailure.self) {
        try transaction.scan(Tables.notes) { _, _ in throw TestFailure("stop") }
      }
    }
  }

  @Test("deleteRange removes no more than its limit, from the low end")
  func deleteRange() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    try environment.write { transaction throws in
      for key in 0..<20 { try transaction.put(Tables.notes, UInt64(key), Note([])) }
      #expect(try transaction.deleteRange(Tables.notes, from: 5, through: 14, limit: 4) == 4)
      #expect(try transaction.deleteRange(Tables.notes, from: 5, through: 14, limit: 100) == 6)
    }
    try environment.read { transaction throws in
      #expect(try transaction.key(Tables.notes, at: .atOrAfter(5)) == 15)
      #expect(try transaction.count(Tables.notes) == 10)
    }
  }

  @Test("blocks are filled in place and come back byte for byte")
  func blocks() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    let large = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try environment.write { transaction throws in
      try transaction.appendBlock(Tables.blocks, Key2(1, 1), byteCount: large.count) {
        $0.copyBytes(from: large)
      }
      try transaction.putBlock(Tables.blocks, Key2(1, 2), byteCount: 3) {
        $0.copyBytes(from: [1, 2, 3])
      }
      #expect(throws: LMDBError.keyExists(table: "blocks")) {
        try transaction.appendBlock(Tables.blocks, Key2(1, 2), byteCount: 1) { $0[0] = 0 }
      }
    }
    try environment.read { transaction throws in
      let read = try transaction.withBlock(Tables.blocks, Key2(1, 1)) { span in
        span.withUnsafeBytes { Array($0) }
      }
      #expect(read == large)
      #expect(try transaction.withBlock(Tables.blocks, Key2(9, 9)) { $0.byteCount } == nil)
      var sizes: [Int] = []
      try transaction.scanBlocks(Tables.blocks, order: .descending) { _, span in
        sizes.append(span.byteCount)
        return .next
      }
      #expect(sizes == [3, 1_000_000])
    }
  }

  @Test("an old value format stays readable, and is written in the new one")
  func olderVersions() throws {
    struct Named: ValueCodec, Equatable {
      static var typeID: UInt32 { 2 }
      static var formatVersion: UInt8 { 2 }
      static var oldestVersion: UInt8 { 1 }
      var earned: Int64
      var rank: Int32
      var byteCount: Int { 12 }
      func encode(into writer: inout ValueWriter) {
        writer.append(earned)
        writer.append(rank)
      }
      init(earned: Int64, rank: Int32) {
        self.earned = earned
        self.rank = rank
      }
      init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
        earned = try reader.next()
        if version == 1 {
          _ = try reader.next(as: Int64.self)
          rank = 0
        } else {
          rank = try reader.next()
        }
      }
    }
    let newer = Table<Key3<UInt32, UInt16, UInt32>, Named>(1, "balances")
    let directory = try TestDirectory()
    let old = try openStore(directory.store)
    try old.write { transaction throws in
      try transaction.put(Tables.balances, Key3(1, 2, 3), Balance(earned: 70, spendable: 5))
    }
    try old.close()
    let environment = try openStore(directory.store, tables: [newer])
    try environment.write { transaction throws in
      #expect(try transaction.get(newer, Key3(1, 2, 3)) == Named(earned: 70, rank: 0))
      try transaction.put(newer, Key3(1, 2, 4), Named(earned: 71, rank: 9))
      #expect(try transaction.get(newer, Key3(1, 2, 4)) == Named(earned: 71, rank: 9))
    }
    try environment.close()
    #expect(throws: LMDBError.self, "the old program must not open it any more") {
      _ = try openStore(directory.store)
    }
  }
}
