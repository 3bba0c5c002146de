import Incentives

/// Awards in a simulation: decided by the game, decided again by the model, and compared.
extension Simulation {
  /// Tells the model what the game's jobs gave since it was told last, in the order of the log.
  ///
  /// Only who got what is taken over; whether it was right is `checkStars`, and what it pays is what the
  /// program declares.
  func noteAwards() {
    for row in game.state.awards.given[awardsNoted...] {
      let learner = game.state.learners.externalID(row.learner)
      pay(row.award, to: learner, on: row.day, at: row.payment, isBack: false)
    }
    awardsNoted = game.state.awards.given.count
  }

  private func pay(
    _ award: AwardNumber, to learner: String, on day: LocalDay, at payment: Position, isBack: Bool
  ) {
    guard let declared = SimulatedWorld.awards.first(where: { $0.id == game.state.awardID(award) })
    else { return fail("an award nobody declared") }
    guard declared.points > 0 else { return }
    if declared.counts {
      if isBack {
        model.grants[learner]?.removeAll { $0.position == payment }
      } else {
        model.grants[learner, default: []].append(
          NaiveModel.Grant(
            position: payment, day: day, points: declared.points, account: .earned,
            isAward: true))
      }
      return model.settle(learner)
    }
    let points = isBack ? -declared.points : declared.points
    let cohort = model.context(of: learner, on: day).cohort
    let term = bonusTerms[payment] ?? model.time.term(on: day, cohort: cohort) ?? ""
    bonusTerms[payment] = term
    model.receive([term: points], of: learner)
    model.purses[learner]?.bonus += points
  }

  /// Revokes an award that stands; runners-up follow.
  func revoke() {
    let standing = game.state.awards.given.filter(\.revokedAt.isNone)
    guard let place = world.generator.place(in: Array(standing)) else { return }
    let row = standing[place]
    let learner = game.state.learners.externalID(row.learner)
    attempt { () throws(Refusal) in try self.game.revoke(row.number, reason: "slip") }
    pay(row.award, to: learner, on: row.day, at: row.payment, isBack: true)
    checkRunnerUp(of: row)
    noteAwards()
  }

  /// The next of the proof who never had the star, where nobody has it any more.
  private func checkRunnerUp(of row: GivenAward) {
    guard let decision = game.state.awards[row.decision], let proof = game.proof(of: decision)
    else {
      return
    }
    let ofDecision = game.state.awards.given.filter { $0.decision == row.decision }
    let new = ofDecision.filter { $0.number.index > awardsNoted }.map(\.learner)
    let before = ofDecision.filter { $0.number.index <= awardsNoted }
    let ever = Set(before.map(\.learner))
    // Of two candidates that are one person by now the better counts.
    var seen: Set<LearnerNumber> = []
    let candidates = game.log.buffer.candidates[proof.candidates.range].filter { !$0.isCooling }
      .compactMap { candidate in
        var candidate = candidate
        candidate.learner = game.state.learners.surviving(candidate.learner)
        return seen.insert(candidate.learner).inserted ? candidate : nil
      }
    var expected: [LearnerNumber] = []
    if before.allSatisfy({ !$0.revokedAt.isNone }) {
      let left = candidates.filter { !ever.contains($0.learner) }
      let isShared = proof.ties == StarTies.shared.code
      expected = left.filter { $0.score == left[0].score }.map(\.learner)
      if !isShared { expected = Array(expected.prefix(1)) }
    }
    if new != expected { fail("after \(row.number) came \(new), should be \(expected)") }
  }

  /// Staff choose one of the first three of a star that waits, or none that is there.
  func confirm() {
    let waiting = game.state.awards.waiting.sorted { $0.key < $1.key }
    guard let place = world.generator.place(in: waiting) else { return }
    let chosen = world.generator.pick(Array(waiting[place].value.prefix(3))).learner
    let learner = game.state.learners.externalID(chosen)
    do throws(Refusal) {
      _ = try game.confirm(waiting[place].key, learner)
      noteAwards()
    } catch {
      let deadline = game.state.awards[waiting[place].key]?.deadline ?? .distantPast
      if error.reason != .alreadyDecided || deadline > game.now { fail("\(error)") }
    }
  }

  /// Gives somebody an award, on the roster or not.
  func give() {
    guard model.time.definition.awards != nil else { return }
    let learner = world.generator.pick(people)
    let context = model.context(of: learner, on: model.time.day(at: now))
    do throws(Refusal) {
      _ = try game.give(AwardGrant(award: "honour", learners: [learner]))
      guard context.isOnRoster, !context.isOffBoards else {
        return fail("an award for who wins nothing")
      }
      noteAwards()
    } catch {
      if context.isOnRoster, !context.isOffBoards { fail("\(error)") }
    }
  }

  /// Decides the stars of a period again, as they should have been when it closed.
  func checkStars(of period: Period, _ boards: ClosedBoards, known: NaiveModel) {
    let sums = ruleCut[period] ?? [:]
    for award in known.stars(of: period) {
      guard let star = award.star, let number = game.state.awardNumber(award.id) else { continue }
      var before: [NaiveModel.RuleSums] = []
      if star.measure == .improvement {
        // What was no teaching day when it closed is not kept.
        guard known.time.definition.calendar.isEmpty else { continue }
        let days = known.twoBefore(LocalDay(number: period.index)).map { Period.day($0) }
        guard days.allSatisfy({ known.stars(of: $0).contains { $0.id == award.id } }) else {
          continue
        }
        before = days.map { ruleCut[$0] ?? [:] }
      }
      let held = heldStars(asOf: boards.cut)
      for (segment, population) in segments(of: star.scope) {
        let expected = known.race(
          award, population, of: period, sums: sums, board: cut[period]?.learners ?? [:],
          before: before, held: held)
        compare(expected, number, period, segment, star)
      }
    }
  }

  private func segments(
    of scope: StarScopeKind
  ) -> [(segment: Segment, population: NaiveModel.Population)] {
    switch scope {
    case .program: return [(.everyone, .everyone)]
    case .cohort:
      return world.cohorts.compactMap { word in
        game.state.names.number(.cohort, word).map {
          (Segment(kind: .cohort, number: $0), .cohort(word))
        }
      }
    case .tier, .group: return []
    }
  }

  /// The stars that stood, or waited, when the record at `cut` was made.
  private func heldStars(asOf cut: Position) -> [NaiveModel.HeldStar] {
    let state = game.state
    func word(_ term: TermNumber) -> String {
      term == .endless ? "endless" : term == .outside ? "" : state.termIDs[term.index - 1]
    }
    var held: [NaiveModel.HeldStar] = []
    for row in state.awards.given
    where !row.decision.isNone && row.position <= cut
      && (row.revokedAt.isNone || row.revokedAt > cut)
    {
      held.append(
        NaiveModel.HeldStar(
          award: state.awardID(row.award), learner: state.learners.externalID(row.learner),
          day: row.day, term: word(row.term)))
    }
    for (index, decision) in state.awards.decisions.enumerated()
    where decision.deadline != .distantPast && decision.position <= cut && !decision.first.isNone {
      let number = DecisionNumber(rawValue: UInt32(index + 1))
      let first = state.awards.given.first { $0.decision == number }
      guard first.map({ $0.position > cut }) ?? true else { continue }
      let day = decision.day
      let cohort = model.context(
        of: state.learners.externalID(decision.first), on: day
      ).cohort
      held.append(
        NaiveModel.HeldStar(
          award: state.awardID(decision.award),
          learner: state.learners.externalID(decision.first), day: day,
          term: model.time.term(on: day, cohort: cohort) ?? ""))
    }
    return held
  }

  private func compare(
    _ expected: (places: [NaiveModel.Candidate], pausing: [NaiveModel.Candidate]),
    _ award: AwardNumber, _ period: Period, _ segment: Segment, _ star: StarTerms
  ) {
    let name = "star \(game.state.awardID(award)) of \(period) \(segment)"
    let decision = game.state.awards.decision(on: award, period, segment)
    guard let decision, let row = game.state.awards[decision], let proof = game.proof(of: row)
    else {
      if !expected.places.isEmpty || !expected.pausing.isEmpty {
        fail("\(name) was not decided, should be \(expected)")
      }
      return
    }
    let told = Array(game.log.buffer.candidates[proof.candidates.range])
    let places = told.filter { !$0.isCooling }
    let best = expected.places.filter { $0.score >= expected.places.prefix(3).last?.score ?? 0 }
    let wanted = Array(best.prefix(10))
    let same =
      places.count == wanted.count
      && zip(places, wanted).allSatisfy { found, model in
        game.state.learners.externalID(found.learner) == model.learner
          && found.score == model.score && Int(found.stars) == model.stars
          && (found.rules == StarCandidate.unasked || Int(found.rules) == model.rules)
          && found.lastStar == model.last ?? LocalDay(number: .min)
      }
    if !same { fail("\(name): \(places), should be \(wanted)") }
    let pausing = Set(told.filter(\.isCooling).map { game.state.learners.externalID($0.learner) })
    if pausing != Set(expected.pausing.map(\.learner)) {
      fail("\(name) excludes \(pausing), should be \(expected.pausing)")
    }
    let tied = expected.places.count { $0.score == expected.places[0].score }
    if Int(proof.tied) != tied { fail("\(name): \(proof.tied) tied, should be \(tied)") }
    checkWinners(of: decision, name, expected.places, star)
  }

  private func checkWinners(
    of decision: DecisionNumber, _ name: String, _ places: [NaiveModel.Candidate],
    _ star: StarTerms
  ) {
    let given = game.state.awards.given.filter {
      $0.decision == decision && $0.cause == .closing
    }.map { game.state.learners.externalID($0.learner) }
    let winners: [String]
    if star.confirmMinutes != nil {
      winners = []
    } else if star.ties == .shared {
      winners = places.filter { $0.score == places[0].score }.map(\.learner)
    } else {
      winners = places.prefix(1).map(\.learner)
    }
    if Set(given) != Set(winners) || given.count != winners.count {
      fail("\(name) went to \(given), should be \(winners)")
    }
  }
}

extension SimulatedWorld {
  /// The awards of simulated programs.
  static let awards: [AwardDefinition] = [
    AwardDefinition(
      id: "day", title: "Day", kind: .star, points: 4, star: StarTerms(minimum: 2, coolOff: 1)),
    AwardDefinition(
      id: "class", title: "Class", kind: .star, points: 1,
      star: StarTerms(scope: .cohort, ties: .shared, coolOff: 0)),
    AwardDefinition(
      id: "better", title: "Better", kind: .star, points: 2, counts: true,
      star: StarTerms(coolOff: 0, measure: .improvement)),
    AwardDefinition(
      id: "chosen", title: "Chosen", kind: .star, points: 3,
      star: StarTerms(score: .board, coolOff: 2, confirmMinutes: 60 * 20)),
    AwardDefinition(
      id: "week", title: "Week", kind: .star, star: StarTerms(period: .week, coolOff: 4)),
    AwardDefinition(
      id: "month", title: "Month", kind: .star, points: 5,
      star: StarTerms(period: .month, ties: .shared)),
    AwardDefinition(
      id: "term", title: "Term", kind: .star, points: 6,
      star: StarTerms(period: .term, scope: .cohort)),
    AwardDefinition(id: "honour", title: "Honour", points: 2),
  ]

  /// Some of the awards, and always the one that people give.
  mutating func someAwards() -> [AwardDefinition] {
    Self.awards.filter { $0.id == "honour" || generator.happens(50) }
  }
}
