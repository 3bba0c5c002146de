import Incentives
import JSONRPC

/// What a call says of a learner: the same in `learner.put` and in each row of `roster.import`.
enum LearnerFields {
  /// The words of the flags.
  enum Flag: String, CaseIterable {
    case staff, test, observer

    var flag: LearnerFlags {
      switch self {
      case .staff: .staff
      case .test: .test
      case .observer: .observer
      }
    }
  }

  /// The members, beside those of the method.
  static let properties: [Property] = [
    .required("id", .identifier, "The id the organisation uses."),
    .optional("name", .prose, "The name people read; absent leaves it."),
    .optional("alias", .prose, "The alias boards show; absent leaves it."),
    .optional(
      "number", .either([.identifier, .word([""])]),
      "The number beside the id (学号, 工号), nobody else's; absent leaves it, empty takes it away."),
    .optional("cohort", .identifier, "The cohort; absent leaves it."),
    .optional("tier", .identifier, "The tier; absent leaves it."),
    .optional("group", .identifier, "The group; absent leaves it."),
    .optional("leads", .boolean, "Whether the learner leads that group.", default: "false"),
    .optional(
      "flags", .list(.word(Flag.allCases.map(\.rawValue)), max: 3),
      "What keeps the learner off boards; absent leaves it."),
    .optional("publish", .boolean, "Whether name and work may be published; absent leaves it."),
    .optional("from", .day, "The first local day this holds; absent: since ever."),
    .optional("to", .day, "The last local day this holds; absent: without end."),
  ]

  /// Reads the members.
  static func read(_ fields: inout Fields) throws(ParameterError) -> LearnerRecord {
    let flags = try fields.optionalItems("flags", max: 3) { value throws(ParameterError) in
      let text = try value.text(named: "", max: CallLimits.identifierBytesMax)
      guard let flag = Flag(rawValue: text.string) else {
        throw ParameterError("", .invalidValue, "Send one of: staff, test, observer.")
      }
      return flag.flag
    }
    let record = LearnerRecord(
      id: try fields.identifier("id"), name: try fields.optionalProse("name"),
      alias: try fields.optionalProse("alias"), rollNumber: try fields.rollNumber(),
      from: try fields.optionalDay("from"),
      to: try fields.optionalDay("to"), cohort: try fields.optionalIdentifier("cohort"),
      tier: try fields.optionalIdentifier("tier"),
      flags: flags.map { $0.reduce(into: LearnerFlags()) { $0.formUnion($1) } },
      group: try fields.optionalIdentifier("group"),
      leads: try fields.optionalBool("leads") ?? false,
      publish: try fields.optionalBool("publish"))
    if record.leads, record.group == nil {
      throw ParameterError("leads", .invalidValue, "Name the group that the learner leads.")
    }
    return record
  }
}

extension Fields {
  /// The number beside the id, which may be absent, or empty to take it away.
  fileprivate mutating func rollNumber() throws(ParameterError) -> String? {
    guard let value = optionalValue("number") else { return nil }
    if let text = value.text, text.isEmpty { return "" }
    return try optionalIdentifier("number")
  }
}

/// Learners whose logs a command needs and does not have, gathered so that all are fetched at once.
struct MissingLogs {
  private var learners: [LearnerNumber] = []
  private var seen: Set<LearnerNumber> = []

  /// Adds whose logs a part of the decision asks for; what refuses throws.
  mutating func gather(_ part: () throws(Undecided) -> Void) throws(Undecided) {
    do throws(Undecided) {
      try part()
    } catch {
      guard case .needs(.histories(let learners)) = error else { throw error }
      self.learners += learners.filter { seen.insert($0).inserted }
    }
  }

  /// Asks for the logs, if any is missing; before the first commit.
  func ask() throws(Undecided) {
    if !learners.isEmpty { throw .needs(.histories(learners)) }
  }
}

/// Deciding rows of learners so that what is not resident is asked for before the first commit.
extension CommandContext where Self: ~Copyable {
  /// Asks for the logs that deciding the rows needs; no row needs more because of those before it.
  ///
  /// A row that refuses is no matter here: it refuses again when it is decided.
  borrowing func fetchLogs(for records: [LearnerRecord]) throws(Undecided) {
    var missing = MissingLogs()
    for record in records {
      guard let learner = state.learnerNumber(record.id), log(of: learner) == nil else { continue }
      let row = state.learners[learner]
      // A day that closed is only in the log, and so is every grant.
      guard row.firstDay <= row.lastDay, row.lastDay >= record.from ?? row.firstDay
      else { continue }
      var scratch = ChangeBuffer()
      do throws(Undecided) {
        try missing.gather { () throws(Undecided) in try state.decide(record, into: &scratch) }
      } catch {
        guard case .refused = error else { throw error }
      }
    }
    try missing.ask()
  }

  /// Decides a row, and what it moves.
  borrowing func put(_ record: LearnerRecord, isDryRun: Bool = false) throws(Undecided)
    -> DecidedMoves
  {
    let state = state
    let log = log(of: state.learnerNumber(record.id))
    return try decide(isDryRun: isDryRun) { buffer throws(Undecided) in
      try state.decide(record, log: log, into: &buffer)
    }
  }
}
