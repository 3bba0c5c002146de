import LMDB

/// What a store tells while it opens and works, for an operator's log.
public enum StoreEvent: Equatable, Sendable {
  /// How much somebody should care.
  public enum Weight: Sendable {
    /// Of use when something is looked for.
    case detail
    /// What happens now and then.
    case notice
    /// Somebody should look.
    case warning
    /// Something ended that should not.
    case failure
  }

  /// A torn meta page of a file was put right at opening.
  case recovered(part: String, MetaRecovery)
  /// The living state is being loaded.
  case loading(LoadEvent)
  /// The follower did something.
  case following(FollowerEvent)
  /// Room for the journal became short, or is there again; then writes are refused, or go on.
  case room(isShort: Bool, bytes: Int)

  /// Refusals that were noted can not be written for the audit; they wait.
  case notesWait(problem: String)

  /// How much somebody should care.
  public var weight: Weight {
    switch self {
    case .recovered, .loading(.discarded), .following(.paused), .room(isShort: true, _),
      .notesWait:
      .warning
    case .following(.failed): .failure
    case .following(.followed): .detail
    case .loading, .following(.resumed), .room: .notice
    }
  }
}

extension StoreEvent: CustomStringConvertible {
  /// What happened, and what to do where somebody should.
  public var description: String {
    switch self {
    case .recovered(let part, .restored(let commit, let copy)):
      "a damaged meta page of the \(part) was put right, nothing is lost: commit \(commit) is the "
        + "last; the page is kept as \(copy)"
    case .recovered(let part, .fellBack(let from, let to, let copy)):
      "the \(part)'s last commit \(from) was half written, commit \(to) stands; right after a crash, "
        + "else the disk lost it: check the disk; the page is kept as \(copy)"
    case .loading(.discarded(let defect)): "\(defect)"
    case .loading(.loaded(let programs, let learners, let identities)):
      "loaded \(programs) programs, \(learners) learners, \(identities) known facts and keys"
    case .loading(.applied(let changes)): "applied \(changes) records after the tables"
    case .following(.followed(let stretch)): "the tables followed \(stretch.changes) records"
    case .following(.paused(let bytes)):
      "the tables stay behind: \(bytes) bytes of room are left; make room on the disk, or restart "
        + "with a larger --map-gib"
    case .following(.resumed): "the tables are followed again"
    case .following(.failed(let error)):
      "the tables are not followed any more, writes will be refused before long; restart: \(error)"
    case .room(true, let bytes):
      "writes are refused: \(bytes) bytes of room are left; make room on the disk, or restart with "
        + "a larger --map-gib"
    case .notesWait(let problem):
      "refusals can not be noted for `laurel audit` now, and wait in memory: \(problem)"
    case .room(false, let bytes): "writes go on: \(bytes) bytes of room"
    }
  }
}
