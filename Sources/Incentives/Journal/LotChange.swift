/// What a learner's lot of a term gains or loses, beside the record that moved the points.
///
/// A lot holds what was earned in a term that expires and is not spent yet. `points` moves the lot;
/// `expired` leaves spendable for expired. Points that come too late for their lot do only the latter.
@frozen public struct LotChange: Hashable, Sendable, BitwiseCopyable {
  /// Whose lot it is.
  public var learner: LearnerNumber
  /// The term whose earnings it holds.
  public var term: TermNumber
  /// The local day of what moved it; of an expiry the day on which the lot can not be spent any more.
  public var day: LocalDay
  /// What is added to what is left of the lot.
  public var points: Int64
  /// What leaves spendable for expired; negative where expired points are taken back.
  public var expired: Int64
  /// What moved it.
  public var cause: LotCause

  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, term: TermNumber, day: LocalDay, points: Int64, expired: Int64 = 0,
    cause: LotCause
  ) {
    self.learner = learner
    self.term = term
    self.day = day
    self.points = points
    self.expired = expired
    self.cause = cause
  }

  /// Whether a learner's log holds it: what was merely earned follows from the record before it.
  @inlinable public var isLogged: Bool { expired != 0 || cause == .spend }
}

/// What moved a lot.
@frozen public enum LotCause: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// The records before it, which paid or took back.
  case payment = 0
  /// The record before it, which spent.
  case spend = 1
  /// Its day came: the rest of it expired.
  case expiry = 2
}
