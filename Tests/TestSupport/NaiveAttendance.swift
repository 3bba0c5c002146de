import Incentives

/// Attendance written a second time, from rules.md §5 and for reading only: everything is found anew from
/// what came from outside, session by session, by trying all ways.
///
/// Days, terms, closings and what holds of a learner on a day are `NaiveTime`'s and `NaiveModel`'s.
struct NaiveAttendance {
  /// A session as it was put last.
  struct Session: Hashable {
    var id: String
    var cohort: String
    var lesson: String
    var at: Int64
    var state = SessionState.planned
    var isRequired = true
  }

  /// What a person said of a learner in a session.
  struct Statement: Hashable {
    var status: AttendanceStatus
    var at: Int64
    var batch: BatchNumber?
  }

  /// A fact of the LMS that fills a row.
  struct Filling: Hashable {
    var name: FactName
    var learner: String
    var session: String
    var at: Int64
    var status: AttendanceStatus
    var minutes: Int64?
    var isReversed = false
  }

  /// An award, as somebody has it or should.
  struct Award: Hashable, Comparable {
    var learner: String
    var rule: String
    var period: Period
    var day: LocalDay
    var term: String
    var points: Int64
    var counts: Bool

    static func < (left: Award, right: Award) -> Bool {
      (left.learner, left.rule, left.period) < (right.learner, right.rule, right.period)
    }
  }

  private struct Key: Hashable {
    var learner: String
    var session: String
  }

  var people: NaiveModel
  var sessions: [String: Session] = [:]
  var fillings: [Filling] = []
  var leaves: [String: [(first: LocalDay, last: LocalDay, kind: AttendanceStatus)]] = [:]
  private var said: [Key: [Statement]] = [:]

  init(_ people: NaiveModel) { self.people = people }

  private var time: NaiveTime { people.time }
  private var declared: AttendanceDefinition {
    time.definition.attendance ?? AttendanceDefinition()
  }

  // MARK: What comes from outside

  mutating func say(
    _ status: AttendanceStatus, of learner: String, in session: String, at: Int64,
    batch: BatchNumber? = nil
  ) {
    let key = Key(learner: learner, session: session)
    guard status != said[key]?.last?.status ?? AttendanceStatus.none else { return }
    said[key, default: []].append(Statement(status: status, at: at, batch: batch))
  }

  /// Takes back a batch: what was said before it is true again, unless somebody spoke since.
  mutating func undo(_ batch: BatchNumber, at: Int64) {
    for (key, statements) in said where statements.last?.batch == batch {
      let before = statements.last { $0.batch != batch }?.status ?? AttendanceStatus.none
      said[key]?.append(Statement(status: before, at: at, batch: nil))
    }
  }

  // MARK: What is true

  func day(of session: Session) -> LocalDay { time.day(at: session.at) }

  func statement(of learner: String, in session: String) -> Statement? {
    said[Key(learner: learner, session: session)]?.last.flatMap {
      $0.status == .none ? nil : $0
    }
  }

  private func filled(_ learner: String, _ session: String) -> [Filling] {
    fillings.filter { $0.learner == learner && $0.session == session && !$0.isReversed }
  }

  /// What is true of a learner in a session.
  func status(of learner: String, in session: Session) -> AttendanceStatus {
    var status = AttendanceStatus.none
    let facts = filled(learner, session.id)
    if let statement = statement(of: learner, in: session.id) {
      status = statement.status
    } else if !facts.isEmpty {
      let minutes = facts.compactMap(\.minutes)
      let isShort = declared.minimumMinutes.map { least in
        !minutes.isEmpty && minutes.reduce(0, +) < Int64(least)
      }
      let kinds = Set(facts.map(\.status))
      status = isShort == true ? .absent : kinds.count == 1 ? facts[0].status : .present
    }
    guard status == .none || status == .absent else { return status }
    let day = day(of: session)
    let leave = leaves[learner]?.last { $0.first <= day && day <= $0.last }?.kind ?? .none
    return leave == .none ? status : leave
  }

  private func isTaken(_ session: Session) -> Bool {
    let isFilled = fillings.contains { $0.session == session.id && !$0.isReversed }
    return isFilled
      || said.contains { key, statements in
        guard key.session == session.id, let last = statements.last, last.status != .none else {
          return false
        }
        return !last.status.isLeave || time.day(at: last.at) >= day(of: session)
      }
  }

  func isHeld(_ session: Session) -> Bool {
    let day = day(of: session)
    let entries = time.definition.calendar.filter { $0.day == day }
    let entry =
      entries.last { $0.cohorts.contains(session.cohort) } ?? entries.last { $0.cohorts.isEmpty }
    return session.state == .planned && isTaken(session) && (entry?.kind ?? .workday) == .workday
  }

  private func isOwn(_ session: Session, _ learner: String) -> Bool {
    let context = people.context(of: learner, on: day(of: session))
    return context.isOnRoster && context.cohort == session.cohort
  }

  private func isOwed(_ session: Session, _ learner: String) -> Bool {
    session.isRequired && isHeld(session) && isOwn(session, learner)
  }

  private func term(of session: Session) -> String? {
    time.term(on: day(of: session), cohort: session.cohort)
  }

  // MARK: Perfect attendance

  /// The awards that a learner should have, of all periods that have closed.
  func awards(of learner: String) -> Set<Award> {
    var found: Set<Award> = []
    let periods = sessions.values.flatMap { session -> [Period] in
      guard let term = term(of: session) else { return [] }
      return time.periods(of: day(of: session), term: term).filter { period in
        period.kind != .term || term != "endless"
      }
    }
    for rule in declared.perfect {
      for period in Set(periods) where period.kind == rule.period.kind && people.isClosed(period) {
        if let award = award(of: learner, rule, period) { found.insert(award) }
      }
    }
    return found
  }

  private func sessions(in period: Period) -> [Session] {
    sessions.values.filter { session in
      guard let term = term(of: session) else { return false }
      return time.periods(of: day(of: session), term: term).contains(period)
    }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  private func award(of learner: String, _ rule: PerfectRule, _ period: Period) -> Award? {
    let all = sessions(in: period)
    let owed = all.filter { isOwed($0, learner) }
    guard !owed.isEmpty, let first = time.firstDay(of: period),
      let last = time.lastDay(of: period)
    else { return nil }
    let days = (first.number...last.number).map(LocalDay.init(number:))
    let present = days.filter { people.context(of: learner, on: $0).isOnRoster }
    guard
      let day = present.last(where: { day in
        time.term(on: day, cohort: people.context(of: learner, on: day).cohort) != nil
      })
    else { return nil }
    let context = people.context(of: learner, on: day)
    guard !context.isOffBoards, let term = time.term(on: day, cohort: context.cohort) else {
      return nil
    }
    var attended = 0
    var marks = 0
    for session in owed {
      switch status(of: learner, in: session) {
      case .present, .madeUp: attended += 1
      case .late, .leftEarly:
        marks += 1
        attended += 1
        if rule.late == .breaks { return nil }
        if case .toAbsence(let times) = rule.late, marks == times { return nil }
      case let status:
        if wasAttendedBefore(session, learner) || isMadeUp(session, learner, rule) {
          attended += 1
        } else {
          switch (rule.excuses ?? declared.excuses).treatment(of: status) {
          case .counts: attended += 1
          case .pauses: break
          case .breaks, nil: return nil
          }
        }
      }
    }
    let held = all.filter { session in
      session.isRequired && isHeld(session)
        && cohort(of: learner, on: self.day(of: session)) == session.cohort
    }.count
    guard attended > 0, attended * 100 >= Int(rule.minimumAttended) * held else { return nil }
    return Award(
      learner: learner, rule: rule.id, period: period, day: day, term: term, points: rule.points,
      counts: rule.counts)
  }

  /// The class of a day; off the roster that of the next day on it, or else of the last.
  private func cohort(of learner: String, on day: LocalDay) -> String? {
    let around = Int32(-120)...120
    func isOn(_ day: LocalDay) -> Bool { people.context(of: learner, on: day).isOnRoster }
    let later = around.filter { $0 >= 0 }.map { day.advanced(by: $0) }.first(where: isOn)
    let earlier = around.filter { $0 < 0 }.map { day.advanced(by: $0) }.last(where: isOn)
    return (later ?? earlier).flatMap { people.context(of: learner, on: $0).cohort }
  }

  private func wasAttendedBefore(_ session: Session, _ learner: String) -> Bool {
    !session.lesson.isEmpty
      && sessions.values.contains { other in
        other.lesson == session.lesson && other.cohort != session.cohort
          && isOwn(other, learner) && status(of: learner, in: other).isAttended
          && day(of: other) <= day(of: session)
      }
  }

  /// Whether a missed session is made up: of those missed, earlier ones go first, and one is made up if
  /// all of them can be at once.
  private func isMadeUp(_ session: Session, _ learner: String, _ rule: PerfectRule) -> Bool {
    guard !session.lesson.isEmpty else { return false }
    let lesson = sessions.values.filter { $0.lesson == session.lesson }
      .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    let missed = lesson.filter { other in
      isOwed(other, learner) && !status(of: learner, in: other).isAttended
        && !wasAttendedBefore(other, learner)
    }
    let candidates = lesson.filter {
      status(of: learner, in: $0).isAttended && !isOwed($0, learner)
    }
    var covered: [Session] = []
    for other in missed {
      if canCover(covered + [other], with: candidates, within: rule.makeUpWithin) {
        covered.append(other)
      }
    }
    return covered.contains(session)
  }

  /// Whether every missed session finds a candidate of its own; tries all ways.
  private func canCover(_ missed: [Session], with candidates: [Session], within days: Int32) -> Bool
  {
    guard let first = missed.first else { return true }
    return candidates.contains { candidate in
      abs(day(of: candidate).days(until: day(of: first))) <= Int(days)
        && canCover(
          Array(missed.dropFirst()), with: candidates.filter { $0 != candidate }, within: days)
    }
  }

  // MARK: Points

  /// What a rule `once: object` of 5 points on `attended` pays a learner.
  func points(of learner: String) -> Int64 {
    sessions.keys.reduce(0) { sum, id in sum + (isPaid(id, learner) ? 5 : 0) }
  }

  private func isPaid(_ id: String, _ learner: String) -> Bool {
    func counts(_ day: LocalDay) -> Bool {
      let context = people.context(of: learner, on: day)
      return context.isOnRoster && time.term(on: day, cohort: context.cohort) != nil
    }
    if filled(learner, id).contains(where: { counts(time.day(at: $0.at)) }) { return true }
    guard let session = sessions[id], let statement = statement(of: learner, in: id) else {
      return false
    }
    return statement.status.isAttended && counts(day(of: session))
  }
}
