import Ledger
import Synchronization

/// How the engine is doing, since it started.
public struct EngineFigures: Sendable {
  /// The upper bounds, in microseconds, of the buckets of the commit histogram.
  public static let commitBounds: [Int64] = [
    500, 700, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000, 12_000, 15_000,
    20_000, 30_000, 50_000, 100_000, 1_000_000,
  ]
  /// The upper bounds, in microseconds, of the buckets of the query histogram.
  public static let queryBounds: [Int64] = [
    5, 10, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 2_000, 5_000, 10_000, 100_000,
  ]

  /// Commits.
  public var commits: UInt64 = 0
  /// Changes made durable.
  public var changes: UInt64 = 0
  /// Bytes of blocks.
  public var bytes: UInt64 = 0
  /// Commits by the time they took; one more bucket than there are bounds.
  public var commitCounts = [UInt64](repeating: 0, count: commitBounds.count + 1)
  /// Queries by the time the engine thread took for each; one more bucket than there are bounds.
  public var queryCounts = [UInt64](repeating: 0, count: queryBounds.count + 1)
  /// Batches with the journal now.
  public var openBatches = 0
  /// Requests that wait for rows now.
  public var setAside = 0
  /// Records by which the tables are behind the journal.
  public var followerLag = 0
  /// Why the follower ended; nil while it runs.
  public var followerFailure: LedgerError?

  /// Starts at zero.
  public init() {}
}

/// Figures that several threads add to.
final class FigureBox: Sendable {
  private let figures = Mutex(EngineFigures())
  private let lag = Mutex<@Sendable () -> FollowerLag?>({ nil })

  /// From now on the figures tell how far behind the follower is.
  func watch(_ lag: @escaping @Sendable () -> FollowerLag?) { self.lag.withLock { $0 = lag } }

  func read() -> EngineFigures {
    var now = figures.withLock { $0 }
    let lag = lag.withLock { $0 }()
    now.followerLag = lag?.changes ?? 0
    now.followerFailure = lag?.failure
    return now
  }

  func update(_ body: (inout EngineFigures) -> Void) { figures.withLock { body(&$0) } }

  func committed(changes: Int, bytes: Int, microseconds: Int64) {
    let bucket = Self.bucket(of: microseconds, in: EngineFigures.commitBounds)
    figures.withLock {
      $0.commits += 1
      $0.changes += UInt64(changes)
      $0.bytes += UInt64(bytes)
      $0.commitCounts[bucket] += 1
    }
  }

  func answered(microseconds: Int64) {
    let bucket = Self.bucket(of: microseconds, in: EngineFigures.queryBounds)
    figures.withLock { $0.queryCounts[bucket] += 1 }
  }

  private static func bucket(of microseconds: Int64, in bounds: [Int64]) -> Int {
    bounds.firstIndex { microseconds <= $0 } ?? bounds.count
  }
}
