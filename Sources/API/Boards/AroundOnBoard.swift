import Incentives
import JSONRPC

/// `board.around`: one's own place on a board, and the neighbours.
public struct AroundOnBoard: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "board.around", "Shows the place of a learner or group on a board, and its neighbours.",
    params: [
      .program,
      .optional("learner", .identifier, "The learner; this or group."),
    ] + BoardQuestion.properties + [
      .optional(
        "neighbours", .integer(0...CallLimits.neighboursMax), "How many on each side.",
        default: "2")
    ],
    result: Property.board + [
      .required(
        "own",
        .object([
          .required("rank", .count, "The rank."),
          .required("score", .number, "The points of the period."),
          .required("percentile", .integer(0...100), "How many of a hundred others score less."),
          .optional("toNext", .count, "Points to the next better score; absent at the top."),
        ]), "The place asked about.")
    ], roles: [.read, .admin])

  private enum Member: Sendable {
    case learner(String)
    case group(String)
  }

  /// The program's id.
  public let program: String
  private let member: Member
  private let board: BoardQuestion
  private let neighbours: Int

  /// Reads the parameters; with a learner, `group` narrows the board to a group's members.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    if let learner = try fields.optionalIdentifier("learner") {
      member = .learner(learner)
      board = try BoardQuestion(&fields, ranksGroups: false)
    } else if let group = try fields.optionalIdentifier("group") {
      member = .group(group)
      board = try BoardQuestion(&fields, ranksGroups: true, canNameGroup: false)
    } else {
      throw ParameterError("learner", .missing, "Add learner, or group for a board of groups.")
    }
    neighbours = Int(
      try fields.optionalInt("neighbours", in: 0...CallLimits.neighboursMax) ?? 2)
  }

  /// Refuses a board, a learner or a group that is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    switch member {
    case .learner(let id): try state.check(learner: id, sight, wall: wall)
    case .group(let id): try state.check(group: id, sight)
    }
    try board.check(sight, in: state)
  }

  /// Shows the place.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now) = (context.state, context.state.now(context.wall))
    let request = try board.request(in: state)
    let (number, field): (UInt32, String) =
      switch member {
      case .learner(let id): (try state.knownLearner(id).rawValue, "learner")
      case .group(let id): (try state.knownGroup(id).rawValue, "group")
      }
    let page: BoardPage?
    if try state.isStored(request.period, now: now) {
      page = try closedPage(of: number, request, context)
    } else {
      page = state.around(number, request, neighbours: neighbours, now: now)
    }
    guard let page, let own = page.own else {
      throw .refused(
        Refusal(
          .notFound, field: field,
          "This board does not rank this \(field); see `learner.get` for roster and flags."))
    }
    return jsonObject { writer in
      writer.members(of: page, request, in: state)
      writer.object("own") { writer in
        writer.member("rank", own.place.rank)
        writer.member("score", own.place.score)
        writer.member("percentile", own.percentile)
        if let toNext = own.toNext { writer.member("toNext", toNext) }
      }
    }
  }
}

extension AroundOnBoard {
  /// The page of a closed board, which may have ranked a learner by an account that was merged since:
  /// then by the account that stands best.
  private func closedPage(
    of number: UInt32, _ request: BoardRequest,
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> BoardPage? {
    let state = context.state
    var members = [number]
    if !request.ranksGroups {
      members += state.learners.alsoKnown(LearnerNumber(rawValue: number)).map(\.rawValue)
    }
    var best: BoardPage?
    for member in members {
      let part = try context.closedPart(request, .around(member, neighbours: neighbours))
      let page = part.flatMap { part in
        part.page(of: member, wasRanked: state.wasRanked(member, request, asOf: part.cut))
      }
      guard let rank = page?.own?.place.rank else { continue }
      if best?.own.map({ rank < $0.place.rank }) ?? true { best = page }
    }
    return best
  }
}

extension ClosedPart {
  /// The page around a member; nil where the board did not rank it.
  ///
  /// Who was ranked without points shares the rank behind the last who scored. Their order is not kept, so
  /// that of them only the member itself is shown.
  func page(of member: UInt32, wasRanked: Bool) -> BoardPage? {
    guard page.own == nil else { return page }
    guard wasRanked else { return nil }
    var page = page
    let place = BoardPage.Place(rank: scored + 1, member: member, score: 0)
    page.places.append(place)
    page.own = BoardPage.Own(
      place: place, percentile: RankIndex.percentile(below: 0, of: page.count),
      toNext: lowestScore)
    return page
  }
}
