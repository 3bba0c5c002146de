import Incentives
import JSONRPC

/// `program.check`: what of a program's people and facts needs somebody, a stretch of learners a call.
///
/// Counts as of today. A call looks at a bounded number of learners, so that a large program is
/// checked without holding up what else is decided; sum the calls until there is no `next`.
public struct CheckProgram: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "program.check",
    "Counts people without cohort or group, members of groups, unmatched verbs, points that expire.",
    params: [
      .program,
      .optional(
        "from", .integer(1...Int64(UInt32.max)), "The learner to go on with, as `next` named it.",
        default: "1"),
    ],
    result: [
      .required("learners", .count, "Learners on the roster today; staff and tests aside."),
      .required("withoutCohort", .count, "Of these, those in no cohort."),
      .required("withoutGroup", .count, "Of these, those in no group."),
      .required(
        "groups",
        .list(
          .object([
            .required("group", .identifier, "The group."),
            .required("members", .count, "How many of these are in it."),
          ]), max: learnersMax), "Groups these learners are in."),
      .required("unmatched", .count, "Verbs seen that no rule names; counted by the first call."),
      .required(
        "verbs", .list(.identifier, max: verbsMax), "The first of these verbs, by age."),
      .required(
        "expiring",
        .list(
          .object([
            .required("term", .identifier, "The term in which they were earned."),
            .required("expires", .day, "The first local day on which they can not be spent."),
            .required("points", .count, "How many points these learners have left of it."),
            .required("learners", .count, "How many of these learners have some."),
          ]), max: 1_000), "Lots of terms that expire within \(expiryDays) days."),
      .required(
        "notTaken", .count, "Sessions that have begun and were not taken; by the first call."),
      .required(
        "sessions", .list(.identifier, max: verbsMax), "The first of these sessions, by time."),
      .optional("next", .count, "The learner to go on with; absent: that was all."),
    ], roles: [.read, .admin])

  /// How many learners one call looks at: about a millisecond of the engine's time.
  static let learnersMax = 2_048
  /// How many days before it an expiry is told.
  static let expiryDays = 30
  /// How many verbs are listed.
  static let verbsMax = 20

  /// The program's id.
  public let program: String
  private let from: UInt32

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    from = UInt32(try fields.optionalInt("from", in: 1...Int64(UInt32.max)) ?? 1)
  }

  /// Who sees some cohorts counts these; the verbs are of the whole program, and not counted then.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Counts.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let sight = context.sight
    let today = state.day(at: state.now(context.wall))
    let end = min(Int(from) + Self.learnersMax, state.learners.count + 1)
    var learners = 0
    var withoutCohort = 0
    var withoutGroup = 0
    var members: [UInt32: Int] = [:]
    for number in Int(from)..<max(Int(from), end) {
      let learner = LearnerNumber(rawValue: UInt32(number))
      let row = state.learners.context(of: learner, on: today)
      guard row.isOnRoster, row.flags.isDisjoint(with: .offBoards),
        !sight.isLimited || sight.sees(row.cohort)
      else { continue }
      learners += 1
      if row.cohort.isNone { withoutCohort += 1 }
      if row.group.isNone {
        withoutGroup += 1
      } else if state.sees(row.group, with: sight) {
        members[row.group.rawValue, default: 0] += 1
      }
    }
    let unmatched = from == 1 && !sight.isLimited ? state.unmatchedVerbs : []
    let notTaken = from == 1 ? state.sessionsNotTaken(at: state.now(context.wall)) : []
    return jsonObject { writer in
      writer.member("learners", learners)
      writer.member("withoutCohort", withoutCohort)
      writer.member("withoutGroup", withoutGroup)
      writer.array("groups") { writer in
        for (group, count) in members.sorted(by: { $0.key < $1.key }) {
          writer.object { writer in
            writer.member("group", state.names.word(.group, group))
            writer.member("members", count)
          }
        }
      }
      writer.member("unmatched", unmatched.count)
      writer.array("verbs") { writer in
        for verb in unmatched.prefix(Self.verbsMax) { writer.string(verb) }
      }
      writer.array("expiring") { writer in
        for lot in state.lots where lot.holders > 0 {
          guard 1...Self.expiryDays ~= today.days(until: lot.expires) else { continue }
          let left = (Int(from)..<max(Int(from), end)).map { lot.left[$0] }.filter { $0 > 0 }
          guard !left.isEmpty else { continue }
          writer.object { writer in
            writer.member("term", state.termID(lot.term) ?? "")
            writer.member("expires", lot.expires)
            writer.member("points", left.reduce(0, &+))
            writer.member("learners", left.count)
          }
        }
      }
      writer.member("notTaken", notTaken.count)
      writer.array("sessions") { writer in
        for session in notTaken.prefix(Self.verbsMax) {
          writer.string(state.sessionID(session.object))
        }
      }
      if end <= state.learners.count { writer.member("next", end) }
    }
  }
}

extension ProgramState {
  /// Verbs of recorded facts that no rule of the standing definition names, oldest first.
  fileprivate var unmatchedVerbs: [String] {
    let count = names.count(.verb)
    guard count > 0 else { return [] }
    return (1...UInt32(count)).map { names.word(.verb, $0) }.filter { verb in
      !definition.rules.contains { $0.accepts(verb: verb) }
    }
  }
}
