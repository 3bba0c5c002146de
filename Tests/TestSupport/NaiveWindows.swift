import Incentives

/// What the windows of a learner hold, found from the set of facts.
extension NaiveModel {
  /// A window as both sides can name it.
  struct OpenWindow: Hashable {
    var rule: String
    var definition: UInt16
    var period: Period
    var object: String
  }

  struct HeldWindow: Hashable {
    var rule: Rule
    var period: Period
    var object: String?
  }

  /// The windows of a learner that have not closed.
  mutating func windows(of learner: String) -> [HeldWindow: WindowFold] {
    var found: [HeldWindow: WindowFold] = [:]
    let judged = judgements(of: learner)
    for (at, fact) in ordered(learner) {
      guard let judgement = judged[fact.name], judgement.status == .counted,
        let term = judgement.term
      else { continue }
      let rules = rules(at: at, term: term)
      for outcome in judgement.outcomes {
        guard let rule = rules.first(where: { $0.id == outcome.rule }),
          let window = rule.limiter.window,
          let period = time.periods(of: judgement.day, term: term).first(where: {
            $0.kind == window.period
          }), !isClosed(period)
        else { continue }
        let key = HeldWindow(
          rule: rule, period: period, object: window.isPerObject ? fact.object : nil)
        var fold = found[key] ?? WindowFold(last: .distantPast, sum: 0, largest: 0, count: 0)
        fold.last = max(fold.last, Instant(microseconds: at))
        fold.sum += outcome.worth
        fold.largest = max(fold.largest, outcome.worth)
        fold.count += 1
        found[key] = fold
      }
    }
    return found
  }
}
