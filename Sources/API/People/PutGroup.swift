import Incentives
import JSONRPC

/// `group.put`: declares a group, its leader and its members from a day to a day.
public struct PutGroup: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "group.put", "Declares a group, and puts learners into it; all of them or none.",
    params: [
      .program, .dryRun, .keyUnlessDryRun, .batch,
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
      MoveEffects.property,
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  /// Whether to tell only what would move.
  public let isDryRun: Bool
  private let group: GroupRecord
  private let members: [LearnerRecord]

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    isDryRun = try fields.optionalBool("dryRun") ?? false
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
    // What would be refused is refused before the first commit.
    var rehearsal = RosterRehearsal()
    try rehearsal.add(group, in: state)
    for member in members { _ = try rehearsal.add(member, context) }
    try rehearsal.finish(checkingRoomIn: state)
    var (changed, effects) = (rehearsal.isChanged, rehearsal.effects)
    if !isDryRun {
      let group = group
      (changed, effects) = (false, MoveEffects())
      changed = try context.commit { buffer throws(Undecided) in
        let start = buffer.changes.count
        try state.decide(group, into: &buffer)
        return buffer.changes.count > start
      }
      for member in members {
        let decided = try context.put(member)
        if decided.moves.changeCount > 0 { changed = true }
        effects.add(decided)
      }
    }
    return jsonObject { writer in
      writer.member("group", group.id)
      writer.member("changed", changed)
      writer.member("members", members.count)
      effects.write(to: &writer, state)
    }
  }
}
