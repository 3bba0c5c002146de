/// Times of calls, in microseconds, and their percentiles.
struct Latencies: Sendable {
  private var times: [UInt32] = []
  private var isSorted = false

  mutating func add(_ new: [UInt32]) {
    times += new
    isSorted = false
  }

  mutating func add(_ microseconds: Int64) { add([UInt32(clamping: microseconds)]) }

  var count: Int { times.count }

  static func + (first: Latencies, second: Latencies) -> Latencies {
    var both = first
    both.add(second.times)
    return both
  }

  /// The time that so many of a hundred calls did not exceed, in milliseconds.
  mutating func percentile(_ percent: Double) -> Double {
    guard !times.isEmpty else { return 0 }
    if !isSorted { times.sort() }
    isSorted = true
    let place = Int((Double(times.count) * percent / 100).rounded(.up)) - 1
    return Double(times[min(max(place, 0), times.count - 1)]) / 1_000
  }
}
