/// The words of one kind in a program, and their numbers: text → number by hash, number → text.
///
/// Open addressing over 4-byte slots; a hit is confirmed against the bytes. Hashes are keyed and come
/// from the edge, so nobody outside can choose words that collide. A number is never given up; its word
/// can be replaced by another.
public struct NameTable {
  private var slots: ContiguousArray<UInt32>
  private var hashes: ContiguousArray<UInt64> = [0]
  private var texts: ContiguousArray<TextRef> = [.empty]
  private var arena = ByteArena()
  /// Slots that lead to words that were replaced.
  private var replaced = 0

  /// Makes an empty table.
  public init() { slots = ContiguousArray(repeating: 0, count: 16) }

  /// How many words there are; also the greatest number.
  public var count: Int { texts.count - 1 }

  /// Whether no further word can be taken (`limit_reached`).
  public var isFull: Bool { arena.isFull }

  /// Bytes held.
  public var bytes: Int { slots.capacity * 4 + hashes.capacity * 16 + arena.bytes.capacity }

  /// The number of a word; nil where it has none.
  public func number(of word: UnsafeRawBufferPointer, hash: UInt64) -> UInt32? {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while true {
      let number = slots[slot]
      if number == 0 { return nil }
      if hashes[Int(number)] == hash,
        arena.withBytes(texts[Int(number)], { compareBytes($0, word) == 0 })
      {
        return number
      }
      slot = (slot + 1) & (slots.count - 1)
    }
  }

  /// Gives a new word the next number.
  @discardableResult
  public mutating func add(_ word: UnsafeRawBufferPointer, hash: UInt64) -> UInt32 {
    if (texts.count + replaced) * 4 > slots.count * 3 { grow() }
    let number = UInt32(texts.count)
    hashes.append(hash)
    texts.append(arena.append(word))
    place(number)
    return number
  }

  /// Gives a number another word; the bytes of the one before are overwritten.
  mutating func replace(_ number: UInt32, by word: UnsafeRawBufferPointer, hash: UInt64) {
    arena.clear(texts[Int(number)])
    hashes[Int(number)] = hash
    texts[Int(number)] = arena.append(word)
    // The slot of the word before leads to this number too, and is passed by since the hash differs.
    if (texts.count + replaced) * 4 > slots.count * 3 { grow() }
    replaced += 1
    place(number)
  }

  /// Lends the bytes of a word; empty where the number is 0.
  public func withWord<R>(
    _ number: UInt32, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    try arena.withBytes(texts[Int(number)], body)
  }

  /// The word as a String; for cold paths.
  public func word(_ number: UInt32) -> String { arena.string(texts[Int(number)]) }

  private mutating func place(_ number: UInt32) {
    var slot = Int(truncatingIfNeeded: hashes[Int(number)]) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = number
  }

  private mutating func grow() {
    slots = ContiguousArray(repeating: 0, count: slots.count * 2)
    replaced = 0
    for number in 1..<UInt32(texts.count) { place(number) }
  }
}
