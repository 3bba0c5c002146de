/// Whether a recompute may lower what somebody has earned.
@frozen public enum RecomputeFloor: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// It raises and never lowers: what somebody would lose in all is given back.
  case keep = 0
  /// It lowers too; two people stand for it.
  case none = 1

  /// The word on the wire.
  public var word: String {
    switch self {
    case .keep: return "keep"
    case .none: return "none"
    }
  }
}

/// The past is judged anew: by the definition of the next `.program` record, by a job.
///
/// It comes before that record, so that what judged until then can be kept until the job has ended.
@frozen public struct RecomputeChange: Hashable, Sendable, BitwiseCopyable {
  /// The job that does it.
  public var job: UInt32
  /// How many learners there were: who comes later was never judged otherwise.
  public var learners: UInt32
  /// Whether it lowers.
  public var floor: RecomputeFloor
  /// Whether days get other terms, on any day there ever was.
  public var movesTerms: Bool
  /// Who asked for it.
  public var principal: PrincipalNumber
  /// Who had proposed it; none where one person is enough.
  public var proposer: PrincipalNumber
  /// When it was decided.
  public var decidedAt: Instant

  /// Joins the parts.
  @inlinable public init(
    job: UInt32, learners: UInt32, floor: RecomputeFloor, movesTerms: Bool,
    principal: PrincipalNumber, proposer: PrincipalNumber = .none, decidedAt: Instant
  ) {
    self.job = job
    self.learners = learners
    self.floor = floor
    self.movesTerms = movesTerms
    self.principal = principal
    self.proposer = proposer
    self.decidedAt = decidedAt
  }
}

/// A term that was closed when a recompute came: facts in it are judged as they were.
@frozen public struct TermKeptChange: Hashable, Sendable, BitwiseCopyable {
  /// The term.
  public var term: TermNumber
  /// Names a term.
  @inlinable public init(term: TermNumber) { self.term = term }
}

/// What a recompute came to for one learner; it follows the changes that it sums up.
@frozen public struct RecomputedChange: Hashable, Sendable, BitwiseCopyable {
  /// The job of the recompute.
  public var job: UInt32
  /// Whose facts were judged anew.
  public var learner: LearnerNumber
  /// Whether somebody asked for the learner before the job came to them.
  public var isAhead: Bool
  /// What moved in all.
  public var posting: Posting
  /// What the floor gave back.
  public var kept: Int64

  /// Joins the parts.
  @inlinable public init(
    job: UInt32, learner: LearnerNumber, isAhead: Bool, posting: Posting = Posting(points: 0),
    kept: Int64 = 0
  ) {
    self.job = job
    self.learner = learner
    self.isAhead = isAhead
    self.posting = posting
    self.kept = kept
  }
}

/// A definition that lowers the past was proposed; another person carries it out by the same call.
@frozen public struct ProposalChange: Hashable, Sendable, BitwiseCopyable {
  /// 128 bits over the canonical form of the command, under a secret of the program.
  public var fingerprint: Digest128
  /// Who proposed it.
  public var principal: PrincipalNumber
  /// When.
  public var proposedAt: Instant

  /// Joins the parts.
  @inlinable public init(
    fingerprint: Digest128, principal: PrincipalNumber, proposedAt: Instant
  ) {
    self.fingerprint = fingerprint
    self.principal = principal
    self.proposedAt = proposedAt
  }
}
