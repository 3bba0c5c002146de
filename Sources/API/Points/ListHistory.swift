import Incentives
import JSONRPC

/// `history.list`: what happened to a learner's points, newest first, with the balances after each.
public struct ListHistory: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "history.list", "Lists what happened to a learner's points, newest first.",
    params: [
      .program,
      .required("learner", .identifier, "The learner."),
      .optional("before", .integer(1 ... .max), "Only entries before this position."),
      .optional("limit", .integer(1...CallLimits.historyEntriesMax), "How many.", default: "50"),
    ],
    result: [
      .required("entries", .list(.object(entry), max: .max), "The entries."),
      .optional("next", .count, "What `before` is for the next page; absent at the end."),
    ], roles: [.read, .admin])

  private static let entry: [Property] =
    ownMembers + Property.deed.filter { $0.name != "day" }.map(\.ifThere)

  private static let ownMembers: [Property] = [
    .required("position", .count, "The record's position."),
    .required("at", .instant, "When it was recorded."),
    .required(
      "kind",
      .word(
        [
          "fact", "move", "reversal", "context", "expiry", "recognition", "decision", "merge",
          "attendance", "leave", "perfectAttendance",
        ] + GrantKind.allCases.map(\.word)), "What it is."),
    .optional("session", .identifier, "The session of a row of attendance."),
    .optional("attendance", .word(AttendanceStatus.allCases.map(\.word)), "What it says."),
    .optional("minutes", .count, "How many minutes it says."),
    .optional("to", .day, "The last day of a leave."),
    .optional("note", .prose, "What is noted."),
    .optional("perfect", .identifier, "The perfect attendance that is granted or revoked."),
    .optional("period", .period, "Its period."),
    .optional("granted", .boolean, "Whether it is granted; else it is revoked."),
    .optional("fact", .count, "The earlier fact or grant it is about."),
    .required("day", .day, "The local day it counts for."),
    .optional("status", .word(FactStatus.words), "Whether it counts."),
    .required("points", .number, "What it adds."),
    .optional(
      "rules",
      .list(
        .object([
          .required("rule", .identifier, "A rule."), .required("points", .number, "What it paid."),
          .optional("reason", .word(Reason.words), "Why it paid nothing."),
        ]), max: .max), "What rules paid."),
    .optional("from", .identifier, "The id of the account that was merged."),
    .optional("reason", .prose, "The reason code of a grant; else the reason in words."),
    .optional("award", .awardID, "The award that paid it, or of which it was taken back."),
    .optional("account", .word(["earned", "bonus", "adjusted"]), "Where given points went."),
    .optional("adjusted", .number, "What an opening balance adjusts beside that."),
    .optional("cause", .prose, "Why."),
    .optional("by", .prose, "Who."),
    .optional("group", .identifier, "The group that shares."),
    .optional("term", .identifier, "The term it belongs to."),
    .optional("expired", .number, "What expired of a term's lot."),
    .required("earned", .number, "The balance after it."),
    .required("spendable", .count, "The balance after it."),
  ]

  /// The program's id.
  public let program: String
  private let learner: String
  private let before: Position?
  private let limit: Int

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    learner = try fields.identifier("learner")
    before = try fields.optionalPosition("before")
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.historyEntriesMax) ?? 50)
  }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: learner, sight, wall: wall)
  }

  /// Lists the entries.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let log = try context.log(of: try state.knownLearner(learner))
    let statement = Statement(log)
    let end = before.map { position in log.positions.firstIndex { $0 >= position } } ?? nil
    let shown = statement.entries.filter { $0.place < end ?? .max }.suffix(limit)
    let hasMore = shown.first.map { $0.place > (statement.entries.first?.place ?? 0) } ?? false
    return jsonObject { writer in
      writer.array("entries") { writer in
        for entry in shown.reversed() {
          writer.object { $0.members(of: entry, in: log, of: state) }
        }
      }
      if hasMore, let oldest = shown.first {
        writer.member("next", log.positions[oldest.place])
      }
    }
  }
}

/// A learner's log as a bank would print it: each record with the balances after it.
///
/// What a record moves in lots is told with it; only what expired by itself stands alone.
struct Statement {
  struct Entry {
    let place: Int
    let points: Int64
    let earned: Int64
    var spendable: Int64
  }

  private(set) var entries: [Entry] = []

  init(_ log: LearnerLog) {
    var accounts = Accounts()
    for (place, change) in log.buffer.changes.enumerated() {
      let points: Int64
      switch change {
      case .fact(let fact):
        points = log.buffer.outcomes[fact.outcomes.range].reduce(0) { $0 &+ $1.points }
        accounts.post(Posting(points: points, debt: -fact.debtPaid))
      case .moved(let move):
        points = move.posting.points
        accounts.post(move.posting)
      case .granted(let grant):
        points = grant.posting.points
        accounts.post(grant)
      case .reversed, .context, .recognized, .badgeDecided, .attendance, .excused, .perfect:
        points = 0
      case .merged(let merge):
        points = 0
        accounts.post(Posting(points: 0, debt: -merge.debtPaid))
      case .lot(let lot):
        points = 0
        accounts.post(Posting(points: -lot.expired), to: .expired)
        guard lot.cause == .expiry else {
          if !entries.isEmpty { entries[entries.count - 1].spendable = accounts.spendable }
          continue
        }
      default: continue
      }
      entries.append(
        Entry(
          place: place, points: points, earned: accounts.earned, spendable: accounts.spendable))
    }
  }
}

extension JSONWriter {
  fileprivate mutating func members(
    of entry: Statement.Entry, in log: LearnerLog, of state: ProgramState
  ) {
    member("position", log.positions[entry.place])
    member("at", log.times[entry.place])
    switch log.buffer.changes[entry.place] {
    case .fact(let fact):
      member("kind", "fact")
      members(of: fact, in: log.buffer, of: state)
      member("status", fact.status.word)
      rules(log.buffer.outcomes[fact.outcomes.range], of: state)
      place(fact.group, fact.term, of: state)
    case .moved(let move):
      member("kind", "move")
      member("fact", move.fact)
      member("day", move.day)
      // Without a rule it is a grant that moved.
      if let rule = state.rulesByNumber[move.rule] {
        array("rules") { writer in
          writer.object { writer in
            writer.member("rule", rule.id)
            writer.member("points", move.posting.points)
          }
        }
      }
      member("cause", move.cause.word)
      place(move.group, move.term, of: state)
    case .granted(let grant):
      member("kind", grant.undoes.isNone ? grant.kind.word : "reversal")
      if !grant.undoes.isNone { member("fact", grant.undoes) }
      member("day", grant.day)
      let paid = grant.undoes.isNone ? log.positions[entry.place] : grant.undoes
      if let award = state.awards.award(paidBy: paid) { member("award", award.description) }
      member("account", grant.account.word)
      if grant.adjusted != 0 { member("adjusted", grant.adjusted) }
      key("reason")
      log.buffer.text.withBytes(grant.reason) { string(utf8: $0) }
      member("by", state.names.word(.principal, grant.principal.rawValue))
      place(grant.group, grant.term, of: state)
    case .reversed(let reversal):
      member("kind", "reversal")
      member("fact", reversal.fact)
      member("day", reversal.day)
      member("cause", reversal.cause.word)
      member("by", state.names.word(.principal, reversal.principal.rawValue))
    case .recognized(let change):
      member("kind", "recognition")
      if let id = state.rulesByNumber[change.recognition]?.id { member("recognition", id) }
      member("stage", Int(change.stage))
      if !change.fact.isNone { member("fact", change.fact) }
      member("day", change.day)
    case .badgeDecided(let decided):
      member("kind", "decision")
      if let id = state.rulesByNumber[decided.badge]?.id { member("recognition", id) }
      member("stage", Int(decided.stage))
      member("day", decided.day)
      key("reason")
      log.buffer.text.withBytes(decided.reason) { string(utf8: $0) }
      member("by", state.names.word(.principal, decided.principal.rawValue))
    case .context(let context):
      member("kind", "context")
      member("fact", context.fact)
      member("day", context.day)
      member("status", context.status.word)
      place(context.group, context.term, of: state)
    case .lot(let lot):
      member("kind", "expiry")
      member("day", lot.day)
      member("expired", lot.expired)
      place(.none, lot.term, of: state)
    case .merged(let merge):
      member("kind", "merge")
      let isNameless = state.learners.isNameless(merge.from)
      member("from", isNameless ? "#\(merge.from.rawValue)" : state.learners.externalID(merge.from))
      member("day", merge.decidedOn)
      key("reason")
      log.buffer.text.withBytes(merge.reason) { string(utf8: $0) }
      member("by", state.names.word(.principal, merge.principal.rawValue))
    case .attendance(let row): members(of: row, in: log.buffer, of: state)
    case .excused(let leave): members(of: leave, in: log.buffer, of: state)
    case .perfect(let perfect): members(of: perfect, of: state)
    default: break
    }
    member("points", entry.points)
    member("earned", entry.earned)
    member("spendable", entry.spendable)
  }

  private mutating func place(_ group: GroupNumber, _ term: TermNumber, of state: ProgramState) {
    memberUnlessEmpty("group", state.names.word(.group, group.rawValue))
    if let term = state.termID(term) { member("term", term) }
  }
}
