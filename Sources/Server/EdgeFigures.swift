import API
import Engine
import Synchronization

/// What the edges count, over all event loops.
final class EdgeFigures: Sendable {
  private let connectionCount = Atomic(0)
  private let callCount = Atomic<UInt64>(0)
  private let refusalCount = Atomic<UInt64>(0)
  private let start = ContinuousClock.now

  /// Connections now.
  var connections: Int { connectionCount.load(ordering: .relaxed) }

  /// Takes a place for a connection; false where there is none left.
  func takePlace(of max: Int) -> Bool {
    guard connectionCount.add(1, ordering: .relaxed).oldValue < max else {
      leavePlace()
      return false
    }
    return true
  }

  /// Gives a place back.
  func leavePlace() { connectionCount.subtract(1, ordering: .relaxed) }

  /// Counts a call.
  func took() { callCount.add(1, ordering: .relaxed) }

  /// Counts a refusal.
  func refused() { refusalCount.add(1, ordering: .relaxed) }

  /// What the edges and the engine counted.
  func stats(_ survey: Survey) -> ShowStats {
    var stats = ShowStats()
    stats.uptime = (ContinuousClock.now - start).components.seconds
    stats.connections = connections
    stats.calls = callCount.load(ordering: .relaxed)
    stats.refusals = refusalCount.load(ordering: .relaxed)
    let programs = survey.programs.filter { $0.version > 0 }
    stats.programs = programs.count
    stats.learners = programs.reduce(0) { $0 + $1.learners.peopleCount }
    stats.facts = programs.reduce(0) { $0 + $1.factCount }
    let figures = survey.figures
    stats.commits = figures.commits
    stats.changes = figures.changes
    stats.bytes = figures.bytes
    stats.openBatches = figures.openBatches
    stats.setAside = figures.setAside
    stats.followerLag = figures.followerLag
    stats.followerFailure = figures.followerFailure.map { "\($0)" }
    stats.residentBytes = survey.residentBytes()
    stats.commitTimes = figures.commitCounts.enumerated().map { index, count in
      let bounds = EngineFigures.commitBounds
      return (under: index < bounds.count ? bounds[index] : nil, commits: count)
    }
    stats.queryTimes = figures.queryCounts.enumerated().map { index, count in
      let bounds = EngineFigures.queryBounds
      return (under: index < bounds.count ? bounds[index] : nil, queries: count)
    }
    return stats
  }
}
