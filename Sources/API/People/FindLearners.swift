import Incentives
import JSONRPC

/// `learner.find`: learners whose id or name contains a text, the exact id first.
public struct FindLearners: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "learner.find", "Finds learners by id, or by a part of their id, name or alias.",
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
            .required("learner", .identifier, "The id."),
            .optional("name", .prose, "The name."), .optional("alias", .prose, "The alias."),
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

  /// Finds the learners.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let found = find(in: state)
    let today = state.day(at: state.now(context.wall))
    return jsonObject { writer in
      writer.array("learners") { writer in
        for learner in found {
          let context = state.learners.context(of: learner, on: today)
          writer.object { writer in
            writer.member("learner", state.learners.externalID(learner))
            writer.memberUnlessEmpty("name", state.learners.name(learner))
            writer.memberUnlessEmpty("alias", state.learners.alias(learner))
            writer.memberUnlessEmpty("cohort", state.word(context.cohort))
            writer.memberUnlessEmpty("group", state.names.word(.group, context.group.rawValue))
          }
        }
      }
    }
  }

  private func find(in state: ProgramState) -> [LearnerNumber] {
    let wanted = text.utf8.map(Self.folded)
    var found: [LearnerNumber] = []
    if let exact = state.learnerNumber(text) { found.append(exact) }
    for number in 0..<UInt32(state.learners.count) {
      guard found.count < limit else { break }
      let learner = LearnerNumber(rawValue: number + 1)
      let isMatch =
        state.learners.withExternalID(learner) { Self.contains($0, wanted) }
        || Self.contains(state.learners.name(learner), wanted)
        || Self.contains(state.learners.alias(learner), wanted)
      if isMatch, learner != found.first { found.append(learner) }
    }
    return found
  }

  private static func contains(_ text: String, _ wanted: [UInt8]) -> Bool {
    var text = text
    return text.withUTF8 { contains(UnsafeRawBufferPointer($0), wanted) }
  }

  private static func contains(_ text: UnsafeRawBufferPointer, _ wanted: [UInt8]) -> Bool {
    guard text.count >= wanted.count else { return false }
    return (0...(text.count - wanted.count)).contains { start in
      wanted.indices.allSatisfy { folded(text[start + $0]) == wanted[$0] }
    }
  }

  /// The byte in lower case, if it is an ASCII letter.
  private static func folded(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}
