import Incentives
import JSONRPC

/// `learner.find`: learners whose id, number or name contains a text; the exact id, then number, first.
public struct FindLearners: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "learner.find",
    "Finds learners by a part of their id, number, name or alias; whose own it is, first.",
    params: [
      .program,
      .required("text", .prose, "What to look for; case of ASCII letters does not matter."),
      .optional("limit", .integer(1...CallLimits.foundLearnersMax), "How many.", default: "10"),
    ],
    result: [
      .required(
        "learners",
        .list(
          .object([
            .required("learner", .identifier, "The id."), .erased,
            .optional("name", .prose, "The name."), .optional("alias", .prose, "The alias."),
            .optional("number", .identifier, "The number beside the id."),
            .optional("cohort", .identifier, "The cohort today."),
            .optional("group", .identifier, "The group today."),
          ]), max: Int(CallLimits.foundLearnersMax)), "The learners found.")
    ], roles: [.read, .admin])

  /// The program's id.
  public let program: String
  private let text: String
  private let limit: Int

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    text = try fields.string("text", max: CallLimits.textBytesMax)
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.foundLearnersMax) ?? 10)
  }

  /// Who is not seen is not found.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Finds the learners.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let today = state.day(at: state.now(context.wall))
    let found = try find(context).filter {
      state.sees($0, with: context.sight, on: today)
    }.prefix(limit)
    return jsonObject { writer in
      writer.array("learners") { writer in
        for learner in found {
          let context = state.learners.context(of: learner, on: today)
          writer.object { writer in
            writer.learner(learner, of: state)
            writer.memberUnlessEmpty("name", state.learners.name(learner))
            writer.memberUnlessEmpty("alias", state.learners.alias(learner))
            writer.memberUnlessEmpty("number", state.learners.rollNumber(learner))
            writer.memberUnlessEmpty("cohort", state.word(context.cohort))
            writer.memberUnlessEmpty("group", state.names.word(.group, context.group.rawValue))
          }
        }
      }
    }
  }

  /// How many are looked at for a caller who sees some cohorts only: beyond, a longer text is needed.
  private static let lookedAtMax = 10_000

  /// The exact id first, then the exact number; the others are looked for off the engine thread, over all that is kept.
  private func find(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [LearnerNumber] {
    let state = context.state
    var exact = [LearnerNumber]()
    for learner in [state.learnerNumber(text), state.holder(ofRollNumber: text)] {
      if let learner, !exact.contains(learner) { exact.append(learner) }
    }
    let wanted = SearchText(text)
    // Two more than asked for, since the exact ones are among them; all of them where most may be unseen.
    let question = ColdQuestion.learners(
      containing: wanted, limit: context.sight.isLimited ? Self.lookedAtMax : limit + 2)
    guard case .learners(let others) = try context.cold(question) else {
      throw .refused(Refusal(.unavailable, "The names can not be read now; try again."))
    }
    // What was read may be newer or older than the state: what the state says is what holds.
    let inexact = others.filter { learner in
      !exact.contains(learner) && learner.index <= state.learners.count
        && (state.learners.withExternalID(learner, wanted.occurs)
          || wanted.occurs(in: state.learners.name(learner))
          || wanted.occurs(in: state.learners.alias(learner))
          || wanted.occurs(in: state.learners.rollNumber(learner)))
    }
    // Who was merged is found by the old id or name too, once, as the surviving learner.
    var seen: Set<LearnerNumber> = []
    return (exact + inexact).map { state.learners.surviving($0) }
      .filter { seen.insert($0).inserted }
  }
}
