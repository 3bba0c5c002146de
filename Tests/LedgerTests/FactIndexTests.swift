import Incentives
import Testing

@testable import Ledger

/// The index of known facts against a dictionary, and its serial form.
@Suite struct FactIndexTests {
  @Test func aFactOnceInsertedIsFoundAndAnyOtherIsNot() {
    var random = Seeded(1)
    var index = FactIndex()
    let known = (0..<30_000).map { _ in random.digest() }
    for (number, digest) in known.enumerated() { index.insert(digest, number: UInt64(number)) }
    for (number, digest) in known.enumerated() {
      #expect(index.numbers(of: digest) == [UInt64(number)])
    }
    for _ in 0..<30_000 { #expect(index.firstCandidate(for: random.digest()) == nil) }
    #expect(index.count == 30_000)
  }

  @Test func anEmptyIndexKnowsNothing() {
    var index = FactIndex()
    for digest in [Digest128(high: 0, low: 0), Digest128(high: .max, low: .max)] {
      index.touch(digest)
      #expect(index.firstCandidate(for: digest) == nil)
    }
    #expect(index.count == 0)
    #expect(index.all().isEmpty)
  }

  /// Digests so poor that they collide in shard, line or wholly, which good ones never do.
  enum Shape: CaseIterable {
    case oneShard, fewDigests, startOfShard, endOfShard, sameLow, any

    fileprivate func digest(_ random: inout Seeded) -> Digest128 {
      let full = random.digest()
      return switch self {
      case .oneShard: Digest128(high: full.high, low: full.low >> 11)
      case .fewDigests: Digest128(high: full.high % 2, low: (full.low % 20) << 55)
      case .startOfShard: Digest128(high: full.high % 4, low: full.low % 40)
      case .endOfShard: Digest128(high: full.high % 4, low: .max - full.low % 40)
      case .sameLow: Digest128(high: full.high % 300, low: 0)
      case .any: full
      }
    }
  }

  @Test(arguments: Shape.allCases, [11, 12, 13] as [UInt64])
  func theIndexAnswersLikeADictionary(shape: Shape, seed: UInt64) {
    var random = Seeded(seed)
    var index = FactIndex()
    var model: [Digest128: Set<UInt64>] = [:]
    for number in 0..<2_500 as Range<UInt64> {
      let digest = shape.digest(&random)
      index.insert(digest, number: number)
      model[digest.kept, default: []].insert(number)
      if random.next() % 400 == 0 { index.reserve(Int(random.next() % 200_000)) }
      let other = shape.digest(&random)
      index.touch(other)
      #expect(Set(index.numbers(of: other)) == model[other.kept, default: []])
    }
    for (digest, numbers) in model {
      let found = index.numbers(of: digest)
      #expect(Set(found) == numbers)
      #expect(found.count == numbers.count, "none is offered twice")
    }
    let all = index.all()
    #expect(all.count == 2_500)
    #expect(all.allSatisfy { model[$0.digest, default: []].contains($0.number) })
    #expect(Set(all.map(\.number)).count == 2_500)
  }

  @Test func onlyEightyEightBitsOfTheDigestCount() {
    var index = FactIndex()
    index.insert(Digest128(high: 0xabc, low: 5), number: 9)
    #expect(index.numbers(of: Digest128(high: 0xffff_ffff_ff00_0abc, low: 5)) == [9])
    for bit in 0..<24 as Range<UInt64> {
      #expect(index.numbers(of: Digest128(high: 0xabc ^ 1 << bit, low: 5)) == [])
    }
    for bit in 0..<64 as Range<UInt64> {
      #expect(index.numbers(of: Digest128(high: 0xabc, low: 5 ^ 1 << bit)) == [])
    }
  }

  @Test func theLowestAndTheHighestNumberComeBack() {
    var index = FactIndex()
    let digest = Digest128(high: 0, low: 0)
    index.insert(digest, number: 0)
    index.insert(digest, number: FactIndex.numberMax)
    #expect(Set(index.numbers(of: digest)) == [0, 1_099_511_627_774])
  }

  @Test func aNumberBeyondFortyBitsIsABug() async {
    await #expect(processExitsWith: .failure) {
      var index = FactIndex()
      index.insert(Digest128(high: 0, low: 0), number: FactIndex.numberMax + 1)
    }
  }

  @Test func memoryStaysAtTwentyFiveBytesAFactBecauseShardsTakeTurns() {
    var random = Seeded(3)
    var index = FactIndex()
    for number in 0..<200_000 as Range<UInt64> {
      index.insert(random.digest(), number: number)
      guard number >= 100_000, number % 5_000 == 0 else { continue }
      let bytesPerFact = Double(index.bytes) / Double(index.count)
      #expect((23...27).contains(bytesPerFact), "at \(number)")
    }
  }

  @Test func reservedRoomIsEnough() {
    var random = Seeded(4)
    var index = FactIndex()
    index.reserve(100_000)
    let reserved = index.bytes
    #expect(reserved < 100_000 * 27)
    for number in 0..<90_000 as Range<UInt64> { index.insert(random.digest(), number: number) }
    #expect(index.bytes < reserved * 102 / 100)
    index.reserve(50)
    #expect(index.bytes >= reserved, "reserving never shrinks")
  }
}

/// What the follower keeps of the index.
@Suite struct FactIndexChunkTests {
  let hash = KeyedHash(key: (3, 5))

  @Test(arguments: [21, 22, 23] as [UInt64])
  func whatGoesInComesOut(seed: UInt64) throws {
    var random = Seeded(seed)
    var chunk = FactIndexChunk(program: 0xffff_fffe, firstNumber: random.next() % 1_000)
    var expected: [Entry] = []
    for _ in 0..<500 {
      let digest = random.digest()
      let number = chunk.nextNumber + random.next() % (1 << (random.next() % 31))
      chunk.append(digest, number: number)
      expected.append(Entry(digest: digest.kept, number: number))
    }
    let opened = try open(chunk.sealed(under: hash))
    #expect(opened.entries() == expected)
    #expect(opened.program == 0xffff_fffe)
    #expect(opened.firstNumber == chunk.firstNumber)
    #expect(opened.nextNumber == chunk.nextNumber)
    #expect(opened.count == 500)
    #expect(opened.sealed(under: hash) == chunk.sealed(under: hash))
  }

  @Test func aRunOfFactsTakesTwelveBytesEach() {
    let bytes = sample(count: 1_000).sealed(under: hash)
    #expect(bytes.count == 12 * 1_000 + 25)
    #expect(bytes.count == sample(count: 1_000).byteCount)
  }

  @Test func theFormatIsFixed() {
    var chunk = FactIndexChunk(program: 0x0102_0304, firstNumber: 0x1234)
    chunk.append(Digest128(high: 0xff_1312_11, low: 0x0807_0605_0403_0201), number: 0x1234 + 300)
    let body: [UInt8] =
      [1, 4, 3, 2, 1, 0x34, 0x12, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
      + [1, 2, 3, 4, 5, 6, 7, 8, 0x11, 0x12, 0x13, 0xac, 0x02]
    #expect(chunk.sealed(under: hash) == resealed(body))
  }

  @Test func anOpenedChunkCanBeContinued() throws {
    var continued = try open(sample(count: 10).sealed(under: hash))
    continued.append(Digest128(high: 1, low: 2), number: 700)
    var whole = sample(count: 10)
    whole.append(Digest128(high: 1, low: 2), number: 700)
    #expect(continued.sealed(under: hash) == whole.sealed(under: hash))
  }

  @Test func anEmptyChunkIsAChunk() throws {
    let opened = try open(sample(count: 0).sealed(under: hash))
    #expect(opened.entries() == [])
    #expect(opened.nextNumber == 100)
  }

  @Test func everyFlippedBitIsFound() {
    let bytes = sample(count: 4).sealed(under: hash)
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let expected: FactIndexChunk.Failure =
        bit < 8 ? .unknownFormat(damaged[0]) : .sealBroken
      #expect(throws: expected) { try open(damaged) }
    }
  }

  @Test func everyShorterPieceIsFound() {
    let bytes = sample(count: 3).sealed(under: hash)
    for length in 0..<bytes.count {
      #expect(throws: length < 25 ? .truncated : FactIndexChunk.Failure.sealBroken) {
        try open(Array(bytes[..<length]))
      }
    }
  }

  @Test func aChunkOfAnotherStoreIsRefused() {
    let foreign = sample(count: 3).sealed(under: KeyedHash(key: (3, 6)))
    #expect(throws: FactIndexChunk.Failure.sealBroken) { try open(foreign) }
  }

  @Test func wellSealedNonsenseIsRefused() {
    let good = Array(sample(count: 2).sealed(under: hash).dropLast(8))
    var tooFew = good
    tooFew[13] = 3
    var tooMany = good
    tooMany[13] = 1
    var beyondNumberMax = good
    beyondNumberMax.replaceSubrange(5..<13, with: [0xfe, 0xff, 0xff, 0xff, 0xff, 0, 0, 0])
    let twoSpellings = good.dropLast() + [0x80, 0x00]
    let gapWithoutEnd = good.dropLast() + [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]
    let gapCutOff = good.dropLast() + [0x80]
    let gapBeyondNumberMax = good.dropLast() + [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]
    for body in [
      tooFew, tooMany, beyondNumberMax, good + [0], Array(good.dropLast()), Array(twoSpellings),
      Array(gapWithoutEnd), Array(gapCutOff), Array(gapBeyondNumberMax),
    ] {
      #expect(throws: FactIndexChunk.Failure.malformed) { try open(resealed(body)) }
    }
    #expect(throws: Never.self) { try open(resealed(good)) }
  }

  @Test func numbersThatDoNotRiseAreABug() async {
    await #expect(processExitsWith: .failure) {
      var chunk = FactIndexChunk(program: 1, firstNumber: 5)
      chunk.append(Digest128(high: 0, low: 0), number: 5)
      chunk.append(Digest128(high: 0, low: 1), number: 5)
    }
  }

  @Test func anIndexRebuiltFromChunksKnowsTheSame() throws {
    var random = Seeded(31)
    var index = FactIndex()
    var rebuilt = FactIndex()
    var chunk = FactIndexChunk(program: 1, firstNumber: 0)
    for number in 0..<20_000 as Range<UInt64> {
      let digest = random.digest()
      index.insert(digest, number: number)
      chunk.append(digest, number: number)
      guard number % 340 == 339 || number == 19_999 else { continue }
      rebuilt.insert(try open(chunk.sealed(under: hash)))
      chunk = FactIndexChunk(program: 1, firstNumber: number + 1)
    }
    #expect(rebuilt.count == 20_000)
    #expect(Set(rebuilt.all()) == Set(index.all()))
  }

  private func sample(count: UInt64) -> FactIndexChunk {
    var random = Seeded(5)
    var chunk = FactIndexChunk(program: 7, firstNumber: 100)
    for number in 0..<count { chunk.append(random.digest(), number: 100 + number) }
    return chunk
  }

  @discardableResult
  private func open(_ bytes: [UInt8]) throws -> FactIndexChunk {
    try bytes.withUnsafeBytes { try FactIndexChunk(opening: $0, under: hash) }
  }

  private func resealed(_ body: [UInt8]) -> [UInt8] {
    let seal = body.withUnsafeBytes(hash.hash64)
    return body + (0..<8).map { UInt8(truncatingIfNeeded: seal >> UInt64(8 * $0)) }
  }
}

private struct Entry: Hashable {
  let digest: Digest128
  let number: UInt64
}

extension FactIndex {
  fileprivate func numbers(of digest: Digest128) -> [UInt64] {
    var numbers: [UInt64] = []
    var candidate = firstCandidate(for: digest)
    while let found = candidate {
      numbers.append(found.number)
      candidate = nextCandidate(for: digest, after: found)
    }
    return numbers
  }

  fileprivate func all() -> [Entry] {
    var entries: [Entry] = []
    forEach { entries.append(Entry(digest: $0, number: $1)) }
    return entries
  }
}

extension FactIndexChunk {
  fileprivate func entries() -> [Entry] {
    var entries: [Entry] = []
    forEach { entries.append(Entry(digest: $0, number: $1)) }
    return entries
  }
}

extension Digest128 {
  /// The part of the digest that the index keeps.
  fileprivate var kept: Digest128 { Digest128(high: high & 0xff_ffff, low: low) }
}

/// SplitMix64: the same sequence for the same seed, everywhere.
private struct Seeded {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }

  mutating func digest() -> Digest128 { Digest128(high: next(), low: next()) }
}
