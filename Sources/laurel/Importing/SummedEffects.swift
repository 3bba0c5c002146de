import JSONRPC

/// What several calls of one import move, added up.
struct SummedEffects {
  private var learners: Int64 = 0
  private var points: Int64 = 0
  private var groups: [String: Int64] = [:]
  private var standing: Set<String> = []

  /// Adds what one call tells; nil where it moves nothing.
  mutating func add(_ effects: Answer?) {
    guard let effects else { return }
    learners += effects.int("learners")
    points += effects.int("points")
    for group in effects.items("groups") {
      groups[group.text("group"), default: 0] += group.int("points")
    }
    standing.formUnion(effects.items("standing").compactMap(\.text))
  }

  /// The figures of an import's report.
  var figures: [ImportReport.Figure] {
    [
      ("learnersMoved", "learners whose points move", "位学员积分变动", learners),
      ("pointsMoved", "points in all", "分合计", points),
    ]
  }

  /// What moves in the groups, and which closed boards stand; empty where nothing moves.
  func text(_ language: Language) -> String {
    guard learners > 0 else { return "" }
    var text = groups.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      .map { "  \($0.key) \(Shown.signed($0.value))\n" }.joined()
    if !standing.isEmpty {
      let periods = standing.sorted().joined(separator: ", ")
      text += language("Closed boards stand: \(periods)\n", "已结算的榜单不变：\(periods)\n")
    }
    return text
  }
}
