import Incentives
import JSONRPC

/// `group.put`: declares a group, its leader and its members from a day to a day.
public struct PutGroup: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "group.put", "Declares a group, and puts learners into it; all of them or none.",
    params: [
      .program, .idempotencyKey, .batch,
      .required("id", .identifier, "The group's id."),
      .optional("title", .prose, "The name people read; absent leaves it."),
      .optional("cohort", .identifier, "The cohort it belongs to; absent leaves it."),
      .optional("leader", .identifier, "The learner who leads it; need not be among members."),
      .optional(
        "members", .list(.identifier, max: CallLimits.rowsMax), "Learners who join it."),
      .optional("from", .day, "The first local day of the memberships; absent: since ever."),
      .optional("to", .day, "The last local day of the memberships; absent: without end."),
    ],
    result: [
      .required("group", .identifier, "The group."),
      .required("changed", .boolean, "Whether anything was new."),
      .required("members", .count, "How many learners the call put into it."),
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  private let group: GroupRecord
  private let members: [LearnerRecord]

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    let id = try fields.identifier("id")
    group = GroupRecord(
      id: id, title: try fields.optionalProse("title"),
      cohort: try fields.optionalIdentifier("cohort"))
    let leader = try fields.optionalIdentifier("leader")
    var names = try fields.identifiers("members")
    if let leader, !names.contains(leader) { names.append(leader) }
    let (from, to) = (try fields.optionalDay("from"), try fields.optionalDay("to"))
    members = names.map {
      LearnerRecord(
        id: $0, from: from, to: to, isRoster: false, group: id, leads: $0 == leader)
    }
  }

  /// Decides the group and its memberships.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    for (index, member) in members.enumerated() {
      _ = try state.knownLearner(member.id, field: "members[\(index)]")
    }
    try rehearse(context)
    let group = group
    var changed = try context.commit { buffer throws(Undecided) in
      let start = buffer.changes.count
      try state.decide(group, into: &buffer)
      return buffer.changes.count > start
    }
    for member in members where try context.put(member).changeCount > 0 { changed = true }
    return jsonObject { writer in
      writer.member("group", group.id)
      writer.member("changed", changed)
      writer.member("members", members.count)
    }
  }

  /// Decides everything for nobody, so that what would be refused is refused before the first commit.
  ///
  /// The members' gains are added up, since each alone may fit into a group that all together do not.
  private func rehearse(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) {
    let state = context.state
    var missing = MissingLogs()
    var scratch = ChangeBuffer()
    var gains: [GroupNumber: Int64] = [:]
    try state.decide(group, into: &scratch)
    for member in members {
      let log = context.log(of: state.learnerNumber(member.id))
      let start = scratch.changes.count
      try missing.gather { () throws(Undecided) in
        try state.decide(member, log: log, into: &scratch)
      }
      for (group, net) in PointMoves(scratch.changes[start...]).netOfGroups where net > 0 {
        let (sum, overflow) = gains[group, default: 0].addingReportingOverflow(net)
        gains[group] = overflow ? .max : sum
      }
    }
    try missing.ask()
    for (group, gain) in gains { try state.checkRoom(for: gain, in: group) }
  }
}
