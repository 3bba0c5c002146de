/// The dice of the generated class: SplitMix64, the same on every machine for the same seed.
struct ClassRandom {
  private var state: UInt64

  /// Starts the sequence of a seed.
  init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A whole number of a range.
  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// Whether something happens that happens so many times of a hundred.
  mutating func happens(percent: Int) -> Bool { number(in: 0...99) < percent }

  /// A whole number around the middle of a range, by the mean of three throws.
  mutating func around(_ range: ClosedRange<Int>) -> Int {
    (number(in: range) + number(in: range) + number(in: range)) / 3
  }
}
