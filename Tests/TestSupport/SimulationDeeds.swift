import Incentives

/// What happens in a simulation; each deed is done to the game and told to the model.
extension Simulation {
  func recordNew() {
    factCount += 1
    // Stars are decided by what comes in time.
    let isRecent = model.time.definition.awards != nil && world.generator.happens(60)
    var fact = world.fact(number: factCount, before: now, days: isRecent ? 1 : 12)
    // Facts of one instant are told apart by source and id alone.
    if world.generator.happens(30), let place = world.generator.place(in: sent) {
      let twin = sent[place]
      (fact.learner, fact.verb, fact.object) = (twin.learner, twin.verb, twin.object)
      fact.time = twin.time
    }
    // Somebody else does what somebody did lately, and so comes level.
    if isRecent, let last = sent.last, world.generator.happens(60) {
      (fact.verb, fact.object, fact.value) = (last.verb, last.object, last.value)
      (fact.metadata, fact.time) = (last.metadata, last.time)
    }
    // Some facts come long after their reversal.
    if let awaited = game.awaited.keys.sorted().first, world.generator.happens(20) {
      fact.name = awaited
    }
    let at = model.time.instant(of: fact.time)
    do throws(Refusal) {
      let answer = try game.record(fact)
      guard case .recorded = answer else { return fail("a new fact was known") }
      if at > game.wall.microseconds + 300_000_000 { fail("a fact of the future was taken") }
      sent.append(fact)
      var known = fact
      known.learner = model.who(fact.learner)
      model.facts[fact.name] = known
      model.settle(known.learner)
    } catch {
      let isFuture = at > game.wall.microseconds + 300_000_000
      if error.reason != .factInFuture || !isFuture { fail("refused \(error.reason.rawValue)") }
    }
  }

  func recordAgain() {
    guard !sent.isEmpty else { return }
    var fact = world.generator.pick(sent)
    // Either id of somebody who had two is as good.
    if let other = world.learners.last(where: { model.who($0) == model.who(fact.learner) }) {
      fact.learner = other
    }
    let answer = attempt { () throws(Refusal) in try self.game.record(fact) }
    if case .recorded = answer { fail("\(fact.name) was recorded twice") }
  }

  func conflict() {
    guard !sent.isEmpty else { return }
    var fact = world.generator.pick(sent)
    let field: String
    switch world.generator.next(below: 5) {
    case 0: (fact.learner, field) = ("stranger", "learner")
    case 1: (fact.verb, field) = ("unheard", "verb")
    case 2: (fact.object, field) = ("page:999", "object")
    case 3: (fact.value, field) = (4_711, "value")
    default: (fact.metadata, field) = (["other": "1"], "metadata")
    }
    do throws(Refusal) {
      _ = try game.record(fact)
      fail("other content was taken")
    } catch {
      if error.reason != .factConflict || error.field != field { fail("\(error)") }
    }
  }

  func reverse() {
    let cause = world.generator.pick(ReversalCause.allCases)
    guard world.generator.happens(80), !sent.isEmpty else {
      let name = FactName(source: "lms", id: "to come \(factCount)")
      guard game.awaited[name] == nil else { return }
      attempt { () throws(Refusal) in try self.game.reverse(name, cause: cause) }
      model.reversed.insert(name)
      return
    }
    let fact = world.generator.pick(sent)
    do throws(Refusal) {
      _ = try game.reverse(fact.name, cause: cause)
      if !model.reversed.insert(fact.name).inserted { fail("reversed twice") }
      model.settle(model.who(fact.learner), owes: cause != .mistake)
    } catch {
      if error.reason != .alreadyReversed || !model.reversed.contains(fact.name) {
        fail("\(error)")
      }
    }
  }

  /// Most learners are on the roster since ever, most of them in a group; some come later or never.
  func enrol() {
    for learner in world.learners where world.generator.happens(70) {
      let group = world.generator.happens(80) ? world.generator.pick(world.groups) : nil
      put(LearnerRecord(id: learner, cohort: world.generator.pick(world.cohorts), group: group))
    }
  }

  func put(_ given: LearnerRecord? = nil) {
    let record = given ?? world.record(near: now)
    attempt { () throws(Refusal) in try self.game.put(record) }
    let learner = model.who(record.id)
    model.rows[learner, default: []].append(record)
    if let group = record.group, !group.isEmpty { model.groups.insert(group) }
    model.settle(learner)
    if world.generator.happens(10) {
      let group = world.generator.pick(world.groups)
      let cohort = world.generator.pick(world.cohorts)
      attempt { () throws(Refusal) in try self.game.put(GroupRecord(id: group, cohort: cohort)) }
      model.groups.insert(group)
      model.groupCohorts[group] = cohort
    }
  }

  /// Corrects the group somebody was in for some days, for all days since one, or since ever.
  func correct() {
    let correction = world.correction(near: now)
    attempt { () throws(Refusal) in
      guard self.game.state.learnerNumber(correction.learner) != nil,
        correction.group.isEmpty || self.model.groups.contains(correction.group)
      else { return }
      _ = try self.game.correct(correction)
      var known = correction
      known.learner = self.model.who(correction.learner)
      self.model.correct(known)
      self.model.settle(known.learner)
    }
  }

  func changeRules() {
    var definition = model.time.definition
    definition.rules = world.rules()
    if world.generator.happens(50) {
      definition.rules.removeAll { rule in model.time.definition.rules.contains { $0.id == rule.id }
      }
      definition.rules += model.time.definition.rules.prefix(3)
    }
    guard definition != model.time.definition else { return }
    let latest = model.facts.values.map { model.time.instant(of: $0.time) }.max()
    let earliest = latest.map { $0 + 1 } ?? .min
    let asked = world.generator.happens(30) ? max(now, earliest) + 3_600_000_000 : nil
    attempt { () throws(Refusal) in
      try self.game.apply(
        definition, zone: self.game.state.zone,
        effectiveFrom: asked.map { Instant(microseconds: $0) })
    }
    model.adopt(definition, from: asked ?? max(now, earliest))
  }

  /// Moves time by hours, days or a week or two; what closes is closed now or later.
  func passTime() {
    let hours = world.generator.pick([1, 3, 7, 26, 50, 24 * 8])
    let to = now + Int64(hours) * 3_600_000_000 + Int64(world.generator.next(below: 3)) * 60_000_000
    closing {
      if model.time.definition.clock == .manual {
        guard to <= game.wall.microseconds else { return }
        attempt { () throws(Refusal) in try self.game.advance(to: Instant(microseconds: to)) }
        model.clock = to
      } else {
        attempt { () throws(Refusal) in try self.game.tick(Instant(microseconds: to)) }
        let clock = Instant(microseconds: model.clock)
        let deadline = game.state.awards.nextDeadline(after: clock)?.microseconds
        let isDue = deadline.map { $0 <= to } ?? false
        if model.closesSomething(until: to) || isDue { model.clock = to }
      }
      model.closedThrough = max(model.closedThrough, model.time.lastClosedDay(at: model.clock))
      model.expireLots()
    }
    if world.generator.happens(60) { work(steps: .max) }
  }

  /// Keeps the scores of what a deed closes: they are what its boards will say.
  func closing<Failure>(_ deed: () throws(Failure) -> Void) throws(Failure) {
    let before = model.scores()
    let sums = model.ruleSums()
    let wereClosed = Set(before.keys.filter(model.isClosed))
    try deed()
    for (period, scores) in before where !wereClosed.contains(period) && model.isClosed(period) {
      cut[period] = scores
      ruleCut[period] = sums[period]
    }
  }

  func work(steps: Int) {
    attempt { () throws(Refusal) in try self.game.work(steps: steps) }
    noteAwards()
    if let job = game.state.jobs.first, knownAtCut[job.period] == nil {
      knownAtCut[job.period] = model
    }
    checkClosed()
  }

  func closeAll() { work(steps: .max) }

  /// The process ends and starts again, from the log or from tables.
  func restart() {
    let before = game.state.fingerprint()
    let fromTables = world.generator.happens(50)
    if fromTables { game.restart(with: game.restoredFromTables()) } else { game.restart() }
    let after = game.state.fingerprint()
    guard before != after else { return }
    let difference = zip(before, after).first { $0 != $1 }
    fail(
      "after a restart from \(fromTables ? "tables" : "the log"): "
        + "\(difference.map { "\($0) | \($1)" } ?? "\(before.count) lines, \(after.count)")")
  }
}
