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
    .optional("cohort", .identifier, "The cohort; absent leaves it."),
    .optional("tier", .identifier, "The tier; absent leaves it."),
    .optional("group", .identifier, "The group; absent leaves it."),
    .optional("leads", .boolean, "Whether the learner leads that group.", default: "false"),
    .optional(
      "flags", .list(.word(Flag.allCases.map(\.rawValue)), max: 3),
      "What keeps the learner off boards; absent leaves it."),
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
      alias: try fields.optionalProse("alias"), from: try fields.optionalDay("from"),
      to: try fields.optionalDay("to"), cohort: try fields.optionalIdentifier("cohort"),
      tier: try fields.optionalIdentifier("tier"),
      flags: flags.map { $0.reduce(into: LearnerFlags()) { $0.formUnion($1) } },
      group: try fields.optionalIdentifier("group"),
      leads: try fields.optionalBool("leads") ?? false)
    if record.leads, record.group == nil {
      throw ParameterError("leads", .invalidValue, "Name the group that the learner leads.")
    }
    return record
  }
}

/// Deciding rows of learners so that what is not resident is asked for before the first commit.
extension CommandContext where Self: ~Copyable {
  /// Asks for the log of a learner if deciding the row needs it.
  ///
  /// A row that refuses is no matter here: it refuses again when it is decided.
  borrowing func fetchLog(for record: LearnerRecord) throws(Undecided) {
    guard let learner = state.learnerNumber(record.id), log(of: learner) == nil else { return }
    let row = state.learners[learner]
    guard row.firstDay <= state.closedThrough, row.lastDay >= record.from ?? row.firstDay
    else { return }
    var scratch = ChangeBuffer()
    do throws(Undecided) {
      try state.decide(record, into: &scratch)
    } catch {
      if case .needs = error { throw error }
    }
  }

  /// Decides a row, and what it moves.
  borrowing func put(_ record: LearnerRecord) throws(Undecided) -> PointMoves {
    let state = state
    let log = log(of: state.learnerNumber(record.id))
    return try commit { buffer throws(Undecided) in
      let start = buffer.changes.count
      try state.decide(record, log: log, into: &buffer)
      return PointMoves(buffer.changes[start...])
    }
  }
}
