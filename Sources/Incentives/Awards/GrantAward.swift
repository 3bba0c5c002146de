/// An award that staff give (`award.grant`, rules.md §5).
public struct AwardGrant: Hashable, Sendable {
  /// The award's id.
  public var award: String
  /// The learners, by external id.
  public var learners: [String]
  /// Groups whose members of the day get it.
  public var groups: [String]
  /// The local day it is of; nil means today.
  public var occurredOn: LocalDay?
  /// The citation 事迹; empty where there is none.
  public var citation: String

  /// Asks for an award to be given.
  public init(
    award: String, learners: [String], groups: [String] = [], occurredOn: LocalDay? = nil,
    citation: String = ""
  ) {
    self.award = award
    self.learners = learners
    self.groups = groups
    self.occurredOn = occurredOn
    self.citation = citation
  }
}

extension ProgramState {
  /// Decides that learners get a declared award: all of them or none; answers the awards.
  ///
  /// Who is on no board wins nothing: named, they are refused; of a group they are left out. Refuses
  /// `not_found` for an award that is not declared and for somebody who is not on the roster of the day,
  /// `fact_in_future`, and `invalid_params` for a day outside the term where the points count.
  public func decide(
    _ request: AwardGrant, now: Instant, by principal: PrincipalNumber,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> [GivenNumber] {
    let (number, award) = try declared(request.award)
    let day = request.occurredOn ?? day(at: now)
    try checkIsNotAhead(day, now: now)
    let learners = try grantees(request.learners, groups: request.groups, on: day)
    let named = Set(request.learners.compactMap { learnerNumber($0) })
    var given: [GivenNumber] = []
    var winners: [LearnerNumber] = []
    for learner in learners {
      let context = self.learners.context(of: learner, on: day)
      guard context.flags.isDisjoint(with: .offBoards) else {
        guard named.contains(learner) else { continue }
        throw .refused(
          Refusal(
            .invalid, field: "learners",
            "\(self.learners.shownID(learner)) is staff, a test or an observer, and wins nothing."))
      }
      if award.counts, award.points > 0 {
        _ = try countingTerm(on: day, cohort: context.cohort)
        try checkNotFrozen(learner, from: day, to: day, field: "occurredOn")
      }
      winners.append(learner)
    }
    var purses = StepPurses()
    for learner in winners {
      given.append(GivenNumber(rawValue: UInt32(awards.given.count + given.count + 1)))
      append(
        given[given.count - 1], of: number, award, to: learner, on: day, title: award.title,
        cause: .given, by: principal, citation: request.citation, asOf: nil, purses: &purses,
        to: &buffer)
    }
    return given
  }

  /// A declared award; refuses one that the standing definition does not declare.
  func declared(_ id: String) throws(Undecided) -> (AwardNumber, AwardDefinition) {
    if let number = awardNumber(id),
      let award = definition.declaredAwards.first(where: { $0.id == id })
    {
      return (number, award)
    }
    let known = definition.declaredAwards.map(\.id).joined(separator: ", ")
    throw .refused(
      Refusal(
        .notFound, field: "award",
        "The program declares no such award; it declares: \(known.isEmpty ? "none" : known)."))
  }
}
