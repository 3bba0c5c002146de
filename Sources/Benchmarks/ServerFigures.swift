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

    static func - (after: Histogram, before: Histogram) -> Histogram { after.joined(before, -) }

    static func + (first: Histogram, second: Histogram) -> Histogram { first.joined(second, +) }

    private func joined(_ other: Histogram, _ join: (Int64, Int64) -> Int64) -> Histogram {
      var counts: [Int64?: Int64] = [:]
      for bucket in other.buckets { counts[bucket.under] = bucket.count }
      let all = buckets.isEmpty ? other.buckets.map { ($0.under, 0) } : buckets
      return Histogram(
        buckets: all.map { ($0.under, join($0.count, counts[$0.under, default: 0])) })
    }
  }

  var commits: Int64 = 0
  var changes: Int64 = 0
  var bytes: Int64 = 0
  var commitTimes = Histogram()
  var queryTimes = Histogram()
  /// Records that the tables are behind the journal.
  var followerLag: Int64 = 0

  /// Asks a server.
  init(_ client: Client) throws(ClientError) {
    self = try client.call("system.stats") { _ in
    } read: { result in
      var figures = ServerFigures()
      guard let object = result.object else { return figures }
      figures.commits = object["commits"]?.int64 ?? 0
      figures.changes = object["changes"]?.int64 ?? 0
      figures.bytes = object["bytes"]?.int64 ?? 0
      figures.followerLag = object["followerLag"]?.int64 ?? 0
      figures.commitTimes = Self.histogram(object["commitTimes"], "commits")
      figures.queryTimes = Self.histogram(object["queryTimes"], "queries")
      return figures
    }
  }

  init() {}

  private static func histogram(_ value: JSONValue?, _ count: StaticString) -> Histogram {
    Histogram(
      buckets: value?.array?.map {
        ($0.object?["under"]?.int64, $0.object?[count]?.int64 ?? 0)
      } ?? [])
  }

  static func - (after: ServerFigures, before: ServerFigures) -> ServerFigures {
    after.joined(before, -) { $0 - $1 }
  }

  static func + (first: ServerFigures, second: ServerFigures) -> ServerFigures {
    first.joined(second, +) { $0 + $1 }
  }

  private func joined(
    _ other: ServerFigures, _ join: (Int64, Int64) -> Int64,
    _ joinTimes: (Histogram, Histogram) -> Histogram
  ) -> ServerFigures {
    var figures = ServerFigures()
    figures.commits = join(commits, other.commits)
    figures.changes = join(changes, other.changes)
    figures.bytes = join(bytes, other.bytes)
    figures.commitTimes = joinTimes(commitTimes, other.commitTimes)
    figures.queryTimes = joinTimes(queryTimes, other.queryTimes)
    return figures
  }
}
