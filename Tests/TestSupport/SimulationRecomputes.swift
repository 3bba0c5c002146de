import Incentives

/// Definitions that hold since a day that is over: the past is judged anew, and the model, which always
/// judges all of it, has only to know the sets.
extension Simulation {
  /// Applies other rules since some days ago, or terms that move what is recorded, or both.
  ///
  /// Between the steps of the job people and facts come and go: each learner is then judged anew first.
  func recompute() {
    // Jobs that give awards end first, so that what moves and what is paid keep their order.
    if model.time.definition.awards != nil { work(steps: .max) }
    var new = model.time.definition
    let changesTerms = world.generator.happens(40)
    if changesTerms { changeSpans(&new) }
    var asked: Int64?
    if !changesTerms || world.generator.happens(40) {
      if world.generator.happens(80) { new.rules = changedRules() }
      asked = now - Int64(world.generator.next(below: 56)) * 6 * 3_600_000_000
    }
    let floor = world.generator.pick(RecomputeFloor.allCases)
    let latest = model.facts.values.map { model.time.instant(of: $0.time) }.max()
    let from = asked ?? max(now, latest.map { $0 + 1 } ?? .min)
    let isBackDated = latest.map { from <= $0 } ?? false
    let application = ProgramApplication(
      definition: new, zone: game.state.zone,
      effectiveFrom: asked.map { Instant(microseconds: $0) }, recompute: floor)
    let preview = try? game.preview(application)
    let moves = model.wouldMove(new)
    do throws(Refusal) {
      let changes = try game.apply(
        new, zone: game.state.zone, effectiveFrom: application.effectiveFrom, recompute: floor)
      guard !changes.isEmpty else { return }
      let isRecompute = changes.contains {
        if case .recompute = game.log.buffer.changes[$0] { true } else { false }
      }
      if !isRecompute, moves || isBackDated { fail("the past was not judged anew") }
      guard isRecompute else { return model.adopt(new, from: from) }
      check(preview, against: model.recompute(new, from: from, floor: floor, now: now))
      finishRecompute()
    } catch {
      let mayRefuse =
        changesTerms && (error.reason == .invalid || error.reason == .recomputeRequired)
      if !mayRefuse || !error.field.hasPrefix("terms") { fail("\(error)") }
    }
  }

  private func changedRules() -> [Rule] {
    let standing = model.time.definition.rules
    var rules = world.rules()
    if world.generator.happens(60) {
      rules.removeAll { rule in standing.contains { $0.id == rule.id } }
      rules += standing.prefix(3)
    }
    return rules
  }

  /// What a dry run showed is what is then posted.
  private func check(
    _ preview: RecomputePreview?, against expected: [String: NaiveModel.Difference]
  ) {
    guard let preview else { return fail("a dry run was refused, the call was not") }
    let net = expected.values.reduce(0) { $0 + $1.earned }
    let kept = expected.values.reduce(0) { $0 + $1.kept }
    if preview.net != net || preview.kept != kept {
      fail("a dry run of \(preview.net), kept \(preview.kept), should be \(net), \(kept)")
    }
    for effect in preview.effects {
      let id = game.state.learners.externalID(effect.learner)
      let difference = expected[id] ?? NaiveModel.Difference()
      if effect.earnedAfter - effect.earnedBefore != difference.earned
        || effect.spendableAfter - effect.spendableBefore != difference.spendable
      {
        fail("a dry run of \(id): \(effect), should be \(difference)")
      }
    }
  }

  /// Lets the job end, doing in between what is judged by the learners' facts.
  func finishRecompute() {
    let first = game.log.buffer.changes.count
    while game.state.lastLearnerToRecompute != nil, failures.isEmpty {
      game.state.recomputedFactsMax = 1
      switch world.generator.next(below: 6) {
      case 0: recordNew()
      case 1: recordAgain()
      case 2: reverse()
      case 3: put()
      case 4: restart()
      default: attempt { () throws(Refusal) in try self.game.work(steps: 1) }
      }
      noteAwards()
    }
    findFloors(since: first)
    checkClosed()
  }

  /// What the floor gave back is a grant from now on, and stays what it is.
  private func findFloors(since first: Int) {
    for index in first..<game.log.buffer.changes.count {
      guard case .granted(let grant) = game.log.buffer.changes[index], grant.kind == .floor,
        grant.undoes.isNone
      else { continue }
      let learner = game.state.learners.externalID(grant.learner)
      let place = model.grants[learner]?.firstIndex {
        $0.position == .none && $0.day == grant.day && $0.points == grant.posting.points
      }
      guard let place else {
        return fail("\(learner) was given back \(grant.posting.points) on \(grant.day)")
      }
      model.grants[learner]?[place].position = GameLog.position(index)
    }
    for (learner, grants) in model.grants where grants.contains(where: { $0.position == .none }) {
      fail("\(learner) was not given back what the floor keeps")
    }
  }
}

extension NaiveModel {
  /// What a recompute does to one learner's balances.
  struct Difference: Equatable {
    var earned: Int64 = 0
    var spendable: Int64 = 0
    var kept: Int64 = 0
  }

  /// Another definition holds since an instant that is over; closed terms keep their rules.
  ///
  /// Whoever would lose in all is given that back on the first day that loses, where the floor keeps it.
  mutating func recompute(
    _ new: ProgramDefinition, from: Int64, floor: RecomputeFloor, now: Int64
  ) -> [String: Difference] {
    let learners = Set(rows.keys).union(facts.values.map(\.learner))
    let before = Dictionary(
      uniqueKeysWithValues: learners.map { ($0, (paid(to: $0), purses[$0] ?? Purse())) })
    for term in time.definition.terms where isClosed(term) && kept[term.id] == nil {
      kept[term.id] = sets
      if term.last > time.keptCalendars.last?.through ?? LocalDay(number: .min) {
        time.keptCalendars.append((term.last, time.definition))
      }
    }
    adopt(new, from: from, starsFrom: max(from, now + 300_000_001))
    var differences: [String: Difference] = [:]
    for (learner, (old, purse)) in before {
      let now = paid(to: learner)
      let ofDays = now.merging(old.mapValues { -$0 }) { $0 + $1 }
      let net = ofDays.values.reduce(0, +)
      if floor == .keep, net < 0, let day = ofDays.filter({ $0.value < 0 }).keys.min() {
        grants[learner, default: []].append(
          Grant(position: .none, day: day, points: -net, account: .earned))
        differences[learner, default: Difference()].kept = -net
      }
      settle(learner)
      let after = purses[learner] ?? Purse()
      differences[learner, default: Difference()].earned = after.earned - purse.earned
      differences[learner]?.spendable = after.spendable - purse.spendable
    }
    return differences
  }

  /// What the rules pay a learner, day by day.
  private mutating func paid(to learner: String) -> [LocalDay: Int64] {
    var found: [LocalDay: Int64] = [:]
    for judgement in judgements(of: learner).values {
      found[judgement.day, default: 0] += judgement.outcomes.reduce(0) { $0 + $1.points }
    }
    return found
  }

  /// What judges a fact of a time and term.
  func version(at time: Int64, term: String?) -> (rules: [Rule], recognition: Recognition) {
    let sets = term.flatMap { kept[$0] } ?? sets
    return sets.last { $0.from <= time }.map { ($0.rules, $0.recognition) } ?? ([], Recognition())
  }

  /// The rules that judge a fact of a time and term.
  func rules(at time: Int64, term: String?) -> [Rule] { version(at: time, term: term).rules }
}
