import Incentives
import JSONRPC

/// What a change of the past moves: learners, points, groups, boards that follow and boards that stand.
///
/// Only sums are kept, so it does not matter in how many steps the moves were decided: a dry run and
/// what is then posted give the same effects.
struct MoveEffects {
  /// How many groups or boards an answer lists; the counts beside the lists tell all.
  static let listedMax = 100

  private struct Share: Hashable {
    var learner: LearnerNumber
    var day: LocalDay
    var group: GroupNumber
    var term: TermNumber
  }

  private var nets: [Share: Int64] = [:]
  private var newGroups: [GroupNumber: String]

  /// Nothing yet; the groups are those that a dry run named and the program does not know.
  init(naming newGroups: [GroupNumber: String] = [:]) { self.newGroups = newGroups }

  /// Adds what one decision moves.
  mutating func add(_ decided: DecidedMoves) {
    newGroups.merge(decided.newGroups) { $1 }
    for move in decided.moves.moves {
      let share = Share(learner: move.learner, day: move.day, group: move.group, term: move.term)
      // Decide keeps every account far from the ends of Int64.
      nets[share, default: 0] &+= move.posting.points
    }
  }

  /// What the answers say of it.
  static let properties: [Property] = [
    .required("learners", .count, "How many learners' points move."),
    .required("points", .number, "The net of all that moves."),
    .required("groupCount", .count, "How many groups' points move."),
    .required(
      "groups",
      .list(
        .object([
          .required("group", .identifier, "The group."),
          .required("points", .number, "What it gains or loses."),
        ]), max: listedMax), "The groups, those that move most first."),
    .required("followingCount", .count, "How many open boards follow."),
    .required("following", .list(.period, max: listedMax), "Open periods whose boards follow."),
    .required("standingCount", .count, "How many closed boards stand."),
    .required(
      "standing", .list(.period, max: listedMax),
      "Closed periods, newest first: their boards stand, though points of their days move."),
  ]

  /// The member that holds them.
  static let property = Property.optional(
    "effects", .object(properties),
    "What it does, or would do, to facts recorded before; absent where no points move.")

  /// Writes the member, if anything moves.
  func write(to writer: inout JSONWriter, _ state: ProgramState) {
    let moving = nets.filter { $0.value != 0 }
    guard !moving.isEmpty else { return }
    var ofGroups: [GroupNumber: Int64] = [:]
    var periods: Set<Period> = []
    for (share, net) in moving {
      if !share.group.isNone { ofGroups[share.group, default: 0] &+= net }
      for kind in PeriodKind.allCases {
        if let period = state.period(kind, day: share.day, term: share.term) {
          periods.insert(period)
        }
      }
    }
    let groups = ofGroups.filter { $0.value != 0 }.map { group, net in
      (id: newGroups[group] ?? state.names.word(.group, group.rawValue), net: net)
    }.sorted { left, right in
      (right.net.magnitude, left.id) < (left.net.magnitude, right.id)
    }
    let boards = periods.sorted { ($0.kind, $1.index) < ($1.kind, $0.index) }
    let standing = boards.filter(state.isClosed)
    let following = boards.filter { !state.isClosed($0) }
    writer.object("effects") { writer in
      writer.member("learners", Set(moving.keys.map(\.learner)).count)
      writer.member("points", moving.values.reduce(0, &+))
      writer.member("groupCount", groups.count)
      writer.array("groups") { writer in
        for group in groups.prefix(Self.listedMax) {
          writer.object { writer in
            writer.member("group", group.id)
            writer.member("points", group.net)
          }
        }
      }
      writer.member("followingCount", following.count)
      writer.member("following", following.prefix(Self.listedMax).map(state.text(of:)))
      writer.member("standingCount", standing.count)
      writer.member("standing", standing.prefix(Self.listedMax).map(state.text(of:)))
    }
  }
}

/// What a decision moves, with the names that only its changes know: a dry run never applies them.
struct DecidedMoves {
  /// The payments that move.
  let moves: PointMoves
  /// The groups that the decision names first.
  let newGroups: [GroupNumber: String]
  /// How many changes say something, and do not only follow from others.
  let statementCount: Int

  /// Looks at the changes since an index.
  init(_ buffer: ChangeBuffer, from start: Int) {
    moves = PointMoves(buffer.changes[start...])
    var groups: [GroupNumber: String] = [:]
    var statementCount = 0
    for change in buffer.changes[start...] {
      switch change {
      case .named(let name) where name.kind == .group:
        groups[GroupNumber(rawValue: name.number)] = buffer.text.string(name.text)
      case .learner, .learnerNamed, .row, .group: statementCount += 1
      default: break
      }
    }
    newGroups = groups
    self.statementCount = statementCount
  }
}

extension CommandContext where Self: ~Copyable {
  /// Decides in earnest, or for nobody in a dry run, and tells what moves.
  borrowing func decide(
    isDryRun: Bool, _ body: (inout ChangeBuffer) throws(Undecided) -> Void
  ) throws(Undecided) -> DecidedMoves {
    if isDryRun {
      var scratch = ChangeBuffer()
      try body(&scratch)
      return DecidedMoves(scratch, from: 0)
    }
    return try commit { buffer throws(Undecided) in
      let start = buffer.changes.count
      try body(&buffer)
      return DecidedMoves(buffer, from: start)
    }
  }
}
