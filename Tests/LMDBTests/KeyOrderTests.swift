import Testing

@testable import LMDB

@Suite("Keys sort as their Swift values do")
struct KeyOrderTests {
  private func bytes(_ key: some KeyCodec) -> [UInt8] {
    key.withEncoded { Array($0) }
  }

  private func check<Key: KeyCodec & Comparable>(_ keys: [Key]) {
    for (left, right) in zip(keys, keys.dropFirst()) {
      let order = bytes(left).withUnsafeBytes { left in
        bytes(right).withUnsafeBytes { compare(left, $0) }
      }
      #expect((left < right) == (order < 0))
      #expect((left == right) == (order == 0))
    }
    for key in keys {
      let encoded = bytes(key)
      #expect(encoded.count == Key.byteCount)
      #expect(encoded.withUnsafeBytes { Key.decode($0) } == key)
      #expect(encoded.dropLast().withUnsafeBytes { Key.decode($0) } == nil)
    }
  }

  private func integers<Number: FixedWidthInteger>(
    _ type: Number.Type, _ random: inout Seeded
  ) -> [Number] {
    var numbers: [Number] = [.min, .min + 1, 0, 1, .max - 1, .max]
    for _ in 0..<500 {
      numbers.append(Number(truncatingIfNeeded: random.next() >> (random.next() % 64)))
    }
    for _ in 0..<500 { numbers.append(Number.random(in: .min ... .max, using: &random)) }
    return numbers.shuffled(using: &random)
  }

  @Test("integers, unsigned and signed, from end to end")
  func integers() {
    var random = Seeded(1)
    check(integers(UInt8.self, &random))
    check(integers(UInt16.self, &random))
    check(integers(UInt32.self, &random))
    check(integers(UInt64.self, &random))
    check(integers(Int32.self, &random))
    check(integers(Int64.self, &random))
  }

  @Test("composites compare from left to right")
  func composites() {
    var random = Seeded(2)
    var pairs: [Key2<Int32, UInt64>] = []
    var triples: [Key3<UInt8, Int64, UInt16>] = []
    for _ in 0..<2_000 {
      let few = random.next()
      let near = Int32(truncatingIfNeeded: few % 5) - 2
      let small = UInt8(few % 3)
      let byte = UInt8(truncatingIfNeeded: random.next())
      pairs.append(Key2(near, random.next()))
      triples.append(Key3(small, Int64(near), UInt16(byte)))
    }
    check(pairs)
    check(triples)
  }

  @Test("a domain type sorts as what it is stored as")
  func domainKeys() {
    struct Day: DomainKey, Comparable {
      let program: UInt32
      let day: Int32
      var stored: Key2<UInt32, Int32> { Key2(program, day) }
      init(program: UInt32, day: Int32) {
        self.program = program
        self.day = day
      }
      init(stored: Key2<UInt32, Int32>) {
        program = stored.first
        day = stored.second
      }
      static func < (left: Day, right: Day) -> Bool { left.stored < right.stored }
    }
    var random = Seeded(3)
    check(
      (0..<500).map { _ in
        Day(
          program: UInt32(random.next() % 3), day: Int32(truncatingIfNeeded: random.next()))
      })
    #expect(Day.layout == [.unsigned(4), .signed(4)])
  }

  @Test("a store returns rows in the order of their keys")
  func storeOrder() throws {
    let table = Table<Key2<Int32, Int64>, Note>(0, "signed")
    let directory = try TestDirectory()
    let environment = try openStore(directory.store, tables: [table])
    var random = Seeded(4)
    let keys = (0..<300).map { _ in
      Key2(
        Int32(truncatingIfNeeded: random.next() % 7) - 3, Int64(bitPattern: random.next()))
    }
    try environment.write { transaction throws in
      for key in keys { try transaction.put(table, key, Note([1])) }
    }
    try environment.read { transaction throws in
      var found: [Key2<Int32, Int64>] = []
      try transaction.scan(table) { key, _ in
        found.append(key)
        return .next
      }
      #expect(found == keys.sorted())
    }
  }
}
