import Incentives
import JSONRPC

/// `board.top`: the first places of a board, exact at one position.
public struct TopOfBoard: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "board.top", "Shows the first places of a board.",
    params: [.program, BoardQuestion.of] + BoardQuestion.properties + [
      .optional("limit", .integer(1...CallLimits.placesMax), "How many places.", default: "10")
    ], result: Property.board, roles: [.read, .admin])

  /// The program's id.
  public let program: String
  private let board: BoardQuestion
  private let limit: Int

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    board = try BoardQuestion(&fields, ranksGroups: nil)
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.placesMax) ?? 10)
  }

  /// Refuses a board of more than the cohorts that are seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try board.check(sight, in: state)
  }

  /// Shows the places.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now) = (context.state, context.state.now(context.wall))
    let request = try board.request(in: state)
    let page: BoardPage
    if try state.isStored(request.period, now: now) {
      page =
        try context.closedPart(request, .top(limit))?.page
        ?? BoardPage(places: [], count: 0, own: nil, isFinal: true)
    } else {
      page = state.top(request, count: limit, now: now)
    }
    return jsonObject { $0.members(of: page, request, in: state) }
  }
}

extension QueryContext where Self: ~Copyable {
  /// Part of the board of a closed period; nil where nothing happened in it.
  borrowing func closedPart(
    _ request: BoardRequest, _ part: ClosedPartRequest
  ) throws(Undecided) -> ClosedPart? {
    guard case .closedPart(let found) = try cold(.closedPart(request, part)) else {
      throw .refused(Refusal(.unavailable, "The board can not be read now; try again."))
    }
    return found
  }
}

extension JSONWriter {
  /// Writes the members of a board's page.
  mutating func members(of page: BoardPage, _ request: BoardRequest, in state: ProgramState) {
    member("period", state.text(of: request.period))
    member("of", request.ranksGroups ? "groups" : "learners")
    member("final", page.isFinal)
    member("ties", "shared")
    member("count", page.count)
    array("places") { writer in
      for place in page.places { writer.object { $0.members(of: place, request, in: state) } }
    }
    if !page.isFinal, let end = state.end(of: request.period) { member("nextReset", end) }
  }

  private mutating func members(
    of place: BoardPage.Place, _ request: BoardRequest, in state: ProgramState
  ) {
    member("rank", place.rank)
    if request.ranksGroups {
      member("group", state.names.word(.group, place.member))
      memberUnlessEmpty("name", state.groups[Int(place.member)].title)
    } else {
      // A closed board names whom it ranked, who may have been merged since.
      let learner = state.learners.surviving(LearnerNumber(rawValue: place.member))
      let alias = state.learners.alias(learner)
      self.learner(learner, of: state)
      memberUnlessEmpty("name", alias.isEmpty ? state.learners.name(learner) : alias)
    }
    member("score", place.score)
  }
}

extension Property {
  /// A page of a board.
  static let board: [Property] = [
    .required("period", .period, "The period."),
    .required("of", .word(["learners", "groups"]), "Whom it ranks."),
    .required("final", .boolean, "Whether the period is closed and the board stays."),
    .required("ties", .word(["shared"]), "Equals share a rank: 1, 1, 3."),
    .required("count", .count, "How many are ranked in all, zeros included."),
    .required(
      "places",
      .list(
        .object([
          .required("rank", .count, "The rank."),
          .optional("learner", .identifier, "The learner."), .erased,
          .optional("group", .identifier, "The group."),
          .optional("name", .prose, "The alias, or else the name."),
          .required("score", .number, "The points of the period."),
        ]), max: Int(CallLimits.placesMax)), "The places, best first."),
    .optional("nextReset", .instant, "When the open period ends."),
  ]
}
