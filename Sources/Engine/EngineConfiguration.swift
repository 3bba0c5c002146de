import Incentives
import Ledger

/// The engine's limits, each with its unit and reason.
public struct EngineConfiguration: Sendable {
  /// Bytes of requests that may wait; beyond it callers are told `busy`.
  public var queueBytesMax = 64 << 20
  /// Microseconds of deciding after which a block is sealed, so that no reply waits for a full one.
  public var decidingMicrosecondsMax: Int64 = 2_000
  /// Microseconds of deciding after which a job takes a step though calls wait: jobs go on under load.
  public var jobPauseMicroseconds: Int64 = 4_000
  /// Changes after which a block is sealed.
  public var changesMax = 10_000
  /// Bytes of texts after which a block is sealed.
  public var textBytesMax = 1 << 20
  /// Batches that may be with the journal: one syncs, one or two wait.
  public var sealedMax = 2
  /// Bytes of free disk that are kept; below, writes are refused (`storage_full`).
  public var diskReserveBytes = 256 << 20
  /// Microseconds after which a full disk is looked at again.
  public var diskWatchMicroseconds: Int64 = 200_000
  /// Bytes that a store's journal may still grow by.
  public var freeBytes: @Sendable (Store) throws -> Int = { try $0.journal.space().roomBytes }
  /// Records the follower may be behind before writes are refused (`busy`).
  public var followerLagMax = 4_000_000
  /// Changes after which the follower runs a stretch.
  public var stretchChanges = 400_000
  /// Whether days close and jobs run as time passes; off where a store at rest is only read.
  public var movesClocks = true
  /// The wall clock.
  public var clock: @Sendable () -> Instant = { WallClock.now() }
  /// Told what the store does that an operator should know of; from any thread.
  public var report: @Sendable (StoreEvent) -> Void = { _ in }
  /// Called when the journal can not go on; memory is then ahead of the disk and must not speak again.
  public var failed: @Sendable (any Error) -> Void = { WallClock.endProcess($0) }

  /// The documented defaults.
  public init() {}
}
