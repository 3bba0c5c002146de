/// The first index of a range that satisfies a test which, once satisfied, stays so to the end.
///
/// Eight-way instead of binary: seven independent looks at a time, counted without a branch, so
/// that their memory is fetched together. Three rounds search 256 places, where halving waits eight
/// times.
@inlinable
@inline(__always)
func boundary(in range: Range<Int>, where test: (Int) -> Bool) -> Int {
  var low = range.lowerBound
  var high = range.upperBound
  while high - low >= 8 {
    let step = (high - low) / 8
    var failed = 0
    for look in 1...7 { failed &+= test(low &+ look &* step) ? 0 : 1 }
    if failed < 7 { high = low + (failed + 1) * step }
    if failed > 0 { low += failed * step + 1 }
  }
  var failed = 0
  for index in low..<high { failed &+= test(index) ? 0 : 1 }
  return low + failed
}

extension [Int64] {
  /// The first index, from a start, whose value satisfies a test that then stays satisfied.
  @inlinable
  @inline(__always)
  func boundary(from start: Int = 0, where test: (Int64) -> Bool) -> Int {
    withUnsafeBufferPointer { values in
      Incentives.boundary(in: start..<values.count) { test(values[$0]) }
    }
  }
}
