import Incentives

/// Plays seeded random weeks of sessions, sheets and corrections against the naive model; answers what was
/// found wrong, with its seed.
///
/// After every step everybody has exactly the perfect attendances that trying all ways gives, with their
/// points; what was awarded in a closed term stands. At the end the same world is told to another game in
/// another order, and must come to the same where no term was frozen.
public func tryAttendance(seeds: Range<UInt64>, steps: Int) -> [String] {
  seeds.flatMap { AttendanceTrial(seed: $0).run(steps: steps) }
}

/// One seeded workload.
final class AttendanceTrial {
  private let seed: UInt64
  private var generator: SeededGenerator
  private let game: Game
  private var model: NaiveAttendance
  private let zone: ZoneOffsets
  private var definition: ProgramDefinition
  private var roster: [LearnerRecord] = []
  /// What was awarded in terms that are frozen.
  private var frozen: Set<NaiveAttendance.Award> = []
  private var frozenTerms: Set<String> = []
  private var batches: [BatchNumber] = []
  private var factCount = 0
  private var failures: [String] = []
  private var step = 0
  private var deed = ""

  private static let hour: Int64 = 3_600_000_000
  private static let learners = ["ada", "bo", "cy", "dag", "eve"]
  private static let lessons = ["L1", "L2", "L3", ""]

  init(seed: UInt64) {
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    definition = Self.definition(&generator)
    zone = GameZones.offsets(definition.zone) ?? .utc
    let start: Int64 = 1_772_366_400_000_000  // 2026-03-01T12:00Z
    game = Game(wall: Instant(microseconds: start))
    model = NaiveAttendance(NaiveModel(definition, zone: zone, clock: start))
  }

  private static func definition(_ generator: inout SeededGenerator) -> ProgramDefinition {
    var definition = ProgramDefinition(
      id: "sim", name: "",
      zone: generator.pick(["UTC", "Asia/Shanghai", "America/New_York"]))
    definition.dayGrace = .minutes(generator.pick([0, 120]))
    let origin = LocalDay(number: 20_513)  // 2026-03-01
    if generator.happens(50) {
      definition.terms = [
        .init(
          id: "one", first: origin.advanced(by: -14), last: origin.advanced(by: 17),
          graceMinutes: 60),
        .init(id: "two", first: origin.advanced(by: 20), last: origin.advanced(by: 200)),
      ]
    }
    definition.rules = [
      Rule(
        id: "there", verbs: ["attended"], kinds: ["session"], payment: .points(5),
        limiter: .once(.object))
    ]
    var rules: [PerfectRule] = []
    for span in PerfectRule.Span.allCases {
      for copy in 0..<generator.next(in: 1...2) {
        rules.append(
          PerfectRule(
            id: "\(span) \(copy)", period: span, makeUpWithin: generator.pick([0, 3, 14]),
            excuses: generator.happens(50)
              ? ExcuseRules(
                sick: generator.pick(ExcuseTreatment.allCases),
                business: generator.pick(ExcuseTreatment.allCases),
                personal: generator.pick(ExcuseTreatment.allCases)) : nil,
            late: generator.pick([.counts, .breaks, .toAbsence(2)]),
            minimumAttended: generator.pick([0, 50, 80, 100]), points: generator.pick([0, 10, 25]),
            counts: generator.happens(40)))
      }
    }
    definition.attendance = AttendanceDefinition(
      minimumMinutes: generator.pick([nil, 30]), perfect: rules)
    return definition
  }

  private var now: Int64 { game.wall.microseconds }

  func run(steps: Int) -> [String] {
    attempt { try self.game.apply(self.definition, zone: self.zone) }
    for learner in Self.learners {
      put(LearnerRecord(id: learner, cohort: generator.pick(["A", "B"])))
    }
    for _ in 0..<6 { putSession() }
    for number in 0..<steps where failures.isEmpty {
      step = number
      act()
      attempt { try self.game.work() }
      check()
    }
    if failures.isEmpty, frozenTerms.isEmpty { tellAgain() }
    return failures + game.faults.map { "seed \(seed): \($0)" }
  }

  private func fail(_ what: String) {
    if failures.count < 3 { failures.append("seed \(seed), step \(step), \(deed): \(what)") }
  }

  @discardableResult
  private func attempt<Result>(_ body: () throws -> Result) -> Result? {
    do { return try body() } catch {
      fail("refused \(error)")
      return nil
    }
  }

  private func act() {
    let deeds: [(Int, String, (AttendanceTrial) -> Void)] = [
      (30, "sheet", { $0.set() }), (8, "session", { $0.putSession() }),
      (10, "change", { $0.changeSession() }), (14, "fact", { $0.record() }),
      (5, "reverse", { $0.reverse() }), (8, "leave", { $0.leave() }),
      (9, "person", { $0.move() }), (4, "calendar", { $0.changeCalendar() }),
      (10, "time", { $0.passTime() }), (5, "import", { $0.importSheet() }),
      (4, "undo", { $0.undo() }), (3, "restart", { $0.restart() }),
    ]
    var ticket = generator.next(below: deeds.reduce(0) { $0 + $1.0 })
    for (weight, name, body) in deeds {
      ticket -= weight
      guard ticket < 0 else { continue }
      deed = name
      return body(self)
    }
  }
}

/// Deeds.
extension AttendanceTrial {
  private func put(_ record: LearnerRecord) {
    attempt { try self.game.put(record) }
    roster.append(record)
    model.people.rows[record.id, default: []].append(record)
  }

  private func putSession() {
    let id = "S\(model.sessions.count + 1)"
    let session = NaiveAttendance.Session(
      id: id, cohort: generator.pick(["A", "B"]), lesson: generator.pick(Self.lessons),
      at: moment(), isRequired: generator.happens(85))
    put(session)
  }

  /// A time on the hour, some days around now.
  private func moment() -> Int64 {
    let at = now + Int64(generator.next(in: -14 * 8...4 * 8)) * 3 * Self.hour
    return at - at % Self.hour
  }

  private func put(_ session: NaiveAttendance.Session) {
    attempt {
      try self.game.put(
        SessionRecord(
          id: session.id, cohort: session.cohort, lesson: session.lesson,
          startsAt: Instant(microseconds: session.at), state: session.state,
          isRequired: session.isRequired))
    }
    model.sessions[session.id] = session
  }

  private func changeSession() {
    guard var session = anySession() else { return }
    switch generator.next(below: 5) {
    case 0: session.at = moment()
    case 1: session.lesson = generator.pick(Self.lessons)
    case 2: session.isRequired.toggle()
    case 3: session.cohort = generator.pick(["A", "B"])
    default: session.state = generator.pick(SessionState.allCases)
    }
    put(session)
  }

  private func anySession() -> NaiveAttendance.Session? {
    let all = model.sessions.values.sorted { $0.id < $1.id }
    return generator.place(in: all).map { all[$0] }
  }

  private func set(in batch: BatchNumber? = nil) {
    guard let session = anySession(), session.state != .cancelled else { return }
    let isAhead = model.people.time.firstInstant(of: model.day(of: session)) > now
    let statuses: [AttendanceStatus] =
      isAhead
      ? [.sick, .personal, .business]
      : [.present, .present, .present, .late, .leftEarly, .absent, .sick, .personal, .business]
        + [.madeUp, .none]
    var rows: [AttendanceSheet.Row] = []
    for learner in Self.learners where generator.happens(50) {
      rows.append(.init(learner: learner, status: generator.pick(statuses)))
    }
    guard !rows.isEmpty else { return }
    attempt { try self.game.set(AttendanceSheet(session: session.id, rows: rows)) }
    for row in rows {
      model.say(row.status, of: row.learner, in: session.id, at: now, batch: batch)
    }
  }

  private func importSheet() {
    attempt {
      let (batch, _) = try self.game.open(BatchOpening(kind: .run))
      try self.game.part(of: batch) {
        for _ in 0..<self.generator.next(in: 1...3) { self.set(in: batch) }
      }
      self.batches.append(batch)
    }
  }

  private func undo() {
    guard let place = generator.place(in: batches) else { return }
    let batch = batches.remove(at: place)
    attempt { try self.game.takeBack(batch, reason: "mistake") }
    model.undo(batch, at: now)
  }

  private func record() {
    guard let session = anySession(), session.at <= now else { return }
    factCount += 1
    let status = generator.pick([AttendanceStatus.present, .late, .leftEarly])
    let minutes: Int64? = generator.happens(50) ? Int64(generator.next(in: 5...40)) : nil
    let filling = NaiveAttendance.Filling(
      name: FactName(source: "lms", id: "\(factCount)"),
      learner: generator.pick(Self.learners), session: session.id, at: session.at,
      status: status, minutes: minutes)
    record(filling, into: game)
    model.fillings.append(filling)
  }

  private func record(_ filling: NaiveAttendance.Filling, into game: Game) {
    var metadata: [String: String] = [:]
    if filling.status == .late { metadata["late"] = "true" }
    if filling.status == .leftEarly { metadata["leftEarly"] = "true" }
    let fact = GameFact(
      name: filling.name, learner: filling.learner, verb: "attended",
      object: "session:\(filling.session)", value: filling.minutes, metadata: metadata,
      time: .instant(Instant(microseconds: filling.at)))
    attempt { try game.record(fact) }
  }

  private func reverse() {
    let standing = model.fillings.indices.filter { !model.fillings[$0].isReversed }
    guard let place = generator.place(in: standing) else { return }
    let index = standing[place]
    attempt { try self.game.reverse(self.model.fillings[index].name, cause: .source) }
    model.fillings[index].isReversed = true
  }

  private func leave() {
    let first = model.people.time.day(at: now).advanced(by: Int32(generator.next(in: -12...3)))
    let record = ExcuseRecord(
      learner: generator.pick(Self.learners), first: first,
      last: first.advanced(by: Int32(generator.next(in: 0...3))),
      kind: generator.pick([.sick, .personal, .business, .none]))
    attempt { try self.game.put(record) }
    model.leaves[record.learner, default: []].append((record.first, record.last, record.kind))
  }

  private func move() {
    let from = model.people.time.day(at: now).advanced(by: Int32(generator.next(in: -14...3)))
    var record = LearnerRecord(
      id: generator.pick(Self.learners), from: from, isRoster: generator.happens(40))
    if generator.happens(70) { record.cohort = generator.pick(["A", "B"]) }
    if generator.happens(20) { record.flags = generator.pick([[], .observer]) }
    if record.isRoster, generator.happens(40) {
      record.to = from.advanced(by: Int32(generator.next(in: 0...9)))
    }
    put(record)
  }

  private func changeCalendar() {
    var new = definition
    let day = model.people.time.day(at: now).advanced(by: Int32(generator.next(in: -9...5)))
    new.calendar.append(
      .init(
        day: day, kind: generator.pick([.holiday, .workday, .cancelled]),
        cohorts: generator.pick([[], [], ["A"]])))
    attempt { try self.game.apply(new, zone: self.zone) }
    definition = new
    model.people.time.adopt(new)
  }

  private func passTime() {
    let to = now + Int64(generator.pick([5, 26, 50, 24 * 4])) * Self.hour
    attempt { try self.game.tick(Instant(microseconds: to)) }
    if model.people.closesSomething(until: to) { model.people.clock = to }
    model.people.closedThrough = max(
      model.people.closedThrough, model.people.time.lastClosedDay(at: model.people.clock))
    // What is awarded when a term closes stands from then on.
    for term in definition.terms where model.people.isClosed(term) {
      guard !frozenTerms.contains(term.id) else { continue }
      for learner in Self.learners {
        frozen.formUnion(model.awards(of: learner).filter { $0.term == term.id })
      }
      frozenTerms.insert(term.id)
    }
  }

  private func restart() {
    let living = game.state.fingerprint()
    let tables = game.restoredFromTables()
    if tables.fingerprint() != living { fail("the tables lead elsewhere") }
    if generator.happens(50) {
      game.restart()
      if game.state.fingerprint() != living { fail("the log leads elsewhere") }
    } else {
      game.restart(with: tables)
    }
  }
}

/// Checks.
extension AttendanceTrial {
  private func awards(in game: Game) -> Set<NaiveAttendance.Award> {
    var found: Set<NaiveAttendance.Award> = []
    for id in Self.learners {
      guard let learner = game.state.learnerNumber(id) else { continue }
      for (change, _, _) in game.state.attendance.perfect(of: learner) {
        let term =
          change.term == .endless ? "endless" : game.state.termIDs[change.term.index - 1]
        found.insert(
          NaiveAttendance.Award(
            learner: id, rule: game.state.perfectID(change.rule), period: change.period,
            day: change.day, term: term, points: change.points, counts: change.counts))
      }
    }
    return found
  }

  private func check() {
    if game.state.isAttendanceDue { fail("something waits to be judged") }
    var expected = frozen
    for learner in Self.learners {
      expected.formUnion(
        model.awards(of: learner).filter { !frozenTerms.contains($0.term) })
    }
    let found = awards(in: game)
    guard found == expected else {
      return fail(
        "too many \(found.subtracting(expected).sorted()), "
          + "missing \(expected.subtracting(found).sorted())")
    }
    for id in Self.learners { checkPoints(of: id, expected) }
    for session in model.sessions.values { checkStatuses(in: session) }
  }

  private func checkPoints(of id: String, _ awards: Set<NaiveAttendance.Award>) {
    guard let learner = game.state.learnerNumber(id) else { return }
    let own = awards.filter { $0.learner == id }
    let counting = own.filter(\.counts).reduce(0) { $0 + $1.points }
    let bonus = own.filter { !$0.counts }.reduce(0) { $0 + $1.points }
    let accounts = game.state.learners[learner].accounts
    let earned = model.points(of: id) + counting
    if accounts.earned != earned { fail("\(id) earned \(accounts.earned), should be \(earned)") }
    if accounts.bonus != bonus { fail("\(id) has bonus \(accounts.bonus), should be \(bonus)") }
    if !game.state.isAttendanceRight(of: learner) { fail("\(id) would not pass verify") }
  }

  private func checkStatuses(in session: NaiveAttendance.Session) {
    guard let row = game.state.session(session.id) else { return fail("\(session.id) is gone") }
    if game.state.isHeld(row) != model.isHeld(session) { fail("\(session.id) is held or not") }
    for id in Self.learners {
      guard let learner = game.state.learnerNumber(id) else { continue }
      let found = game.state.attendanceStatus(of: learner, in: row).status
      let expected = model.status(of: id, in: session)
      if found != expected { fail("\(session.id) \(id) \(found), should be \(expected)") }
    }
  }

  /// Tells another game all that is true in the end, in another order.
  private func tellAgain() {
    deed = "told again"
    let other = Game(wall: game.wall)
    attempt { try other.apply(self.definition, zone: self.zone) }
    var tellings: [() -> Void] = model.sessions.values.map { session in
      { self.tell(session, to: other) }
    }
    tellings += model.fillings.map { filling in
      {
        self.record(filling, into: other)
        guard filling.isReversed else { return }
        self.attempt { try other.reverse(filling.name, cause: .source) }
      }
    }
    // Rows of one learner are said in their order; what begins on one day is said last.
    tellings += Self.learners.map { learner in
      {
        for record in self.roster where record.id == learner {
          self.attempt { try other.put(record) }
        }
        for leave in self.model.leaves[learner] ?? [] {
          self.attempt {
            try other.put(
              ExcuseRecord(
                learner: learner, first: leave.first, last: leave.last, kind: leave.kind))
          }
        }
      }
    }
    for telling in generator.shuffled(tellings) {
      telling()
      if generator.happens(30) { attempt { try other.work() } }
    }
    for session in generator.shuffled(model.sessions.values.sorted { $0.id < $1.id }) {
      tellSheet(of: session, to: other)
    }
    attempt { try other.tick(self.game.wall) }
    attempt { try other.work() }
    failures += other.faults.map { "seed \(seed), told again: \($0)" }
    let (found, expected) = (awards(in: other), awards(in: game))
    if found != expected {
      fail("too many \(found.subtracting(expected)), missing \(expected.subtracting(found))")
    }
  }

  private func tell(_ session: NaiveAttendance.Session, to other: Game) {
    attempt {
      try other.put(
        SessionRecord(
          id: session.id, cohort: session.cohort, lesson: session.lesson,
          startsAt: Instant(microseconds: session.at), state: .planned,
          isRequired: session.isRequired))
    }
  }

  private func tellSheet(of session: NaiveAttendance.Session, to other: Game) {
    for learner in generator.shuffled(Self.learners) {
      guard let statement = model.statement(of: learner, in: session.id) else { continue }
      // A leave that was known ahead is said ahead of the others again.
      let wall = other.wall
      other.wall = Instant(microseconds: statement.at)
      attempt {
        try other.set(
          AttendanceSheet(
            session: session.id, rows: [.init(learner: learner, status: statement.status)]))
      }
      other.wall = wall
    }
    attempt { try other.put(SessionRecord(id: session.id, state: session.state)) }
  }
}
