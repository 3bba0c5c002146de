/// A payment that the rules, asked again, would make otherwise (`verify --rules`).
public struct RuleDifference: Hashable, Sendable {
  /// Whose fact it is.
  public var learner: LearnerNumber
  /// The fact.
  public var fact: Position
  /// The rule.
  public var rule: RuleNumber
  /// What was posted, net of moves.
  public var posted: Int64
  /// What the set of facts says.
  public var judged: Int64
}

extension ProgramState {
  /// Judges all facts of a learner as a set and compares with what was posted; nil where all agrees.
  ///
  /// The only check that can see a wrong decision: everything else compares projections with the log.
  public func ruleDifference(in log: LearnerLog) -> RuleDifference? {
    guard let known = try? facts(of: log.learner, log: log) else { return nil }
    let judged = judge(known.facts, rows: learners.contextRows(of: log.learner))
    var posted = postings(in: log)
    for (index, fact) in known.facts.enumerated() {
      for outcome in judged.judgements[index].outcomes {
        let key = PostedKey(fact: fact.position, rule: outcome.rule)
        let net = posted.removeValue(forKey: key) ?? 0
        if net != outcome.points {
          return RuleDifference(
            learner: log.learner, fact: fact.position, rule: outcome.rule, posted: net,
            judged: outcome.points)
        }
      }
    }
    let left = posted.filter { $0.value != 0 }.min { $0.key.fact < $1.key.fact }
    return left.map {
      RuleDifference(
        learner: log.learner, fact: $0.key.fact, rule: $0.key.rule, posted: $0.value, judged: 0)
    }
  }

  private struct PostedKey: Hashable {
    var fact: Position
    var rule: RuleNumber
  }

  /// What the log says was paid for each fact by each rule, moves included.
  private func postings(in log: LearnerLog) -> [PostedKey: Int64] {
    var posted: [PostedKey: Int64] = [:]
    for (index, change) in log.buffer.changes.enumerated() {
      switch change {
      case .fact(let fact):
        for outcome in log.buffer.outcomes[fact.outcomes.range] {
          posted[PostedKey(fact: log.positions[index], rule: outcome.rule), default: 0] +=
            outcome.points
        }
      case .moved(let move):
        posted[PostedKey(fact: move.fact, rule: move.rule), default: 0] += move.posting.points
      default: break
      }
    }
    return posted
  }
}
