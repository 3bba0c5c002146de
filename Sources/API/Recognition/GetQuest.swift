import Incentives
import JSONRPC

/// `quest.get`: how far a learner is with each quest, and what the open step needs.
public struct GetQuest: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "quest.get", "Tells how far a learner is with the quests, and what the open step needs.",
    params: [
      .program, .required("learner", .identifier, "The learner."),
      .optional("quest", .identifier, "Only this quest."),
    ],
    result: [
      .required("learner", .identifier, "The learner."),
      .required(
        "quests",
        .list(
          .object([
            .required("quest", .identifier, "The quest."),
            .optional("title", .prose, "The name people read."),
            .required("done", .count, "How many steps are done."),
            .optional("since", .day, "The local day on which the last of them was done."),
            .required("isCompleted", .boolean, "Whether all are done."),
            .required(
              "steps",
              .list(
                .object([
                  .required("name", .identifier, "The step."),
                  .required("state", .word(["done", "open", "locked"]), "Where it stands."),
                  .optional("points", .count, "What it pays."),
                ]), max: 50), "The steps, in order."),
            .required(
              "missing", .list(.object(ListBadges.progress), max: .max),
              "What the open step needs."),
          ]), max: 100), "The quests the program declares, in its order."),
    ], roles: [.read, .admin])

  /// The program's id.
  public let program: String
  private let learner: String
  private let quest: String?

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    learner = try fields.identifier("learner")
    quest = try fields.optionalIdentifier("quest")
  }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: learner, sight, wall: wall)
  }

  /// Tells where the quests stand.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let number = try state.knownLearner(learner)
    let quests = state.definition.recognition.quests.filter { quest == nil || $0.id == quest }
    guard quest == nil || !quests.isEmpty else {
      throw .refused(Refusal(.notFound, field: "quest", "The program declares no such quest."))
    }
    return jsonObject { writer in
      writer.member("learner", learner)
      writer.array("quests") { writer in
        for quest in quests {
          let standing = state.standing(of: quest, for: number)
          let since = standing.since.map { state.day(at: $0) }
          writer.object { $0.members(of: quest, standing, since: since) }
        }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func members(
    of quest: Quest, _ standing: ProgramState.RecognitionStanding, since: LocalDay?
  ) {
    member("quest", quest.id)
    memberUnlessEmpty("title", quest.title)
    member("done", standing.stage)
    if let since { member("since", since) }
    member("isCompleted", standing.stage == quest.steps.count)
    array("steps") { writer in
      for (place, step) in quest.steps.enumerated() {
        writer.object { writer in
          writer.member("name", step.name)
          writer.member(
            "state",
            place < standing.stage ? "done" : place == standing.stage ? "open" : "locked")
          if step.points > 0 { writer.member("points", step.points) }
        }
      }
    }
    missing(standing.missing)
  }
}
