import JSONRPC

/// What `program.check` says of a program's people and facts, all stretches of it together.
struct PeopleCheck {
  private var learners: Int64 = 0
  private var withoutCohort: Int64 = 0
  private var withoutGroup: Int64 = 0
  private var unmatched: Int64 = 0
  private var verbs: [String] = []
  private var notTaken: Int64 = 0
  private var sessions: [String] = []
  private var members: [String: Int64] = [:]
  /// What expires soon, by its day and term.
  private var expiring: [[String]: (points: Int64, learners: Int64)] = [:]
  private let program: String

  /// The sizes for which group formulas are made; others are unequal from the start.
  private static let groupSizes: ClosedRange<Int64> = 5...8
  /// How many groups or verbs a line names.
  private static let namedMax = 5

  /// Asks until all learners were looked at.
  init(_ session: Session, program: String) throws(CommandFailure) {
    self.program = program
    var next: Int64? = 1
    while let from = next {
      let part = try session.call("program.check") { writer in
        writer.member("program", program)
        writer.member("from", from)
      }
      learners += part.int("learners")
      withoutCohort += part.int("withoutCohort")
      withoutGroup += part.int("withoutGroup")
      for group in part.items("groups") {
        members[group.text("group"), default: 0] += group.int("members")
      }
      for lot in part.items("expiring") {
        let name = [lot.text("expires"), lot.text("term")]
        expiring[name, default: (0, 0)].points += lot.int("points")
        expiring[name, default: (0, 0)].learners += lot.int("learners")
      }
      if from == 1 {
        unmatched = part.int("unmatched")
        verbs = part.items("verbs").map(\.shown)
        notTaken = part.int("notTaken")
        sessions = part.items("sessions").map(\.shown)
      }
      next = part["next"]?.int
    }
  }

  /// The lines.
  var findings: [Finding] {
    var findings: [Finding] = []
    let odd = members.filter { !Self.groupSizes.contains($0.value) }.sorted { $0.key < $1.key }
    if !odd.isEmpty {
      let shown = Self.named(odd.map { "\($0.key) (\($0.value))" })
      findings.append(
        finding(
          "groupSize", "\(odd.count) groups are outside 5–8 learners: \(shown)",
          "\(odd.count) 个小组不是 5–8 人：\(shown)"))
    }
    if withoutGroup > 0, !members.isEmpty {
      findings.append(
        finding(
          "noGroup", "\(withoutGroup) learners are in no group", "\(withoutGroup) 位学员没有小组"))
    }
    if withoutCohort > 0, withoutCohort < learners {
      findings.append(
        finding(
          "noCohort", "\(withoutCohort) learners are in no cohort",
          "\(withoutCohort) 位学员没有班级"))
    }
    if unmatched > 0 {
      let shown = Self.named(verbs)
      findings.append(
        Finding(
          place: program, code: "unknownVerbs",
          english: "\(unmatched) verbs were seen that no rule names: \(shown)",
          chinese: "\(unmatched) 种行为没有任何规则：\(shown)",
          command: "laurel program apply FILE.yaml"))
    }
    for (name, sum) in expiring.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      findings.append(
        Finding(
          place: program, code: "expiring",
          english: "\(sum.points) points of term \(name[1]) expire on \(name[0]); "
            + "\(sum.learners) learners have some",
          chinese: "\(name[1]) 学期的 \(sum.points) 积分将于 \(name[0]) 过期，涉及 \(sum.learners) 位学员",
          command: "laurel balance LEARNER --program \(program)"))
    }
    if notTaken > 0 {
      let shown = Self.named(sessions)
      findings.append(
        Finding(
          place: program, code: "notTaken",
          english: "\(notTaken) sessions were not taken: \(shown)",
          chinese: "\(notTaken) 个课次未点名：\(shown)",
          command: "laurel attendance set \(sessions.first ?? "S-0001") FILE.csv"))
    }
    return findings
  }

  private func finding(_ code: String, _ english: String, _ chinese: String) -> Finding {
    Finding(
      place: program, code: code, english: english, chinese: chinese,
      command: "laurel import roster FILE.csv --program \(program)")
  }

  private static func named(_ words: [String]) -> String {
    words.prefix(namedMax).joined(separator: ", ") + (words.count > namedMax ? " …" : "")
  }
}
