/// What a learner brings along where a program starts in the middle of a term (`points.open`).
public struct OpeningRequest: Hashable, Sendable {
  /// The learner, by external id.
  public var learner: String
  /// What was earned before; it counts for ranks and levels.
  public var earned: Int64
  /// What is left to spend; nil where nothing was spent.
  public var spendable: Int64?
  /// The local day it counts for; nil means today.
  public var occurredOn: LocalDay?

  /// Asks for an opening balance.
  public init(
    learner: String, earned: Int64, spendable: Int64? = nil, occurredOn: LocalDay? = nil
  ) {
    self.learner = learner
    self.earned = earned
    self.spendable = spendable
    self.occurredOn = occurredOn
  }
}

extension ProgramState {
  /// Decides a learner's opening balance in the term of its day: once, for it is no correction.
  ///
  /// One record, which can be taken back: what was earned, and beside it, adjusted, what of that was
  /// spent before (or what is there beyond it). Asks for the log of a learner whom people gave
  /// points before. Refuses `invalid_params`, `not_found` off the roster of that day, `fact_in_future`,
  /// `already_opened`, `amount_too_large`.
  public func decide(
    _ request: OpeningRequest, now: Instant, by principal: PrincipalNumber, log: LearnerLog?,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let spendable = request.spendable ?? request.earned
    try check(request.earned, "earned")
    try check(spendable, "spendable")
    let today = day(at: now)
    let day = request.occurredOn ?? today
    try checkIsNotAhead(day, now: now)
    guard let learner = learnerNumber(request.learner),
      case let context = learners.context(of: learner, on: day), context.isOnRoster
    else {
      throw .refused(
        Refusal(.notFound, field: "learner", "Nobody with this id is on the roster of \(day)."))
    }
    let term = try countingTerm(on: day, cohort: context.cohort)
    try checkIsFirst(of: learner, in: term, log)
    try checkRoom(
      for: request.earned, counts: true, learner: learner, group: context.scoringGroup)
    try checkRoom(for: spendable, counts: false, learner: learner, group: .none)
    var purse = purse(of: learner)
    purse.add(spendable, of: term)
    let settled = purse.settle(on: day)
    var posting = settled.posting
    posting.points = request.earned
    buffer.changes.append(
      .granted(
        GrantChange(
          learner: learner, day: day, group: context.scoringGroup, term: term, counts: true,
          kind: .opening, cohort: context.cohort, decidedOn: today, posting: posting,
          adjusted: spendable - request.earned, reason: .empty, principal: principal)))
    for lot in settled.lots { buffer.changes.append(.lot(lot)) }
  }

  private func check(_ points: Int64, _ field: String) throws(Undecided) {
    guard !(0...Self.adjustmentMax ~= points) else { return }
    throw .refused(Refusal(.invalid, field: field, "0 to \(Self.adjustmentMax) points."))
  }

  private func checkIsFirst(
    of learner: LearnerNumber, in term: TermNumber, _ log: LearnerLog?
  ) throws(Undecided) {
    guard learners[learner].grants > 0 else { return }
    guard let log, log.learner == learner else { throw .needs(.histories([learner])) }
    let known = log.standingGrants.first { _, grant in
      guard grant.kind == .opening else { return false }
      let context = learners.context(of: learner, on: grant.day)
      return self.term(on: grant.day, cohort: context.cohort) == term
    }
    guard let known else { return }
    throw .refused(
      Refusal(
        .alreadyOpened, field: "learner",
        "The learner has an opening balance of this term, record \(known.position.rawValue); take "
          + "that back first, or adjust points."))
  }
}
