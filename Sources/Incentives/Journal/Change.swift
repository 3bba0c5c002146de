/// What a decision changes: the unit of the journal, of `apply`, and of every projection.
///
/// A change says what *is* now, never how that was found out: fixed-size numbers and the facts
/// themselves. `apply` holds no rule, so that a later version of the rules can not rewrite history.
/// Every case is trivially copyable; texts, outcomes and definitions live in the `ChangeBuffer` the
/// change came in. One change is one record of the journal and has one `Position`.
@frozen public enum Change: Sendable, BitwiseCopyable {
  /// A fact was recorded, with what its rules paid.
  case fact(FactChange)
  /// A payment of an earlier fact moved.
  case moved(MoveChange)
  /// A window holds these payments now.
  case window(WindowChange)
  /// An earlier fact counts for another group or term, or starts or stops counting.
  case context(FactContextChange)
  /// A learner got further with a badge or quest, or lost it.
  case recognized(RecognitionChange)
  /// People gave a learner a badge, or took it.
  case badgeDecided(BadgeDecisionChange)
  /// A fact was reversed.
  case reversed(ReversalChange)
  /// A reversal came before its fact.
  case reversalAwaited(AwaitedReversalChange)
  /// Points were granted.
  case granted(GrantChange)
  /// What is left of a learner's lot of a term changed, beside the record before it or because it expired.
  case lot(LotChange)
  /// A word got a number.
  case named(NameChange)
  /// A learner got a number.
  case learner(LearnerChange)
  /// A learner's name as people read it.
  case learnerNamed(LearnerNameChange)
  /// A learner was erased.
  case erased(ErasureChange)
  /// Two learners are one person; windows, rows and moves follow.
  case merged(MergeChange)
  /// A learner's cohort, tier, flags or group from a day to a day.
  case row(ContextRowChange)
  /// A row of a learner's context was withdrawn.
  case rowWithdrawn(RowWithdrawalChange)
  /// A group's description.
  case group(GroupChange)
  /// A batch was opened.
  case batch(BatchChange)
  /// Records belong to a batch.
  case batchPart(BatchPartChange)
  /// A batch is taken back.
  case batchReversed(BatchReversalChange)
  /// A batch was taken back as far as it concerns a learner.
  case batchTaken(BatchTakenChange)
  /// Facts of the past are judged anew, by the definition that follows.
  case recompute(RecomputeChange)
  /// A closed term keeps the rule sets it was judged by.
  case termKept(TermKeptChange)
  /// A recompute came to a learner.
  case recomputed(RecomputedChange)
  /// Somebody proposed a definition that needs a second person.
  case proposed(ProposalChange)
  /// What a member of staff may do, and when; cohorts follow one by one.
  case staff(StaffChange)
  /// A cohort to which a member of staff is limited.
  case staffCohort(StaffCohortChange)
  /// The name of a member of staff as people read it.
  case staffNamed(StaffNameChange)
  /// A session as it is now.
  case session(SessionChange)
  /// A row of attendance.
  case attendance(AttendanceChange)
  /// A learner's leave.
  case excused(ExcuseChange)
  /// A perfect attendance was granted or revoked.
  case perfect(PerfectChange)
  /// Perfect attendance was judged with all that came before.
  case attendanceJudged(AttendanceJudgedChange)
  /// A program definition was applied.
  case program(ProgramChange)
  /// The program's time moved.
  case advanced(AdvanceChange)
  /// A job began, went on or ended.
  case job(JobChange)
  /// The next places of a closing period's board, in order.
  case standings(StandingsChange)
  /// A period's boards are final.
  case closed(ClosedChange)
  /// The star of a period and segment was decided.
  case starDecided(StarDecisionChange)
  /// A learner got an award.
  case awardGiven(AwardGivenChange)
  /// An award was revoked.
  case awardRevoked(AwardRevocationChange)
  /// A work was nominated.
  case workNominated(NominationChange)
  /// A nomination was accepted or refused.
  case workDecided(WorkDecisionChange)
  /// A command's idempotency key was used.
  case keyUsed(KeyChange)
  /// The store begins another epoch: it was created, restored or imported.
  case epoch(EpochChange)
  /// A rehearsal begins, stands, or is dropped.
  case rehearsal(RehearsalChange)
  /// A copy's place of a record that is its original's alone.
  case vacancy(VacancyChange)
}

/// A run of elements in one of a `ChangeBuffer`'s side arrays.
@frozen public struct Run: Hashable, Sendable, BitwiseCopyable {
  /// The first element.
  public var start: UInt32
  /// How many elements.
  public var count: UInt32
  /// Names a run.
  @inlinable public init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }
  /// The run of nothing.
  public static let empty = Run(start: 0, count: 0)
  /// The indices of the run.
  @inlinable public var range: Range<Int> { Int(start)..<Int(start + count) }
}
