/// Of whom perfect attendance is to be judged anew.
///
/// Not journaled, for judging twice changes nothing: what may change a verdict marks whom it concerns when
/// it is applied, and the record that everything was judged clears the marks. So a restart, which applies
/// the same records, finds the same marks.
struct Judging: Hashable, Sendable {
  /// Beyond so many learners all are judged.
  private static let learnersMax = 4_096

  /// The next learner of a sweep over all; 0 where there is none.
  private var next: UInt32 = 0
  private var learners: Set<LearnerNumber> = []
  /// Whether something was marked that no record says was judged.
  private(set) var isDue = false

  /// Marks a learner.
  mutating func mark(_ learner: LearnerNumber) {
    isDue = true
    guard next == 0 || learner.rawValue < next else { return }
    learners.insert(learner)
    if learners.count > Self.learnersMax { markAll() }
  }

  /// Marks everybody.
  mutating func markAll() {
    isDue = true
    next = 1
    learners.removeAll()
  }

  /// Marks some learners.
  mutating func mark(_ learners: some Sequence<LearnerNumber>) {
    isDue = true
    for learner in learners { mark(learner) }
  }

  /// Takes back all marks.
  mutating func clear() { self = Judging() }

  /// The next learners to judge, of so many as there are; none where all were judged.
  func batch(of count: Int, max: Int) -> [LearnerNumber] {
    if !learners.isEmpty { return Array(learners.sorted().prefix(max)) }
    guard next > 0, Int(next) <= count else { return [] }
    return (next...UInt32(min(count, Int(next) + max - 1))).map(LearnerNumber.init(rawValue:))
  }

  /// Takes back the marks of a batch that was judged.
  mutating func remove(_ batch: [LearnerNumber]) {
    guard learners.isEmpty else { return learners.subtract(batch) }
    if let last = batch.last { next = last.rawValue + 1 }
  }
}

extension ProgramState {
  /// Learners judged in one step at most, and sessions of theirs looked at; under 2 ms.
  static var judgedMax: (learners: Int, sessions: Int) { (1_024, 512) }

  /// Whether some version of the program awards perfect attendance.
  public var awardsPerfectAttendance: Bool {
    ruleSets.contains { !($0.attendance?.perfect.isEmpty ?? true) }
  }

  /// Whether something changed since perfect attendance was judged last.
  public var isAttendanceDue: Bool { judging.isDue && awardsPerfectAttendance }

  /// Whether what was awarded in a term stands for good.
  func isAttendanceFrozen(in term: TermNumber) -> Bool {
    if frozenTerms.contains(term) { return true }
    guard let judged, let closing = closing(of: .term(Int32(term.rawValue))) else { return false }
    return closing <= judged.clock
  }

  /// Marks everybody where a week, month or term closed since a time.
  func markClosings(since day: LocalDay, clock before: Instant) {
    guard awardsPerfectAttendance, closedThrough > day || clock > before else { return }
    guard day.number > .min else { return judging.markAll() }
    let closesWeek =
      Period.week(containing: day.next) != Period.week(containing: closedThrough.next)
    let closesMonth =
      Period.month(containing: day.next) != Period.month(containing: closedThrough.next)
    let closesTerm = definition.terms.contains { term in
      guard let place = termIDs.firstIndex(of: term.id),
        let closing = closing(of: .term(Int32(place + 1)))
      else { return false }
      return before < closing && closing <= clock
    }
    if closesWeek || closesMonth || closesTerm { judging.markAll() }
  }

  /// Does the next step of judging: a few learners, or the record that all were judged.
  func decideJudging(
    logs: [LearnerNumber: LearnerLog], into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let batch = judging.batch(of: learners.count, max: Self.judgedMax.learners)
    guard !batch.isEmpty else {
      buffer.changes.append(
        .attendanceJudged(AttendanceJudgedChange(clock: clock, closedThrough: closedThrough)))
      return
    }
    let mark = buffer.mark
    var missing: [LearnerNumber] = []
    var (judged, sessions) = (0, 0)
    for learner in batch where sessions < Self.judgedMax.sessions {
      judged += 1
      do throws(Undecided) {
        sessions += try judgeAttendance(of: learner, log: logs[learner], into: &buffer)
      } catch {
        guard case .needs(.histories(let needed)) = error else { throw error }
        missing += needed
      }
    }
    guard missing.isEmpty else {
      buffer.roll(back: mark)
      throw .needs(.histories(missing))
    }
    judging.remove(Array(batch.prefix(judged)))
  }
}
