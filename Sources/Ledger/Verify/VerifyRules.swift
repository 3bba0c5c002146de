import Incentives

/// The check that asks the rules again: every learner's facts, judged as a set.
struct RulesVerification {
  private let store: Store
  private let program: ProgramNumber
  private let state: ProgramState
  private let end: Position
  /// What stars say of learners, to be held against their logs.
  private let claims: [LearnerNumber: [StarClaim]]

  /// Learners judged in one pass over the log: bounds what a pass holds in memory.
  private static let learnersAPass = 50_000

  /// Goes on with a state that the whole log was applied to.
  init(_ replayed: JournalVerification) {
    store = replayed.store
    program = replayed.program
    state = replayed.state
    end = replayed.end
    let known = replayed.state
    claims = Dictionary(grouping: replayed.stars.claims) {
      known.learners.surviving($0.candidate.learner)
    }
  }

  func run(_ name: String) -> VerifyReport.Line {
    do {
      var sealedRules: Set<RuleNumber> = []
      var first = 1
      while first <= state.learners.count {
        let last = min(state.learners.count, first + Self.learnersAPass - 1)
        let keys = store.vault.keyring(of: program)
        let logs = try store.journal.logs(
          of: first...last, in: program, through: end, as: state, keys: keys)
        for gathered in logs {
          let check = state.checkRules(in: gathered.log, sealed: gathered.sealed)
          if let found = check.difference {
            return .init("rules", .difference, "\(name): \(words(found))")
          }
          sealedRules.formUnion(check.sealedRules)
          let star = (claims[gathered.log.learner] ?? []).lazy.compactMap {
            $0.difference(in: gathered.log, of: state)
          }.first
          if let star { return .init("rules", .difference, "\(name): \(star)") }
        }
        first = last + 1
      }
      guard sealedRules.isEmpty else {
        let rules = sealedRules.sorted().map(id).joined(separator: ", ")
        return .init(
          "rules", .unchecked,
          "\(name): what \(rules) paid, for facts whose metadata is sealed for good; all else agrees"
        )
      }
      return .init("rules", .ok, "\(name): \(state.factCount) facts judged again as sets")
    } catch {
      return .init("rules", failedBy: error, name)
    }
  }

  private func id(_ rule: RuleNumber) -> String {
    state.rulesByNumber[rule]?.id ?? "#\(rule.rawValue)"
  }

  private func words(_ found: RuleDifference) -> String {
    let fact = "record \(found.fact.rawValue) of \(state.learners.externalID(found.learner))"
    switch found.kind {
    case .payment(let rule, let posted, let judged):
      return "\(fact), rule \(id(rule)): posted \(posted), the facts say \(judged)"
    case .recognition(let number, let posted, let judged):
      return "\(id(number)) of \(state.learners.externalID(found.learner)): the log says "
        + "\(posted), the facts say \(judged)"
    case .place: return "\(fact) counts for another group, term or status than the roster says"
    case .takingBack: return "\(fact) takes back what was not given, or was taken back before"
    case .dayOfMove: return "\(fact) moved on another day than its own"
    }
  }
}
