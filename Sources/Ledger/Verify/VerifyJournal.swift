import Incentives

/// Replays every program's log and compares what it says with itself, at one position.
///
/// | check | what it proves |
/// |---|---|
/// | `bytes and chain` | every record's checksum, every block's hash, position, time and predecessor |
/// | `known head` | the log holds a head that was kept elsewhere: its tail was not cut off |
/// | `accounts` | the identity of rules.md §3 for each learner, neither balance negative, Σ = 0 |
/// | `boards` | each closed board equals the points of its period when it closed |
/// | `rules` | all facts, judged as a set, pay what was posted |
struct JournalVerification {
  let store: Store
  let program: ProgramNumber
  let state: ProgramState
  /// The position up to which is checked: what was durable when the check began.
  let end: Position
  private(set) var report = VerifyReport()
  private var totals = Totals()
  private var boardProblem: String?

  /// What the log's records add up to, apart from the rows they touch.
  private struct Totals {
    var earned: Int64 = 0
    var bonus: Int64 = 0
    var spendable: Int64 = 0
  }

  init(store: Store, program: ProgramNumber) {
    self.store = store
    self.program = program
    state = ProgramState(number: program, hash: store.identitySecret)
    end = store.journal.head(of: program).position
  }

  /// Checks one program; a failure to read is a difference that names where.
  mutating func run(rules: Bool, known: Head?) -> VerifyReport {
    let name = { [state] in state.definition.id.isEmpty ? "server" : state.definition.id }
    do {
      let blocks = try replay(known: known)
      report.lines.append(
        .init("bytes and chain", .ok, "\(name()): \(blocks) blocks, \(end.rawValue) records"))
    } catch {
      report.lines.append(.init("bytes and chain", .difference, "\(name()): \(error)"))
      return report
    }
    report.lines.append(accounts(name()))
    report.lines.append(
      .init(
        "boards", boardProblem == nil ? .ok : .difference,
        "\(name()): \(boardProblem ?? "closed boards agree")"))
    if rules { report.lines.append(checkRules(name())) }
    return report
  }

  /// Applies all blocks, each verified after the one before; counts them.
  private mutating func replay(known: Head?) throws -> Int {
    var blocks = 0
    var head = Head.none
    var buffer = ChangeBuffer()
    let keys = store.vault.keyring(of: program)
    var knownIsFound = known == nil || known?.position == Position.none
    try store.journal.blocks(of: program, from: Position(rawValue: 1)) { block in
      guard block.header.first <= end else { return false }
      try block.verify(after: head)
      head = block.head
      blocks += 1
      if let known, head.position == known.position {
        guard head.hash == known.hash else {
          throw LedgerError.journalExchanged(program: program, position: known.position)
        }
        knownIsFound = true
      }
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      for change in buffer.changes {
        add(change, buffer)
        state.apply(change, in: buffer)
      }
      return true
    }
    if let known, !knownIsFound {
      throw LedgerError.journalExchanged(program: program, position: known.position)
    }
    return blocks
  }

  private mutating func add(_ change: Change, _ buffer: ChangeBuffer) {
    switch change {
    case .fact(let fact):
      let points = buffer.outcomes[fact.outcomes.range].reduce(0) { $0 + $1.points }
      totals.earned += points
      totals.spendable += points - fact.debtPaid
    case .moved(let move):
      totals.earned += move.posting.points
      totals.spendable += move.posting.spendable
    case .granted(let grant):
      if grant.counts {
        totals.earned += grant.posting.points
      } else {
        totals.bonus += grant.posting.points
      }
      totals.spendable += grant.posting.spendable
    case .standings(let standings): compare(standings, buffer)
    default: break
    }
  }

  /// Compares places of a closing board with the points of its period.
  private mutating func compare(_ standings: StandingsChange, _ buffer: ChangeBuffer) {
    guard boardProblem == nil else { return }
    guard let period = state.periods[standings.period] else {
      boardProblem = "the board of \(standings.period) closed without points"
      return
    }
    for place in buffer.standings[standings.places.range] {
      let score =
        standings.ranksGroups
        ? period.groupScores[Int(place.member)] : period.learnerScores[Int(place.member)]
      if score != place.score {
        boardProblem =
          "\(standings.period) gives #\(place.member) \(place.score), its facts give \(score)"
        return
      }
    }
  }

  private func accounts(_ name: String) -> VerifyReport.Line {
    var sum = Totals()
    for number in 1..<UInt32(state.learners.count + 1) {
      let learner = LearnerNumber(rawValue: number)
      let accounts = state.learners[learner].accounts
      guard accounts.isBalanced else {
        return .init(
          "accounts", .difference,
          "\(name): the accounts of learner \(state.learners.externalID(learner)) do not balance")
      }
      sum.earned += accounts.earned
      sum.bonus += accounts.bonus
      sum.spendable += accounts.spendable
    }
    guard sum.earned == totals.earned, sum.bonus == totals.bonus, sum.spendable == totals.spendable
    else {
      return .init(
        "accounts", .difference,
        "\(name): learners hold \(sum.earned) earned, the log posted \(totals.earned)")
    }
    return .init("accounts", .ok, "\(name): \(state.learners.count) learners, Σ = 0")
  }
}

/// The check that asks the rules again.
extension JournalVerification {
  /// Learners judged in one pass over the log: bounds what a pass holds in memory.
  private static var learnersAPass: Int { 50_000 }

  private func checkRules(_ name: String) -> VerifyReport.Line {
    do {
      var first = 1
      while first <= state.learners.count {
        let last = min(state.learners.count, first + Self.learnersAPass - 1)
        for log in try logs(first...last) {
          guard let found = state.ruleDifference(in: log) else { continue }
          let learner = state.learners.externalID(found.learner)
          let rule = state.rulesByNumber[found.rule]?.id ?? "#\(found.rule.rawValue)"
          return .init(
            "rules", .difference,
            "\(name): fact \(found.fact.rawValue) of \(learner), rule \(rule): posted "
              + "\(found.posted), the facts say \(found.judged)")
        }
        first = last + 1
      }
      return .init("rules", .ok, "\(name): \(state.factCount) facts judged again as sets")
    } catch {
      return .init("rules", .unchecked, "\(name): \(error)")
    }
  }

  /// The logs of some learners, gathered in one pass.
  private func logs(_ learners: ClosedRange<Int>) throws -> [LearnerLog] {
    var logs = learners.map {
      LearnerLog(
        learner: LearnerNumber(rawValue: UInt32($0)), positions: [], buffer: ChangeBuffer(),
        times: [])
    }
    var buffer = ChangeBuffer()
    let keys = store.vault.keyring(of: program)
    try store.journal.blocks(of: program, from: Position(rawValue: 1)) { block in
      guard block.header.first <= end else { return false }
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      var position = block.header.first
      for change in buffer.changes {
        let learner = change.learner.index
        if learners.contains(learner) {
          logs[learner - learners.lowerBound].absorb(
            change, at: position, in: buffer, time: block.header.time)
        }
        position = position.next
      }
      return true
    }
    return logs
  }
}
