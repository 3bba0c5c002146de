import Incentives
import JSONRPC

/// `audit.list`: who did what, when, to whom, and what was refused to whom; newest first.
///
/// A line is a command, some facts of one source that came one after another, or a note of what is not in
/// the chain: a refusal, a key that was made or ended, logins with a wrong key by the minute. What was
/// refused names no learner; of what was done, erased learners go by their number.
public struct ListAudit: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "audit.list",
    "Lists who did what, when and to whom, refusals included, newest first.",
    params: [
      .program,
      .optional("by", .identifier, "Only this person, integration or source of facts."),
      .optional("learner", .identifier, "Only commands that concerned this learner."),
      .optional("action", .identifier, "Only this method."),
      .optional("from", .moment, "Only from this instant or local day on."),
      .optional("to", .moment, "Only before this instant, or up to this local day."),
      .optional("refused", .boolean, "Only what was refused, or (false) only what was done."),
      .optional("before", cursor, "What `next` was on the page before."),
      .optional("limit", .integer(1...CallLimits.auditLinesMax), "How many.", default: "50"),
    ],
    result: [
      .required("entries", .list(.object(entry), max: .max), "The lines."),
      .optional(
        "next", cursor,
        "What `before` is for the next page; absent at the end. A page may be short, even empty."),
    ], roles: [.admin])

  private static let cursor = Schema.shaped(#"^[0-9]{1,20}\.[0-9]{1,20}\.[0-9]{1,20}$"#)

  private static let entry: [Property] = [
    .required("at", .instant, "When, or when it began."),
    .optional("until", .instant, "When the last of several came."),
    .optional("by", .identifier, "Who; absent where nobody said who they are."),
    .optional("source", .identifier, "The source, where facts were recorded."),
    .optional("action", .identifier, "The method; absent in records older than this is kept."),
    .optional("refused", .prose, "The reason's word, where it was refused."),
    .optional("count", .count, "How many facts, or how often within a minute."),
    .optional(
      "learners", .list(.identifier, max: CallLimits.auditLearnersMax),
      "The first of those it concerned."),
    .optional("learnerCount", .count, "How many it concerned."),
    .optional("staff", .identifier, "The member of staff it concerned."),
    .optional("batch", .batch, "The batch it concerned."),
    .optional("subject", .prose, "What else it concerned, such as a key."),
    .optional(
      "position", .count, "The record it ends with, of facts the first; absent beside the log."),
  ]

  /// The program's id.
  public let program: String
  private let by: String?
  private let learner: String?
  private let action: String?
  private let from: Bound?
  private let to: Bound?
  private let isRefused: Bool?
  private let before: AuditCursor
  private let limit: Int

  /// An end of the time that is asked for.
  private enum Bound {
    case day(LocalDay)
    case time(ParsedTime)
  }

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    by = try fields.optionalIdentifier("by")
    learner = try fields.optionalIdentifier("learner")
    action = try fields.optionalIdentifier("action")
    from = try Self.bound("from", &fields)
    to = try Self.bound("to", &fields)
    isRefused = try fields.optionalBool("refused")
    let cursor = try fields.optionalIdentifier("before")
    guard let before = cursor.map(AuditCursor.init(text:)) ?? .newest else {
      throw ParameterError("before", .invalidValue, "Send what `next` was on the page before.")
    }
    self.before = before
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.auditLinesMax) ?? 50)
  }

  private static func bound(
    _ name: StaticString, _ fields: inout Fields
  ) throws(ParameterError) -> Bound? {
    guard let text = try fields.optionalText(name, max: CallLimits.identifierBytesMax) else {
      return nil
    }
    if let day = InstantText.parseDay(text.bytes) { return .day(day) }
    guard let time = InstantText.parse(text.bytes) else {
      throw ParameterError(name, .invalidValue, InstantText.advice)
    }
    return .time(time)
  }

  /// Lists the lines.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let filter = try filter(in: state, seesServer: context.seesServer)
    let question = ColdQuestion.audit(filter, before: before, count: limit)
    guard case .audit(let entries, let next) = try context.cold(question) else {
      throw .refused(Refusal(.unavailable, "The audit can not be read now; try again."))
    }
    return jsonObject { writer in
      writer.array("entries") { writer in
        for entry in entries { writer.object { $0.members(of: entry, in: state) } }
      }
      if let next { writer.member("next", next.text) }
    }
  }

  private func filter(
    in state: ProgramState, seesServer: Bool
  ) throws(Undecided) -> AuditFilter {
    var filter = AuditFilter()
    filter.showsServer = seesServer
    filter.isRefused = isRefused
    if let by {
      filter.by = AuditFilter.Actor(
        word: by,
        principal: PrincipalNumber(rawValue: state.names.number(.principal, by) ?? 0),
        source: SourceNumber(rawValue: UInt16(state.names.number(.source, by) ?? 0)))
    }
    if let action {
      guard MethodTable.isMethod(action) else {
        throw .refused(
          Refusal(
            .invalid, field: "action",
            "There is no method \(action); rpc.discover lists those there are."))
      }
      filter.action = AuditFilter.Action(
        word: action,
        number: ActionNumber(rawValue: UInt16(state.names.number(.action, action) ?? 0)),
        recordsFacts: action == RecordFacts.card.name)
    }
    if let learner { filter.learner = try state.knownLearner(learner) }
    filter.from = from.map { bound in
      switch bound {
      case .day(let day): state.firstInstant(of: day)
      case .time(let time): state.instant(of: time)
      }
    }
    filter.to = to.map { bound in
      switch bound {
      case .day(let day): state.firstInstant(of: day.next)
      case .time(let time): state.instant(of: time)
      }
    }
    return filter
  }
}

extension AuditCursor {
  /// The cursor as callers hand it back: three numbers, of which only the server knows what they say.
  fileprivate var text: String { "\(record.rawValue).\(refusal).\(deed)" }

  fileprivate init?(text: String) {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt64($0) }
    guard numbers.count == 3, let record = numbers[0], let refusal = numbers[1],
      let deed = numbers[2]
    else { return nil }
    self.init(record: Position(rawValue: record), refusal: refusal, deed: deed)
  }
}

extension JSONWriter {
  fileprivate mutating func members(of entry: AuditEntry, in state: ProgramState) {
    member("at", entry.at)
    switch entry.what {
    case .command(let command):
      memberUnlessEmpty("by", state.names.word(.principal, command.principal.rawValue))
      memberUnlessEmpty("action", state.names.word(.action, UInt32(command.action.rawValue)))
      memberUnlessEmpty("refused", entry.refusal)
      learners(command.learners, of: state)
      if !command.staff.isNone { member("staff", state.staffID(command.staff)) }
      if !command.batch.isNone { member("batch", command.batch.description) }
    case .facts(let source, let count, let until):
      if until > entry.at { member("until", until) }
      member("source", state.names.word(.source, UInt32(source.rawValue)))
      member("action", RecordFacts.card.name)
      member("count", count)
    case .note(let note, let count, let until):
      if until > entry.at { member("until", until) }
      memberUnlessEmpty("by", note.principal)
      memberUnlessEmpty("action", note.action)
      memberUnlessEmpty("refused", entry.refusal)
      if count > 1 { member("count", count) }
      memberUnlessEmpty("subject", note.subject)
    }
    if !entry.position.isNone { member("position", entry.position) }
  }

  private mutating func learners(_ learners: [LearnerNumber], of state: ProgramState) {
    guard !learners.isEmpty else { return }
    array("learners") { writer in
      for learner in learners.prefix(CallLimits.auditLearnersMax) {
        writer.string(state.learners.shownID(learner))
      }
    }
    member("learnerCount", learners.count)
  }
}
