/// A *no* that the rules give: an answer with a stable word, the field concerned and what to do.
///
/// A refusal changes nothing. It is not a failure (a disk, a socket) and not a bug.
public struct Refusal: Error, Hashable, Sendable {
  /// The stable word.
  public var reason: RefusalReason
  /// The field of the request that is concerned; empty where it is the request as a whole.
  public var field: String
  /// What is the matter and what to do, for people.
  public var advice: String

  /// Says no.
  public init(_ reason: RefusalReason, field: String = "", _ advice: String) {
    self.reason = reason
    self.field = field
    self.advice = advice
  }
}

/// The stable words of refusals; one table at the edge maps each to its codes.
public enum RefusalReason: String, Hashable, Sendable, CaseIterable {
  /// A value is missing, malformed or out of bounds.
  case invalid = "invalid_params"
  /// The program, learner, group or fact is not known.
  case notFound = "not_found"
  /// The same identity came with other content.
  case factConflict = "fact_conflict"
  /// The fact lies more than five minutes ahead.
  case factInFuture = "fact_in_future"
  /// The amount would not fit.
  case amountTooLarge = "amount_too_large"
  /// The fact was reversed before.
  case alreadyReversed = "already_reversed"
  /// The key was used for another command.
  case idempotencyKeyReused = "idempotency_key_reused"
  /// Another item of an `atomic` call was refused.
  case notAtomic = "atomic_call_refused"
  /// What is asked would change the past; it needs a recompute.
  case recomputeRequired = "recompute_required"
  /// The term is frozen: nothing that counts in it moves any more.
  case termFrozen = "term_frozen"
  /// The program's clock is not manual, or would go backwards.
  case clockNotManual = "clock_not_manual"
  /// Too many of something.
  case limitReached = "limit_reached"
  /// The server can not take more now.
  case busy = "busy"
  /// The disk is nearly full; nothing can be written.
  case storageFull = "storage_full"
  /// What is asked for can not be read now.
  case unavailable
  /// Another epoch: the store was restored.
  case epochChanged = "epoch_changed"
  /// No or a wrong API key.
  case unauthenticated = "unauthenticated"
  /// The key may not do this.
  case forbidden = "forbidden"
  /// The learner has not so many points.
  case insufficientPoints = "insufficient_points"
  /// The week's budget of grants has not so much left.
  case overBudget = "over_budget"
  /// The learner has an opening balance of the term.
  case alreadyOpened = "already_opened"
  /// A rehearsal of the program stands in the way.
  case hasRehearsal = "has_rehearsal"
  /// Another learner has the number.
  case numberTaken = "number_taken"
  /// A tie is decided by time, and facts come with a date only.
  case tieNeedsTime = "tie_needs_time"
  /// It was decided before.
  case alreadyDecided = "already_decided"
  /// The same person nominated the same work before.
  case alreadyNominated = "already_nominated"
  /// No more works are accepted this week.
  case overQuota = "over_quota"
  /// The method asks for a person, who answers for what is done.
  case personRequired = "person_required"
  /// It needs another person than the one who began it.
  case sameSigner = "same_signer"
}

/// What a decision that needs rows that are not resident asks for.
public enum Need: Error, Hashable, Sendable {
  /// All records of some learners.
  case histories([LearnerNumber])
  /// One record.
  case record(Position)
  /// An answer from closed boards or the log.
  case cold(ColdQuestion)
}

/// A question about what is not resident.
public enum ColdQuestion: Hashable, Sendable {
  /// Part of the board of a closed period.
  case closedPart(BoardRequest, ClosedPartRequest)
  /// The periods that are closed and have a board.
  case closedPeriods
  /// A page of facts from a position on.
  case facts(from: Position, filter: FactFilter, count: Int)
  /// The first learners that a text occurs in.
  case learners(containing: SearchText, limit: Int)
  /// Whom the records of some parts of the log concern, ascending.
  case learnersTouched([ClosedRange<Position>])
  /// What taking back a batch came to, from a record on, for so many of the learners it came to so far.
  case batchTaken(BatchNumber, from: Position, count: Int, of: UInt32)
  /// Who did what and what was refused, newest first.
  case audit(AuditFilter, before: AuditCursor, count: Int)
  /// What a definition would move in the past, for the whole program.
  case recompute(ProgramApplication)
  /// Some records, ascending.
  case records([Position])
}

/// Which facts a list shows.
public struct FactFilter: Hashable, Sendable {
  /// Only facts of these learners: one, with those who were merged into it.
  public var learners: [LearnerNumber]?
  /// Only facts of this source.
  public var source: SourceNumber?
  /// Only facts that wait for the roster.
  public var isPending: Bool

  /// Shows all facts that fit.
  public init(
    learners: [LearnerNumber]? = nil, source: SourceNumber? = nil, isPending: Bool = false
  ) {
    self.learners = learners
    self.source = source
    self.isPending = isPending
  }
}

/// The answer to a `ColdQuestion`.
public enum ColdAnswer: Sendable {
  /// Part of a closed board; nil where the period has none.
  case closedPart(ClosedPart?)
  /// The closed periods, in the order they closed.
  case closedPeriods([Period])
  /// Facts, and where the next page begins; nil at the end.
  case facts(LearnerLog, next: Position?)
  /// Learners, by number.
  case learners([LearnerNumber])
  /// What taking back a batch came to, and where the next page begins; nil at the end.
  case batchTaken([BatchTakenChange], next: Position?)
  /// Who did what and what was refused, and where the next page begins; nil at the end.
  case audit([AuditEntry], next: AuditCursor?)
  /// What a definition would move.
  case recompute(RecomputePreview)
  /// Records by position.
  case records([Position: KnownRecord])
}

/// Why a decision gave no changes.
public enum Undecided: Error, Hashable, Sendable {
  /// The rules say no.
  case refused(Refusal)
  /// Rows must be fetched first; then the command is decided again.
  case needs(Need)
}
