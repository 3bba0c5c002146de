/// Random numbers that are the same for the same seed on every machine: SplitMix64.
public struct SeededGenerator {
  private var state: UInt64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to one below the limit.
  public mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// A number of a closed range.
  public mutating func next(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + next(below: range.count)
  }

  /// Whether something happens that happens `percent` times of a hundred.
  public mutating func happens(_ percent: Int) -> Bool { next(below: 100) < percent }

  /// One of some elements, which are at least one.
  public mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[next(below: elements.count)]
  }

  /// The index of one of some elements; nil where there is none.
  public mutating func place<Element>(in elements: [Element]) -> Int? {
    elements.isEmpty ? nil : next(below: elements.count)
  }

  /// The same elements in another order.
  public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var order = elements
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, next(below: last + 1))
    }
    return order
  }
}
