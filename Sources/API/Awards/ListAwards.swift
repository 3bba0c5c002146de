import Incentives
import JSONRPC

/// `award.list`: the stars of open periods as they stand, those that wait for staff, awards that were given,
/// nominations.
public struct ListAwards: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "award.list",
    "Lists awards: provisional stars of open periods 今日暂列, stars that wait for staff, awards given, "
      + "newest first, and nominations.",
    params: [
      .program,
      .optional("award", .identifier, "Only this award."),
      .optional(
        "period", .period,
        "Only stars of this period; needed for provisional stars of more than "
          + "\(CallLimits.provisionalLearnersMax) learners."),
      .optional("learner", .identifier, "Only awards and nominations of this learner."),
      .optional("proof", .boolean, "Whether stars show who competed.", default: "false"),
      .optional(
        "public", .boolean,
        "Whether it is to be published: who did not consent is shown by alias or 姓+同学.",
        default: "false"),
      .optional("before", .awardID, "Only awards given before this one."),
      .optional("limit", .integer(1...CallLimits.listedAwardsMax), "How many.", default: "20"),
    ],
    result: [
      .optional("provisional", .list(.object(provisional), max: .max), "How open periods stand."),
      .optional("waiting", .list(.object(waiting), max: .max), "Stars that staff may choose."),
      .required("awards", .list(.object(given), max: .max), "Awards that were given."),
      .optional("nominations", .list(.object(nomination), max: .max), "Nominations, newest first."),
      .optional("next", .awardID, "What `before` is for the next page; absent at the end."),
    ], roles: [.read, .award, .admin])

  private static let ofStar: [Property] =
    [
      .required("award", .identifier, "The award."), .optional("title", .prose, "Its title."),
      .required("period", .period, "The period."),
    ] + Property.segment

  private static let provisional: [Property] =
    ofStar + [.required("closes", .instant, "When it will be decided.")] + Property.proof

  private static let waiting: [Property] =
    [.required("decision", .decisionID, "What award.confirm names.")] + ofStar + [
      .required("deadline", .instant, "When the first stands.")
    ] + Property.proof

  private static let given: [Property] =
    [
      .required("id", .awardID, "The award that was given."),
      .required("award", .identifier, "The declared award."),
      .optional("title", .prose, "Its title."),
    ] + Property.winner + [
      .required("day", .day, "The local day it is of."),
      .required("status", .word(["standing", "revoked"]), "Whether it stands."),
      .required("cause", .word(AwardCause.allCases.map(\.word)), "Why it was given."),
      .required("points", .number, "What it paid."),
      .optional("by", .identifier, "Who gave it."),
      .optional("citation", .prose, "The citation 事迹."),
      .optional("reason", .prose, "Why it was revoked."),
      .optional("nomination", .nominationID, "The nomination of a work."),
      .optional("decision", .decisionID, "The decision on a star."),
      .optional("period", .period, "The period of a star."),
    ] + Property.segment + [
      .optional("closedAt", .instant, "When the period closed."),
      .optional("proof", .object(Property.proof), "Who competed."),
    ]

  private static let nomination: [Property] =
    [
      .required("nomination", .nominationID, "The nomination."),
      .required("award", .identifier, "The award."), .optional("title", .prose, "Its title."),
    ] + Property.winner + [
      .required("as", .word(NominatorRole.allCases.map(\.word)), "Who nominated it."),
      .optional("nominator", .identifier, "The learner who did."),
      .required("by", .identifier, "Who sent the call."),
      .required("day", .day, "When."),
      .optional("fact", .count, "The fact that is the work."),
      .optional("object", .prose, "The object that is the work, as kind:id."),
      .required("mutual", .boolean, "Whether the nominee nominated the nominator."),
      .required("status", .word(["open", "accepted", "refused"]), "How far it is."),
      .optional("decidedBy", .identifier, "Who decided."),
      .optional("decidedOn", .day, "When."),
      .optional("reason", .prose, "Why."),
    ]

  /// The program's id.
  public let program: String
  private let award: String?
  private let period: PeriodWord?
  private let learner: String?
  private let showsProof: Bool
  private let isPublic: Bool
  private let before: GivenNumber?
  private let limit: Int

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    award = try fields.optionalIdentifier("award")
    period = try PeriodWord(&fields)
    learner = try fields.optionalIdentifier("learner")
    showsProof = try fields.optionalBool("proof") ?? false
    isPublic = try fields.optionalBool("public") ?? false
    before = try fields.optionalAwardID("before")
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.listedAwardsMax) ?? 20)
  }

  /// Refuses a learner who is not seen; awards of others are left out.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    if let learner { try state.check(learner: learner, sight, wall: wall) }
  }

  /// Lists the awards.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let now = state.now(context.wall)
    let filter = try AwardFilter(
      award: award, period: try period?.period(in: state), learner: learner, sight: context.sight,
      today: state.day(at: now), in: state)
    let page = AwardPage(filter, before: before, limit: limit, in: state)
    let nominations = before == nil ? filter.nominations(limit: limit, in: state) : []
    let records = try context.records(
      page.positions(proof: showsProof, in: state) + nominations.map(\.decidedAt))
    let provisional = try before == nil ? context.provisional(filter, now: now) : []
    let naming = AwardNaming(state: state, today: filter.today, isPublic: isPublic)
    return jsonObject { writer in
      if before == nil {
        writer.provisional(provisional, naming)
        writer.waiting(filter, naming)
      }
      writer.array("awards") { writer in
        for award in page.awards {
          writer.object { $0.members(of: award, records, showsProof: showsProof, naming) }
        }
      }
      if !nominations.isEmpty {
        writer.array("nominations") { writer in
          for one in nominations { writer.object { $0.members(of: one, records, naming) } }
        }
      }
      if let next = page.next { writer.member("next", next.description) }
    }
  }
}

extension QueryContext where Self: ~Copyable {
  /// Some records; those at no position are left out.
  borrowing func records(_ positions: [Position]) throws(Undecided) -> [Position: KnownRecord] {
    let asked = Set(positions).subtracting([.none]).sorted()
    guard !asked.isEmpty else { return [:] }
    guard case .records(let found) = try cold(.records(asked)) else {
      throw .refused(Refusal(.unavailable, "The records can not be read now; try again."))
    }
    return found
  }

  /// How the stars of open periods stand, where nobody in particular is asked about.
  borrowing func provisional(
    _ filter: AwardFilter, now: Instant
  ) throws(Undecided) -> [ProvisionalStar] {
    // Each period costs a look at every learner: of very many, one period at a time is looked at.
    guard filter.learner == nil,
      filter.period != nil || state.learners.count <= CallLimits.provisionalLearnersMax
    else { return [] }
    var found: [ProvisionalStar] = []
    for period in state.periodsOfStars where filter.period == nil || filter.period == period {
      var logs: [LearnerNumber: LearnerLog] = [:]
      while true {
        do throws(Undecided) {
          found += try state.provisionalStars(
            of: period, award: filter.award, now: now, logs: logs)
          break
        } catch {
          guard case .needs(.histories(let learners)) = error else { throw error }
          for learner in learners where logs[learner] == nil {
            // All that are needed are asked for at once.
            do throws(Undecided) { logs[learner] = try log(of: learner) } catch .needs {
              throw error
            } catch let other { throw other }
          }
        }
      }
    }
    return found.filter { filter.sees($0.segment, in: state) }
  }
}

/// Which awards a list shows.
struct AwardFilter {
  let award: AwardNumber?
  let period: Period?
  let learner: LearnerNumber?
  let sight: Sight
  let today: LocalDay

  init(
    award: String?, period: Period?, learner: String?, sight: Sight, today: LocalDay,
    in state: ProgramState
  ) throws(Undecided) {
    self.period = period
    self.sight = sight
    self.today = today
    self.learner = try learner.map { id throws(Undecided) in try state.knownLearner(id) }
    self.award = try award.map { id throws(Undecided) in
      guard let number = state.awardNumber(id) else {
        throw .refused(
          Refusal(.notFound, field: "award", "The program never declared an award of this id."))
      }
      return number
    }
  }

  /// Whether a star of a segment is seen.
  func sees(_ segment: Segment, in state: ProgramState) -> Bool {
    guard sight.isLimited else { return true }
    switch segment.kind {
    case .cohort: return sight.sees(CohortNumber(rawValue: UInt16(segment.number)))
    case .group: return state.sees(GroupNumber(rawValue: segment.number), with: sight)
    case .everyone, .tier: return false
    }
  }

  func shows(_ row: GivenAward, in state: ProgramState) -> Bool {
    (award ?? row.award) == row.award && (learner ?? row.learner) == row.learner
      && (period == nil || state.awards[row.decision]?.period == period)
      && state.sees(row.learner, with: sight, on: today)
  }

  func nominations(limit: Int, in state: ProgramState) -> [Nomination] {
    guard period == nil else { return [] }
    return Array(
      state.awards.nominations.reversed().lazy.filter { row in
        (award ?? row.award) == row.award && (learner ?? row.nominee) == row.nominee
          && state.sees(row.nominee, with: sight, on: today)
      }.prefix(limit))
  }
}

/// A page of awards that were given, newest first.
struct AwardPage {
  let awards: [GivenAward]
  let next: GivenNumber?

  init(_ filter: AwardFilter, before: GivenNumber?, limit: Int, in state: ProgramState) {
    var found: [GivenAward] = []
    var next: GivenNumber?
    let end = min(state.awards.given.count, before.map { max(0, $0.index - 1) } ?? .max)
    if let learner = filter.learner {
      let all = state.awards.awards(of: learner).filter { $0.index - 1 < end }
        .compactMap { state.awards[$0] }.filter { filter.shows($0, in: state) }
      found = Array(all.prefix(limit))
      if all.count > limit { next = found.last?.number }
    } else {
      for row in state.awards.given[..<end].reversed() where filter.shows(row, in: state) {
        if found.count == limit {
          next = found.last?.number
          break
        }
        found.append(row)
      }
    }
    awards = found
    self.next = next
  }

  /// The records that hold what the page tells and what is not resident.
  func positions(proof: Bool, in state: ProgramState) -> [Position] {
    awards.flatMap { row -> [Position] in
      let decision = proof ? state.awards[row.decision]?.position ?? .none : .none
      return [row.position, row.payment, row.revokedAt, decision]
    }
  }
}
