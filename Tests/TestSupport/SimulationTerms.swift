import Incentives

/// Definitions that change terms, grace and calendar; the model says what must be refused.
extension Simulation {
  /// Applies a definition with other terms, another grace or another calendar.
  ///
  /// What gives a recorded fact or grant another term, or changes a closed term, must be refused. What
  /// changes neither terms nor closed days must not. In between a refusal may be overcautious.
  func changeTerms() {
    var new = model.time.definition
    let isHarmless = world.generator.happens(50)
    if isHarmless { changeGrace(&new) } else { changeSpans(&new) }
    guard new != model.time.definition else { return }
    // Jobs that give awards end first, so that what moves and what is paid keep their order.
    if new.awards != nil, !new.recognition.streaks.isEmpty { work(steps: .max) }
    let isRefused = model.wouldMove(new)
    do throws(Refusal) {
      let latest = model.facts.values.map { model.time.instant(of: $0.time) }.max() ?? .min
      try closing { () throws(Refusal) in
        let changes = try game.apply(new, zone: game.state.zone)
        let from = max(now, latest == .min ? .min : latest + 1)
        let recounts = changes.contains {
          if case .recompute = game.log.buffer.changes[$0] { true } else { false }
        }
        guard recounts else { return model.adopt(new, from: from) }
        _ = model.recompute(new, from: from, floor: .none, now: now)
        finishRecompute()
      }
      if isRefused { fail("terms that move what is recorded were taken: \(new.terms)") }
    } catch {
      let isOverlap = error.reason == .invalid && error.field.hasPrefix("terms")
      if isHarmless || error.reason != .recomputeRequired && !isOverlap { fail("\(error)") }
    }
  }

  /// The order of terms, the grace of those that are open and of days, and days to come.
  private func changeGrace(_ new: inout ProgramDefinition) {
    switch world.generator.next(below: 5) {
    case 0: new.terms.reverse()
    case 4: changeExpiry(&new)
    case 1:
      for place in new.terms.indices where !model.isClosed(new.terms[place]) {
        // No grace reaches the day on which the term's points expire.
        let isShort = new.terms[place].expires.map { new.terms[place].last.days(until: $0) < 3 }
        guard isShort != true else { continue }
        new.terms[place].graceMinutes = world.generator.pick([0, 60, 48 * 60])
      }
    case 2: new.dayGrace = world.generator.pick([.minutes(120), .minutes(0), .nextTeachingDayNoon])
    default:
      let day = model.time.day(at: now).advanced(by: Int32(world.generator.next(in: -2...4)))
      new.calendar.append(
        ProgramDefinition.CalendarDay(
          day: day, kind: world.generator.pick([.holiday, .workday, .cancelled])))
    }
  }

  /// When terms expire whose day has not come: later, or never.
  private func changeExpiry(_ new: inout ProgramDefinition) {
    for place in new.terms.indices {
      guard let expires = new.terms[place].expires, !model.isGone(new.terms[place].id) else {
        continue
      }
      let later = Int32(world.generator.next(in: 1...9))
      new.terms[place].expires = world.generator.happens(80) ? expires.advanced(by: later) : nil
    }
  }

  /// The spans of terms, and whose they are.
  func changeSpans(_ new: inout ProgramDefinition) {
    let place = world.generator.place(in: new.terms)
    let days = Int32(world.generator.next(in: 1...9))
    switch (world.generator.next(below: 5), place) {
    case (0, let place?): new.terms.remove(at: place)
    case (1, let place?): new.terms[place].last = new.terms[place].last.advanced(by: days)
    case (2, let place?):
      new.terms[place].last = max(new.terms[place].first, new.terms[place].last.advanced(by: -days))
    case (3, let place?): new.terms[place].graceMinutes += 60
    default:
      let first = model.time.day(at: now).advanced(by: 60 + days)
      new.terms.append(
        ProgramDefinition.Term(
          id: "later \(new.terms.count)", first: first, last: first.advanced(by: 30),
          cohorts: world.generator.pick([[], ["A"], ["B"]]), graceMinutes: 0))
    }
  }
}

extension NaiveModel {
  func isClosed(_ term: ProgramDefinition.Term) -> Bool { time.closing(of: term) <= clock }

  /// Whether time going on to an instant closes a day or a term.
  func closesSomething(until to: Int64) -> Bool {
    to >= time.closing(ofDay: closedThrough.next)
      || time.definition.terms.contains {
        [time.closing(of: $0), time.expiry(of: $0.id) ?? .max].contains { clock < $0 && $0 <= to }
      }
  }

  /// Another definition holds, its rules from an instant on.
  mutating func adopt(_ new: ProgramDefinition, from: Int64, starsFrom: Int64? = nil) {
    let starsFrom = starsFrom ?? from
    sets.removeAll { $0.from >= from }
    sets.append((from, new.rules, new.recognition))
    starSets.removeAll { $0.from >= starsFrom }
    starSets.append((starsFrom, new.declaredAwards))
    time.adopt(new)
    forget()
    forgetLots()
  }

  /// Whether a definition gives something recorded another term, or changes a term that is closed.
  func wouldMove(_ new: ProgramDefinition) -> Bool {
    var other = time
    other.adopt(new)
    let days =
      facts.values.map { ($0.learner, time.day(at: time.instant(of: $0.time))) }
      + grants.flatMap { learner, grants in grants.map { (learner, $0.day) } }
    let moves = days.contains { learner, day in
      let cohort = context(of: learner, on: day).cohort
      return time.term(on: day, cohort: cohort) != other.term(on: day, cohort: cohort)
    }
    return moves
      || time.definition.terms.contains { term in
        isClosed(term)
          && !new.terms.contains {
            var other = $0
            other.expires = term.expires
            return other == term
          }
      }
  }
}
