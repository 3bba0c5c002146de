/// A nomination for excellent work 优秀作业 (`award.nominate`, rules.md §5).
public struct WorkNomination: Hashable, Sendable {
  /// What the work is.
  public enum Work: Hashable, Sendable {
    /// A recorded fact of a learner, about an object.
    case fact(Position, of: LearnerNumber, about: ObjectNumber)
    /// An object, as kind, a zero byte and id.
    case object(String)
  }

  /// The award's id.
  public var award: String
  /// Whose work it is, by external id.
  public var nominee: String
  /// The work.
  public var work: Work
  /// The learner who nominates it; nil where a teacher does.
  public var nominator: String?

  /// Nominates a work.
  public init(award: String, nominee: String, work: Work, nominator: String? = nil) {
    self.award = award
    self.nominee = nominee
    self.work = work
    self.nominator = nominator
  }
}

extension ProgramState {
  /// Decides that a work is nominated; answers the nomination.
  ///
  /// A learner nominates as the leader of the nominee's group, else as a peer, where the program lets
  /// peers. Refuses `not_found`, `invalid_params`, `forbidden` for a peer, and `already_nominated` for the
  /// same work by the same person.
  public func decide(
    _ request: WorkNomination, now: Instant, by principal: PrincipalNumber,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> NominationNumber {
    let (award, definition) = try declared(request.award)
    guard definition.kind == .excellentWork else {
      throw .refused(
        Refusal(.invalid, field: "award", "\(request.award) is not won by excellent work."))
    }
    let today = day(at: now)
    let nominee = try onRoster(request.nominee, on: today, field: "learner")
    guard learners.context(of: nominee, on: today).flags.isDisjoint(with: .offBoards) else {
      throw .refused(
        Refusal(
          .invalid, field: "learner", "Staff, tests and observers win nothing; nominate others."))
    }
    let (nominator, role) = try nominator(
      request.nominator, of: nominee, definition.work ?? WorkTerms(), on: today)
    let mark = buffer.mark
    var fact = Position.none
    var object = ObjectNumber.none
    switch request.work {
    case .fact(let position, let owner, let about):
      guard owner == nominee else {
        throw .refused(Refusal(.invalid, field: "work.id", "The fact is another learner's."))
      }
      (fact, object) = (position, about)
    case .object(let word):
      object = ObjectNumber(
        rawValue: try numberNaming(.object, word, max: Int(UInt32.max), into: &buffer))
    }
    let isKnown = awards.nominations.contains {
      $0.isSameWork(award, fact: fact, object: object, of: nominee) && $0.nominator == nominator
        && (!nominator.isNone || $0.principal == principal)
    }
    guard !isKnown else {
      buffer.roll(back: mark)
      throw .refused(
        Refusal(.alreadyNominated, field: "learner", "You nominated this work before."))
    }
    let number = NominationNumber(rawValue: UInt32(awards.nominations.count + 1))
    buffer.changes.append(
      .workNominated(
        NominationChange(
          nomination: number, award: award, nominee: nominee, nominator: nominator,
          principal: principal, role: role, fact: fact, object: object, day: today)))
    return number
  }

  private func onRoster(
    _ id: String, on day: LocalDay, field: String
  ) throws(Undecided) -> LearnerNumber {
    if let learner = learnerNumber(id), learners.context(of: learner, on: day).isOnRoster {
      return learner
    }
    throw .refused(
      Refusal(.notFound, field: field, "Nobody with this id is on the roster of \(day)."))
  }

  private func nominator(
    _ id: String?, of nominee: LearnerNumber, _ terms: WorkTerms, on day: LocalDay
  ) throws(Undecided) -> (LearnerNumber, NominatorRole) {
    guard let id else { return (.none, .teacher) }
    let nominator = try onRoster(id, on: day, field: "nominator")
    guard nominator != nominee else {
      throw .refused(Refusal(.invalid, field: "nominator", "Nobody nominates their own work."))
    }
    let context = learners.context(of: nominator, on: day)
    if context.isLeader, !context.group.isNone,
      learners.context(of: nominee, on: day).group == context.group
    {
      return (nominator, .leader)
    }
    guard terms.peers else {
      throw .refused(
        Refusal(
          .forbidden, field: "nominator",
          "Teachers and leaders nominate; declare `peers: true` to let learners."))
    }
    return (nominator, .peer)
  }
}

/// What becomes of a nomination (`award.decide`).
public struct WorkDecision: Hashable, Sendable {
  /// The nomination.
  public var nomination: NominationNumber
  /// Whether it is accepted.
  public var isAccepted: Bool
  /// Why; empty where nobody says.
  public var reason: String
  /// The citation 事迹 of the award; empty where there is none.
  public var citation: String
  /// The learner who decides it; nil where a member of staff does.
  public var decider: String?

  /// Decides a nomination.
  public init(
    nomination: NominationNumber, isAccepted: Bool, reason: String = "", citation: String = "",
    decider: String? = nil
  ) {
    self.nomination = nomination
    self.isAccepted = isAccepted
    self.reason = reason
    self.citation = citation
    self.decider = decider
  }
}

extension ProgramState {
  /// Decides a nomination; answers the award, or nil where it was refused.
  ///
  /// Refuses, in this order: `not_found`, `already_decided` (also where the same work was accepted by
  /// another nomination), `forbidden` for the nominee and for a nominator who is not staff, `over_quota`.
  public func decide(
    _ request: WorkDecision, now: Instant, by principal: PrincipalNumber,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> GivenNumber? {
    guard let nomination = awards[request.nomination] else {
      throw .refused(
        Refusal(
          .notFound, field: "nomination", "There is no nomination \(request.nomination)."))
    }
    try checkIsOpen(nomination, request)
    let today = day(at: now)
    if let id = request.decider {
      let decider = try onRoster(id, on: today, field: "decider")
      guard decider != nomination.nominee, decider != nomination.nominator else {
        throw .refused(
          Refusal(
            .forbidden, field: "decider",
            "Neither the nominee nor a nominator who is not staff decides it."))
      }
    }
    guard let award = award(nomination.award) else {
      preconditionFailure("a nomination is of a declared award")
    }
    if request.isAccepted { try checkQuota(of: nomination.award, award, on: today) }
    buffer.changes.append(
      .workDecided(
        WorkDecisionChange(
          nomination: nomination.number, nominee: nomination.nominee,
          isAccepted: request.isAccepted, principal: principal, day: today,
          reason: request.reason.isEmpty ? .empty : buffer.text.append(request.reason))))
    guard request.isAccepted else { return nil }
    let given = GivenNumber(rawValue: UInt32(awards.given.count + 1))
    var purses = StepPurses()
    append(
      given, of: nomination.award, award, to: nomination.nominee, on: today, title: award.title,
      cause: .work, nomination: nomination.number, by: principal, citation: request.citation,
      asOf: nil, purses: &purses, to: &buffer)
    return given
  }

  private func checkIsOpen(
    _ nomination: Nomination, _ request: WorkDecision
  ) throws(Undecided) {
    guard nomination.status == .open else {
      throw .refused(
        Refusal(
          .alreadyDecided, field: "nomination",
          "\(nomination.number) was \(nomination.status.rawValue) before."))
    }
    let twin = awards.nominations.first {
      $0.status == .accepted && (awards[$0.given]?.revokedAt.isNone ?? false)
        && $0.isSameWork(
          nomination.award, fact: nomination.fact, object: nomination.object,
          of: nomination.nominee)
    }
    guard request.isAccepted, let twin else { return }
    throw .refused(
      Refusal(
        .alreadyDecided, field: "nomination",
        "The same work was accepted as \(twin.number); refuse this one."))
  }

  private func checkQuota(
    of award: AwardNumber, _ definition: AwardDefinition, on day: LocalDay
  ) throws(Undecided) {
    guard let quota = definition.work?.quota else { return }
    let week = Period.week(containing: day)
    let accepted = awards.nominations.count {
      $0.award == award && $0.status == .accepted && Period.week(containing: $0.decidedOn) == week
        && (awards[$0.given]?.revokedAt.isNone ?? false)
    }
    guard accepted >= Int(quota) else { return }
    throw .refused(
      Refusal(
        .overQuota, field: "nomination",
        "\(quota) works were accepted this week; decide it from "
          + "\(week.last?.next.description ?? "next week") on, or refuse it."))
  }

  /// Whether the nominee of a nomination nominated its nominator for the same award.
  public func isMutual(_ nomination: Nomination) -> Bool {
    !nomination.nominator.isNone
      && awards.nominations.contains {
        $0.award == nomination.award && $0.nominee == nomination.nominator
          && $0.nominator == nomination.nominee
      }
  }
}
