/// Points that staff give for a declared reason (`points.grant`, rules.md §3).
public struct GrantRequest: Hashable, Sendable {
  /// The learners, by external id.
  public var learners: [String]
  /// Groups whose members of the day get them.
  public var groups: [String]
  /// A reason code the program declares.
  public var reason: String
  /// The local day they count for; nil means today.
  public var occurredOn: LocalDay?
  /// Whether they count as earned, for ranks and levels.
  public var counts: Bool

  /// Asks for a grant.
  public init(
    learners: [String], groups: [String] = [], reason: String, occurredOn: LocalDay? = nil,
    counts: Bool = true
  ) {
    self.learners = learners
    self.groups = groups
    self.reason = reason
    self.occurredOn = occurredOn
    self.counts = counts
  }
}

extension ProgramState {
  /// The most learners and groups one grant may name.
  public static let granteesMax = 200

  /// Decides a grant: all of it or nothing.
  ///
  /// Refuses `invalid_params` for an undeclared reason or a day outside the term, `not_found` for
  /// somebody who is not on the roster that day, `amount_too_large`, and `over_budget` where the week's
  /// budget for a cohort has less left. Returns who got points.
  public func decide(
    _ request: GrantRequest, now: Instant, by principal: PrincipalNumber,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> [LearnerNumber] {
    guard let reason = definition.reasons.first(where: { $0.code == request.reason }) else {
      let codes = definition.reasons.map(\.code).joined(separator: ", ")
      throw .refused(
        Refusal(
          .invalid, field: "reason",
          "The program declares no such reason; it declares: \(codes.isEmpty ? "none" : codes)."))
    }
    let today = day(at: now)
    let day = request.occurredOn ?? today
    try checkIsNotAhead(day, now: now)
    let learners = try grantees(request.learners, groups: request.groups, on: day)
    let mark = buffer.mark
    let code = buffer.text.append(reason.code)
    for learner in learners {
      let context = self.learners.context(of: learner, on: day)
      let term: TermNumber
      do throws(Undecided) {
        term = try countingTerm(on: day, cohort: context.cohort)
        try checkRoom(for: reason.points, learner: learner, group: context.scoringGroup)
      } catch {
        buffer.roll(back: mark)
        throw error
      }
      var purse = purse(of: learner)
      purse.add(reason.points, of: term)
      let settled = purse.settle(on: day)
      var posting = settled.posting
      posting.points = reason.points
      buffer.changes.append(
        .granted(
          GrantChange(
            learner: learner, day: day, group: context.scoringGroup, term: term,
            counts: request.counts, cohort: context.cohort, decidedOn: today, posting: posting,
            reason: code, principal: principal)))
      for lot in settled.lots { buffer.changes.append(.lot(lot)) }
    }
    let grants = buffer.changes[mark.changes...].lazy.compactMap { change in
      if case .granted(let grant) = change { grant } else { nil }
    }
    do throws(Undecided) {
      try checkBudget(of: principal, for: grants, today: today)
    } catch {
      buffer.roll(back: mark)
      throw error
    }
    return learners
  }

  /// Refuses a day of which nothing has come yet.
  func checkIsNotAhead(_ day: LocalDay, now: Instant) throws(Undecided) {
    guard firstInstant(of: day) > now.advanced(byMicroseconds: Self.futureMax) else { return }
    throw .refused(Refusal(.factInFuture, field: "occurredOn", "The day lies ahead."))
  }

  /// The term in which points of a cohort's day count; refuses a day outside all terms.
  func countingTerm(on day: LocalDay, cohort: CohortNumber) throws(Undecided) -> TermNumber {
    let term = term(on: day, cohort: cohort)
    guard term == .outside else { return term }
    throw .refused(
      Refusal(.invalid, field: "occurredOn", "\(day) lies in no term of the program."))
  }

  /// Those who are named, and the members of groups that are, each once; refuses who is not on the roster.
  func grantees(
    _ learners: [String], groups: [String], on day: LocalDay
  ) throws(Undecided) -> [LearnerNumber] {
    guard 1...Self.granteesMax ~= learners.count + groups.count else {
      throw .refused(
        Refusal(.invalid, field: "learners", "Name 1 to \(Self.granteesMax) learners or groups."))
    }
    var found: [LearnerNumber] = []
    for (index, id) in learners.enumerated() {
      guard let learner = learnerNumber(id), self.learners.context(of: learner, on: day).isOnRoster
      else {
        throw .refused(
          Refusal(
            .notFound, field: "learners[\(index)]",
            "Nobody with this id is on the roster of \(day)."
          ))
      }
      found.append(learner)
    }
    for (index, id) in groups.enumerated() {
      guard let number = names.number(.group, id) else {
        throw .refused(
          Refusal(.notFound, field: "groups[\(index)]", "There is no group with this id."))
      }
      found += members(of: GroupNumber(rawValue: number), on: day)
    }
    var seen = Set<LearnerNumber>()
    return found.filter { seen.insert($0).inserted }
  }

  /// The learners on the roster of a day who are in a group then, by number.
  private func members(of group: GroupNumber, on day: LocalDay) -> [LearnerNumber] {
    learners.everIn(group).filter {
      let context = learners.context(of: $0, on: day)
      return context.isOnRoster && context.group == group
    }
  }
}
