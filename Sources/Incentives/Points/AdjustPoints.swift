/// Points that an admin adds or takes with a reason in words (`points.adjust`, rules.md §3).
public struct AdjustRequest: Hashable, Sendable {
  /// The learner, by external id.
  public var learner: String
  /// The points: more than 0 to add, less to take.
  public var points: Int64
  /// Why, in words.
  public var reason: String
  /// The local day they are for; nil means today.
  public var occurredOn: LocalDay?
  /// Whether they are earned, for ranks and levels, instead of adjusted.
  public var earned: Bool
  /// Whether points may be taken that are not there: they become debt.
  public var allowDebt: Bool

  /// Asks for an adjustment.
  public init(
    learner: String, points: Int64, reason: String, occurredOn: LocalDay? = nil,
    earned: Bool = false, allowDebt: Bool = false
  ) {
    self.learner = learner
    self.points = points
    self.reason = reason
    self.occurredOn = occurredOn
    self.earned = earned
    self.allowDebt = allowDebt
  }
}

extension ProgramState {
  /// The most points one adjustment may add or take.
  public static let adjustmentMax: Int64 = 1_000_000_000_000

  /// Decides an adjustment and tells whose it is.
  ///
  /// What is earned counts on the boards of its day, like a grant: the learner is on the roster then, and
  /// the day lies in a term. What is not touches no board, so it may concern who has left. What is taken
  /// is spent: out of the lots that expire first, whatever day it is for. Refuses
  /// `invalid_params`, `amount_too_large`, `not_found`, `fact_in_future`, and `insufficient_points` where
  /// more would be taken than there is: of spendable points unless `allowDebt`, of earned ones always.
  public func decide(
    _ request: AdjustRequest, now: Instant, by principal: PrincipalNumber,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> LearnerNumber {
    try checkAmount(request)
    guard let learner = learnerNumber(request.learner) else {
      throw .refused(Refusal(.notFound, field: "learner", "There is no learner with this id."))
    }
    let today = day(at: now)
    let day = request.occurredOn ?? today
    try checkIsNotAhead(day, now: now)
    let context = learners.context(of: learner, on: day)
    var term = term(on: day, cohort: context.cohort)
    if request.earned {
      guard context.isOnRoster else {
        throw .refused(
          Refusal(.notFound, field: "learner", "The learner is not on the roster of \(day)."))
      }
      term = try countingTerm(on: day, cohort: context.cohort)
    }
    var purse = purse(of: learner)
    try checkFunds(request, purse.accounts)
    try checkRoom(
      for: request.points, counts: request.earned, learner: learner, group: context.scoringGroup)
    if request.points > 0 {
      purse.add(request.points, of: term)
    } else {
      purse.take(-request.points)
    }
    let settled = purse.settle(owes: request.allowDebt, on: day)
    var posting = settled.posting
    posting.points = request.points
    buffer.changes.append(
      .granted(
        GrantChange(
          learner: learner, day: day, group: context.scoringGroup, term: term,
          counts: request.earned, kind: .adjustment, cohort: context.cohort, decidedOn: today,
          posting: posting, reason: buffer.text.append(request.reason), principal: principal)))
    for lot in settled.lots { buffer.changes.append(.lot(lot)) }
    return learner
  }

  private func checkAmount(_ request: AdjustRequest) throws(Undecided) {
    guard request.points != 0 else {
      throw .refused(
        Refusal(.invalid, field: "points", "Send more than 0 to add points, less to take some."))
    }
    guard request.points.magnitude <= Self.adjustmentMax.magnitude else {
      throw .refused(
        Refusal(
          .amountTooLarge, field: "points", "An adjustment moves at most \(Self.adjustmentMax)."))
    }
    guard !request.reason.isEmpty else {
      throw .refused(Refusal(.invalid, field: "reason", "Say why, in words."))
    }
  }

  /// Refuses to take what is not there.
  private func checkFunds(_ request: AdjustRequest, _ accounts: Accounts) throws(Undecided) {
    guard request.points < 0 else { return }
    if request.earned, accounts.earned < -request.points {
      throw .refused(
        Refusal(
          .insufficientPoints, field: "points",
          "The learner has earned \(accounts.earned); no more can be taken off that."))
    }
    if !request.allowDebt, accounts.spendable < -request.points {
      throw .refused(
        Refusal(
          .insufficientPoints, field: "points",
          "The learner has \(accounts.spendable) to spend; take no more, or send allowDebt."))
    }
  }

  /// Refuses what an account could not hold.
  func checkRoom(
    for points: Int64, counts: Bool, learner: LearnerNumber, group: GroupNumber
  ) throws(Undecided) {
    if counts, points > 0 { return try checkRoom(for: points, learner: learner, group: group) }
    let accounts = learners[learner].accounts
    let fullest =
      points > 0
      ? max(accounts.adjusted, accounts.spendable) : max(-accounts.adjusted, accounts.debt)
    guard Int64(points.magnitude) > Accounts.amountMax - fullest else { return }
    throw .refused(
      Refusal(.amountTooLarge, field: "points", "The learner's account could not hold them."))
  }
}
