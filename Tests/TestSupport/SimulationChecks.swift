import Incentives

/// What must hold after every step.
extension Simulation {
  func check(all: Bool) {
    for fault in game.faults { fail(fault) }
    guard failures.isEmpty else { return }
    let learners = all ? people : [world.generator.pick(people)]
    checkAccounts()
    checkScores()
    checkBoards()
    lookAtClosed()
    for learner in learners {
      checkFacts(of: learner)
      checkPostings(of: learner)
      checkWindows(of: learner)
      checkRecognition(of: learner)
    }
    for period in final.keys where game.state.periods[period] != nil {
      fail("\(period) was closed and is resident again")
    }
    for (period, boards) in final where game.closed[period] != boards {
      fail(
        "the closed board of \(period) changed: \(boards), now \(game.closed[period] ?? ClosedBoards())"
      )
    }
  }

  private func checkAccounts() {
    var pending = 0
    for learner in people {
      let purse = model.purses[learner] ?? NaiveModel.Purse()
      guard let number = game.state.learnerNumber(learner) else {
        if purse != NaiveModel.Purse() { fail("\(learner) is not known") }
        continue
      }
      let now = game.state.purse(of: number)
      let accounts = now.accounts
      let found = NaiveModel.Purse(
        earned: accounts.earned, bonus: accounts.bonus, adjusted: accounts.adjusted,
        spendable: accounts.spendable, debt: accounts.debt, writtenOff: accounts.writtenOff,
        redeemed: accounts.redeemed, expired: accounts.expired,
        left: lots(now.lots.map { ($0.term, $0.left) }),
        gone: lots(now.lots.map { ($0.term, $0.expired) }))
      if found != purse { fail("accounts of \(learner): \(found), should be \(purse)") }
      if !accounts.isBalanced { fail("accounts of \(learner) do not balance") }
      let waiting = model.judgements(of: learner).values.count { $0.status == .pending }
      if Int(game.state.learners[number].pending) != waiting { fail("pending of \(learner)") }
      pending += waiting
    }
    if let problem = game.state.lotProblem { fail(problem) }
    for number in 1...UInt32(game.state.learners.count) {
      let learner = LearnerNumber(rawValue: number)
      guard game.state.learners.surviving(learner) != learner else { continue }
      let row = game.state.learners[learner]
      if row.accounts != Accounts() || row.pending != 0 || row.grants != 0 {
        fail("\(learner) was merged and has \(row)")
      }
      for open in game.state.periods.values where open.windowsHold(learner) {
        fail("\(learner) was merged and has windows in \(open.period)")
      }
    }
    if game.state.pendingCount != pending { fail("pending") }
    if Int(game.state.factCount) != model.facts.count { fail("number of facts") }
    if game.state.clock.microseconds != model.clock { fail("clock") }
    if game.state.closedThrough != model.closedThrough { fail("closed days") }
  }

  private func lots(_ lots: [(TermNumber, Int64)]) -> [String: Int64] {
    Dictionary(uniqueKeysWithValues: lots.filter { $0.1 != 0 }.map { (id(of: $0.0), $0.1) })
  }

  /// Scores of every open period, learner by learner and group by group.
  private func checkScores() {
    let scores = model.scores()
    for (period, expected) in scores where !model.isClosed(period) {
      guard let open = game.state.periods[period] else {
        if expected != PeriodScores() { fail("\(period) is not there") }
        continue
      }
      var found = PeriodScores()
      open.learnerScores.forEach {
        if $1 != 0 { found.learners[game.memberID(UInt32($0), isGroup: false)] = $1 }
      }
      open.groupScores.forEach {
        if $1 != 0 { found.groups[game.memberID(UInt32($0), isGroup: true)] = $1 }
      }
      if found != expected.withoutZeros { fail("\(period): \(found), should be \(expected)") }
    }
    for (period, open) in game.state.periods where scores[period] == nil {
      if model.isClosed(period) { continue }
      open.learnerScores.forEach { if $1 != 0 { fail("\(period) has points of \($0)") } }
      open.groupScores.forEach { if $1 != 0 { fail("\(period) has points of group \($0)") } }
    }
  }

  /// One board from top to bottom, and one member's place on it.
  private func checkBoards() {
    let scores = model.scores()
    let today = model.time.day(at: now)
    var periods = scores.keys.sorted() + model.time.periods(of: today, term: nil)
    periods.removeAll(where: model.isClosed)
    let period = world.generator.pick(periods)
    let ranksGroups = world.generator.happens(40)
    let (segment, population) = segment(ranksGroups: ranksGroups)
    let request = BoardRequest(period: period, ranksGroups: ranksGroups, segment: segment)
    let expected: [BoardLine]
    if ranksGroups {
      var cohort: String?
      if case .cohort(let word) = population { cohort = word }
      expected = model.groupBoard(of: scores[period]?.groups ?? [:], cohort: cohort)
    } else {
      expected = model.board(
        of: scores[period]?.learners ?? [:], in: population,
        on: model.rosterDay(of: period, now: now))
    }
    let found = game.top(request)
    if found != expected { fail("board \(request): \(found), should be \(expected)") }
    guard let place = world.generator.place(in: expected) else { return }
    checkPlace(place, on: expected, request)
  }

  /// Looking at a board that is closed does not open it again.
  private func lookAtClosed() {
    guard let period = final.keys.sorted().first, world.generator.happens(10) else { return }
    _ = game.top(BoardRequest(period: period))
    if game.state.periods[period] != nil { fail("looking at \(period) opened it") }
  }

  private func checkPlace(_ place: Int, on lines: [BoardLine], _ request: BoardRequest) {
    let line = lines[place]
    let member =
      request.ranksGroups
      ? game.state.names.number(.group, line.member)
      : game.state.learnerNumber(line.member)?.rawValue
    guard let member,
      let page = game.state.around(member, request, neighbours: 2, now: game.now),
      let own = page.own
    else { return fail("\(line.member) has no place") }
    let below = lines.count { $0.score < line.score }
    let percentile = lines.count == 1 ? 100 : 100 * below / (lines.count - 1)
    let next = lines.map(\.score).filter { $0 > line.score }.min().map { $0 - line.score }
    let neighbours = Array(lines[max(0, place - 2)..<min(lines.count, place + 3)])
    if own.place.rank != line.rank || own.place.score != line.score
      || own.percentile != percentile || own.toNext != next || page.count != lines.count
      || page.places.map({ game.line($0, request) }) != neighbours
    {
      fail("around \(line.member) on \(request): \(page)")
    }
  }

  private func segment(ranksGroups: Bool) -> (Segment, NaiveModel.Population) {
    let kinds: [(Segment.Kind, NameKind, [String])] = [
      (.cohort, .cohort, world.cohorts), (.tier, .tier, world.tiers),
      (.group, .group, world.groups),
    ]
    guard world.generator.happens(50) else { return (.everyone, .everyone) }
    let (kind, name, words) = ranksGroups ? kinds[0] : world.generator.pick(kinds)
    let word = world.generator.pick(words)
    guard let number = game.state.names.number(name, word) else { return (.everyone, .everyone) }
    let segment = Segment(kind: kind, number: number)
    switch kind {
    case .cohort: return (segment, .cohort(word))
    case .tier: return (segment, .tier(word))
    default: return (segment, .group(word))
    }
  }

  private func checkFacts(of learner: String) {
    for (name, judged) in model.judgements(of: learner) {
      let expected = told(judged)
      guard let now = game.explain(name) else {
        fail("\(name) has no explanation")
        continue
      }
      let found = NaiveModel.Judgement(
        status: now.status, day: now.day, group: now.group.isNone ? nil : game.groupID(now.group),
        term: now.term == .outside ? nil : id(of: now.term),
        outcomes: now.outcomes.map {
          NaiveModel.Outcome(
            rule: game.state.rulesByNumber[$0.rule]?.id ?? "?", worth: $0.worth,
            points: $0.points, reason: $0.reason)
        })
      if found != expected { fail("\(name): \(found), should be \(expected)") }
    }
  }

  /// A judgement as it is explained: what expired says so.
  private func told(_ judged: NaiveModel.Judgement) -> NaiveModel.Judgement {
    var told = judged
    guard model.isGone(judged.term ?? "") else { return told }
    for place in told.outcomes.indices where told.outcomes[place].reason == .paid {
      told.outcomes[place].reason = .lotExpired
    }
    return told
  }

  /// What was posted for each fact and rule, in its group and term, adds up to what it pays now.
  private func checkPostings(of learner: String) {
    guard let number = game.state.learnerNumber(learner) else { return }
    var posted: [Posted: Int64] = [:]
    for index in game.indices(of: number) {
      switch game.log.buffer.changes[index] {
      case .fact(let fact):
        for outcome in game.log.buffer.outcomes[fact.outcomes.range] {
          let key = self.posted(
            GameLog.position(index), outcome.rule, group: fact.group, term: fact.term)
          posted[key, default: 0] += outcome.points
        }
      case .moved(let move) where !move.rule.isNone:
        let key = self.posted(move.fact, move.rule, group: move.group, term: move.term)
        posted[key, default: 0] += move.posting.points
      default: break
      }
    }
    var expected: [Posted: Int64] = [:]
    for (name, judgement) in model.judgements(of: learner) {
      for outcome in judgement.outcomes where outcome.points != 0 {
        let key = Posted(
          fact: name, rule: outcome.rule, group: judgement.group, term: judgement.term)
        expected[key] = outcome.points
      }
    }
    let found = posted.filter { $0.value != 0 }
    if found != expected { fail("postings of \(learner): \(found), should be \(expected)") }
  }

  private struct Posted: Hashable {
    var fact: FactName
    var rule: String
    var group: String?
    var term: String?
  }

  private func posted(
    _ fact: Position, _ rule: RuleNumber, group: GroupNumber, term: TermNumber
  ) -> Posted {
    Posted(
      fact: game.name(of: fact), rule: game.state.rulesByNumber[rule]?.id ?? "?",
      group: group.isNone ? nil : game.groupID(group), term: term == .outside ? nil : id(of: term))
  }

  private func id(of term: TermNumber) -> String {
    term == .endless ? "endless" : game.state.termIDs[term.index - 1]
  }

  /// Every window of an open period holds exactly the facts that are in it.
  private func checkWindows(of learner: String) {
    guard let number = game.state.learnerNumber(learner) else { return }
    let expected = model.windows(of: learner)
    var found: [NaiveModel.OpenWindow: WindowFold] = [:]
    for (period, open) in game.state.periods where !model.isClosed(period) {
      open.windows.forEach { owner, rule, object, fold in
        guard owner == number, fold.count > 0, isOfRule(rule) else { return }
        let word = game.state.names.word(.object, object.rawValue)
        let window = NaiveModel.OpenWindow(
          rule: game.state.rulesByNumber[rule]?.id ?? "?", definition: rule.rawValue,
          period: period, object: word)
        found[window] = fold
      }
    }
    let named = expected.map { window, fold in
      (
        NaiveModel.OpenWindow(
          rule: window.rule.id, definition: definition(of: window.rule), period: window.period,
          object: window.object.map(GameFact.objectWord) ?? ""), fold
      )
    }
    let difference = Dictionary(named) { first, _ in first }
    if found != difference { fail("windows of \(learner): \(found), should be \(difference)") }
  }

  /// Whether a window is that of a rule, and not of something that is recognised.
  private func isOfRule(_ number: RuleNumber) -> Bool {
    game.state.rulesByNumber[number].map { !$0.verbs.isEmpty } ?? false
  }

  private func definition(of rule: Rule) -> UInt16 {
    game.state.rulesByNumber.first { $0.value == rule }?.key.rawValue ?? 0
  }
}

extension OpenPeriod {
  fileprivate func windowsHold(_ learner: LearnerNumber) -> Bool {
    var found = false
    windows.forEach { owner, _, _, fold in if owner == learner, fold.count > 0 { found = true } }
    return found
  }
}

extension PeriodScores {
  var withoutZeros: PeriodScores {
    PeriodScores(
      learners: learners.filter { $0.value != 0 }, groups: groups.filter { $0.value != 0 })
  }
}
