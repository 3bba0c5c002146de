import Incentives
import JSONRPC

/// `learner.get`: what is known of a learner, row by row and as of today.
public struct GetLearner: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "learner.get", "Tells what is known of a learner: rows in time, and what holds today.",
    params: [.program, .required("learner", .identifier, "The learner.")],
    result: [
      .required("learner", .identifier, "The learner."),
      .optional(
        "alsoKnownAs", .list(.identifier, max: .max),
        "Ids of accounts that were merged into this one."),
      .optional("name", .prose, "The name people read."),
      .optional("alias", .prose, "The alias boards show."),
      .optional("number", .identifier, "The number beside the id."),
      .required("rows", .list(.object(row), max: .max), "What was said, oldest first."),
      .required("today", .object(today), "What holds today."),
      .required(
        "facts",
        .object([
          .optional("first", .day, "The first local day of a fact or grant."),
          .optional("last", .day, "The last one."),
          .required("pending", .count, "Facts that wait for the roster."),
        ]), "When the learner did something."),
    ], roles: [.read, .admin])

  private static let row: [Property] = [
    .optional("from", .day, "The first local day; absent: since ever."),
    .optional("to", .day, "The last local day; absent: without end."),
    .optional("roster", .boolean, "True where the row puts the learner on the roster."),
    .optional("cohort", .identifier, "The cohort."),
    .optional("tier", .identifier, "The tier."),
    .optional("flags", .list(.identifier, max: 3), "What keeps the learner off boards."),
    .optional("group", .either([.identifier, .word([""])]), "The group; empty: none."),
    .optional("leads", .boolean, "True where the learner leads it."),
    .optional("publish", .boolean, "Whether name and work may be published."),
  ]

  private static let today: [Property] = [
    .required("onRoster", .boolean, "Whether the roster covers today."),
    .optional("cohort", .identifier, "The cohort."),
    .optional("tier", .identifier, "The tier."),
    .optional("group", .identifier, "The group."),
    .optional("leads", .boolean, "True where the learner leads it."),
    .required("flags", .list(.identifier, max: 3), "What keeps the learner off boards."),
    .optional("publish", .boolean, "True where name and work may be published."),
  ]

  /// The program's id.
  public let program: String
  private let learner: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    learner = try fields.identifier("learner")
  }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: learner, sight, wall: wall)
  }

  /// Tells what is known.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let number = try state.knownLearner(learner)
    let row = state.learners[number]
    let today = state.learners.context(of: number, on: state.day(at: state.now(context.wall)))
    return jsonObject { writer in
      writer.member("learner", state.learners.shownID(number))
      let others = state.learners.alsoKnown(number).filter { !state.learners.isNameless($0) }
      if !others.isEmpty {
        writer.member("alsoKnownAs", others.map { state.learners.externalID($0) })
      }
      writer.memberUnlessEmpty("name", state.learners.name(number))
      writer.memberUnlessEmpty("alias", state.learners.alias(number))
      writer.memberUnlessEmpty("number", state.learners.rollNumber(number))
      writer.array("rows") { writer in
        for row in state.learners.contextRows(of: number).rows
        where !row.speaksOf.isEmpty && row.first <= row.last {
          writer.object { $0.members(of: row, in: state) }
        }
      }
      writer.object("today") { $0.members(of: today, in: state) }
      writer.object("facts") { writer in
        if row.firstDay <= row.lastDay {
          writer.member("first", row.firstDay)
          writer.member("last", row.lastDay)
        }
        writer.member("pending", row.pending)
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func members(of row: ContextRow, in state: ProgramState) {
    if row.first.number != .min { member("from", row.first) }
    if row.last.number != .max { member("to", row.last) }
    if row.speaksOf.contains(.roster) { member("roster", true) }
    if row.speaksOf.contains(.cohort) { member("cohort", state.word(row.cohort)) }
    if row.speaksOf.contains(.tier) { member("tier", state.word(row.tier)) }
    if row.speaksOf.contains(.flags) { member("flags", row.flags.words) }
    if row.speaksOf.contains(.publish) { member("publish", row.flags.contains(.publish)) }
    guard row.speaksOf.contains(.group) else { return }
    member("group", state.names.word(.group, row.group.rawValue))
    if row.flags.contains(.leader) { member("leads", true) }
  }

  fileprivate mutating func members(of context: Context, in state: ProgramState) {
    member("onRoster", context.isOnRoster)
    memberUnlessEmpty("cohort", state.word(context.cohort))
    memberUnlessEmpty("tier", state.word(context.tier))
    memberUnlessEmpty("group", state.names.word(.group, context.group.rawValue))
    if context.isLeader { member("leads", true) }
    member("flags", context.flags.words)
    if context.mayPublish { member("publish", true) }
  }
}

extension ProgramState {
  /// The word for a cohort; empty for none.
  func word(_ cohort: CohortNumber) -> String { names.word(.cohort, UInt32(cohort.rawValue)) }

  /// The word for a tier; empty for none.
  func word(_ tier: TierNumber) -> String { names.word(.tier, UInt32(tier.rawValue)) }
}

extension LearnerFlags {
  /// The words of the flags that keep a learner off boards.
  var words: [String] {
    LearnerFields.Flag.allCases.filter { contains($0.flag) }.map(\.rawValue)
  }
}
