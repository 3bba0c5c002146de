import Client
import JSONRPC

/// What `system.stats` says, and the difference of two sayings.
struct ServerFigures {
  /// How many took at most so many microseconds, but longer than the bucket before.
  struct Histogram {
    var buckets: [(under: Int64?, count: Int64)] = []

    /// A percentile in milliseconds, as if each bucket's times lay evenly in it.
    func percentile(_ percent: Double) -> Double {
      var rest = Double(buckets.reduce(0) { $0 + $1.count }) * percent / 100
      var low: Int64 = 0
      for bucket in buckets {
        let high = bucket.under ?? low * 2
        if rest <= Double(bucket.count) {
          let share = bucket.count == 0 ? 1 : rest / Double(bucket.count)
          return (Double(low) + share * Double(high - low)) / 1_000
        }
        rest -= Double(bucket.count)
        low = high
      }
      return Double(low) / 1_000
    }

    static func - (after: Histogram, before: Histogram) -> Histogram {
      var old: [Int64?: Int64] = [:]
      for bucket in before.buckets { old[bucket.under] = bucket.count }
      return Histogram(
        buckets: after.buckets.map { ($0.under, $0.count - old[$0.under, default: 0]) })
    }
  }

  var commits: Int64 = 0
  var changes: Int64 = 0
  var bytes: Int64 = 0
  var commitTimes = Histogram()
  var queryTimes = Histogram()

  /// Asks a server.
  init(_ client: Client) throws(ClientError) {
    self = try client.call("system.stats") { _ in
    } read: { result in
      var figures = ServerFigures()
      guard let object = result.object else { return figures }
      figures.commits = object["commits"]?.int64 ?? 0
      figures.changes = object["changes"]?.int64 ?? 0
      figures.bytes = object["bytes"]?.int64 ?? 0
      figures.commitTimes = Self.histogram(object["commitTimes"], "commits")
      figures.queryTimes = Self.histogram(object["queryTimes"], "queries")
      return figures
    }
  }

  private init() {}

  private static func histogram(_ value: JSONValue?, _ count: StaticString) -> Histogram {
    Histogram(
      buckets: value?.array?.map {
        ($0.object?["under"]?.int64, $0.object?[count]?.int64 ?? 0)
      } ?? [])
  }

  static func - (after: ServerFigures, before: ServerFigures) -> ServerFigures {
    var figures = ServerFigures()
    figures.commits = after.commits - before.commits
    figures.changes = after.changes - before.changes
    figures.bytes = after.bytes - before.bytes
    figures.commitTimes = after.commitTimes - before.commitTimes
    figures.queryTimes = after.queryTimes - before.queryTimes
    return figures
  }
}
