/// The rows of attendance, the leaves, and who has perfect attendance, by learner.
///
/// Resident: some 64 bytes for each learner and session. Nothing moves when it grows.
public struct AttendanceTable: ~Copyable {
  /// A row: a person's statement of a learner and session, or what one fact says.
  public struct Entry: BitwiseCopyable, Sendable {
    /// Whose row it is.
    public var learner: LearnerNumber
    /// The session, as an object.
    public var session: ObjectNumber
    /// What is true; `none` where it was withdrawn.
    public var status: AttendanceStatus
    /// Who says it.
    public var origin: AttendanceOrigin
    /// Whether a note belongs to it.
    public var isNoted: Bool
    /// How many minutes; below 0 where nobody says.
    public var minutes: Int32
    /// How often a person said it; 0 for facts.
    public var revision: UInt32
    /// Who did it.
    public var principal: PrincipalNumber
    /// Its fact; none where it has none.
    public var fact: Position
    /// The record that says it.
    public var position: Position
    /// When it was said.
    public var at: Instant
    var older: UInt32
    var olderOfSession: UInt32
  }

  private struct Leave: BitwiseCopyable {
    var first: LocalDay
    var last: LocalDay
    var kind: AttendanceStatus
    var position: Position
    var older: UInt32
  }

  private struct Standing: BitwiseCopyable {
    var change: PerfectChange
    /// The record that pays its points; none where it pays none.
    var grant: Position
    var position: Position
    var older: UInt32
  }

  private struct Heads: BitwiseCopyable {
    var entry: UInt32 = 0
    var leave: UInt32 = 0
    var standing: UInt32 = 0
  }

  private var heads = PagedArray<Heads>(initial: Heads())
  private var entries: PagedArray<Entry>
  private var leaves: PagedArray<Leave>
  private var standings: PagedArray<Standing>
  private var latestOfSession: [ObjectNumber: UInt32] = [:]

  init() {
    entries = PagedArray(
      initial: Entry(
        learner: .none, session: .none, status: .none, origin: .person, isNoted: false,
        minutes: -1, revision: 0, principal: .none, fact: .none, position: .none,
        at: .distantPast, older: 0, olderOfSession: 0))
    leaves = PagedArray(
      initial: Leave(
        first: LocalDay(number: 0), last: LocalDay(number: 0), kind: .none, position: .none,
        older: 0))
    standings = PagedArray(
      initial: Standing(
        change: PerfectChange(
          learner: .none, rule: .none, period: .all, day: LocalDay(number: 0), term: .outside,
          isGranted: false, isCorrection: false, points: 0, counts: false),
        grant: .none, position: .none, older: 0))
  }

  /// Bytes held.
  public var bytes: Int {
    heads.bytes + entries.bytes + leaves.bytes + standings.bytes + latestOfSession.capacity * 16
  }

  /// The rows of a learner that stand, and a person's that were withdrawn, latest session first.
  public func entries(of learner: LearnerNumber) -> [Entry] {
    var found: [Entry] = []
    var here = heads[learner.index].entry
    while here != 0 {
      let entry = entries[Int(here - 1)]
      found.append(entry)
      here = entry.older
    }
    return found
  }

  /// The rows of a session, as those of a learner.
  public func entries(in session: ObjectNumber) -> [Entry] {
    var found: [Entry] = []
    var here = latestOfSession[session] ?? 0
    while here != 0 {
      let entry = entries[Int(here - 1)]
      found.append(entry)
      here = entry.olderOfSession
    }
    return found
  }

  /// Whether a session has a row that stands and counts.
  func hasRows(of session: ObjectNumber, that counts: (Entry) -> Bool) -> Bool {
    var here = latestOfSession[session] ?? 0
    while here != 0 {
      let entry = entries[Int(here - 1)]
      if entry.status != .none, counts(entry) { return true }
      here = entry.olderOfSession
    }
    return false
  }

  /// A person's statement of a learner and session, also one that was withdrawn.
  func statement(of learner: LearnerNumber, in session: ObjectNumber) -> Entry? {
    place(of: learner) { $0.session == session && $0.origin == .person }.map { entries[$0] }
  }

  /// The row that a fact says, or that a fact was recorded for; nil where none stands.
  func entry(of learner: LearnerNumber, fact: Position) -> Entry? {
    place(of: learner) { $0.fact == fact && $0.status != .none }.map { entries[$0] }
  }

  private func place(of learner: LearnerNumber, where matches: (Entry) -> Bool) -> Int? {
    var here = heads[learner.index].entry
    while here != 0 {
      let entry = entries[Int(here - 1)]
      if matches(entry) { return Int(here - 1) }
      here = entry.older
    }
    return nil
  }

  /// The leave of a learner on a day, as was said last; `none` where there is none.
  public func leave(of learner: LearnerNumber, on day: LocalDay) -> AttendanceStatus {
    var here = heads[learner.index].leave
    while here != 0 {
      let leave = leaves[Int(here - 1)]
      if leave.first <= day, day <= leave.last { return leave.kind }
      here = leave.older
    }
    return .none
  }

  /// What was said of a learner's leaves, oldest first, with the records that said it.
  public func leaves(
    of learner: LearnerNumber
  ) -> [(first: LocalDay, last: LocalDay, kind: AttendanceStatus, position: Position)] {
    var found: [(first: LocalDay, last: LocalDay, kind: AttendanceStatus, position: Position)] = []
    var here = heads[learner.index].leave
    while here != 0 {
      let leave = leaves[Int(here - 1)]
      found.append((leave.first, leave.last, leave.kind, leave.position))
      here = leave.older
    }
    return found.reversed()
  }

  /// The perfect attendances that a learner has, oldest first, with the records that pay them.
  public func perfect(
    of learner: LearnerNumber
  ) -> [(change: PerfectChange, grant: Position, position: Position)] {
    var found: [(change: PerfectChange, grant: Position, position: Position)] = []
    var here = heads[learner.index].standing
    while here != 0 {
      let standing = standings[Int(here - 1)]
      if standing.change.isGranted {
        found.append((standing.change, standing.grant, standing.position))
      }
      here = standing.older
    }
    return found.reversed()
  }

  mutating func put(_ change: AttendanceChange, at position: Position) {
    let fact = change.followsFact ? Position(rawValue: position.rawValue - 1) : change.fact
    let standing = place(of: change.learner) { entry in
      change.origin == .person
        ? entry.session == change.session && entry.origin == .person : entry.fact == fact
    }
    var entry = Entry(
      learner: change.learner, session: change.session, status: change.status,
      origin: change.origin, isNoted: change.isNoted, minutes: change.minutes,
      revision: change.revision, principal: change.principal,
      fact: change.status == .none && change.origin == .person ? .none : fact, position: position,
      at: change.at, older: 0, olderOfSession: 0)
    if let standing {
      (entry.older, entry.olderOfSession) = (
        entries[standing].older, entries[standing].olderOfSession
      )
      entries[standing] = entry
      return
    }
    entry.older = heads[change.learner.index].entry
    entry.olderOfSession = latestOfSession[change.session] ?? 0
    let number = UInt32(entries.count + 1)
    entries[entries.count] = entry
    heads.update(change.learner.index) { $0.entry = number }
    latestOfSession[change.session] = number
  }

  /// Hangs all of one learner behind what another has, who is the same person.
  mutating func join(_ old: LearnerNumber, into survivor: LearnerNumber) {
    let (from, into) = (heads[old.index], heads[survivor.index])
    var (last, here) = (0, from.entry)
    while here != 0 {
      entries.update(Int(here - 1)) { $0.learner = survivor }
      here = entries[Int(here - 1)].older
    }
    here = into.entry
    while here != 0 { (last, here) = (Int(here), entries[Int(here - 1)].older) }
    if last > 0 { entries.update(last - 1) { $0.older = from.entry } }
    (last, here) = (0, into.leave)
    while here != 0 { (last, here) = (Int(here), leaves[Int(here - 1)].older) }
    if last > 0 { leaves.update(last - 1) { $0.older = from.leave } }
    here = from.standing
    while here != 0 {
      standings.update(Int(here - 1)) { $0.change.learner = survivor }
      here = standings[Int(here - 1)].older
    }
    (last, here) = (0, into.standing)
    while here != 0 { (last, here) = (Int(here), standings[Int(here - 1)].older) }
    if last > 0 { standings.update(last - 1) { $0.older = from.standing } }
    heads.update(survivor.index) { heads in
      if heads.entry == 0 { heads.entry = from.entry }
      if heads.leave == 0 { heads.leave = from.leave }
      if heads.standing == 0 { heads.standing = from.standing }
    }
    heads[old.index] = Heads()
  }

  mutating func put(_ change: ExcuseChange, at position: Position) {
    let older = heads[change.learner.index].leave
    let number = UInt32(leaves.count + 1)
    leaves[leaves.count] = Leave(
      first: change.first, last: change.last, kind: change.kind, position: position, older: older)
    heads.update(change.learner.index) { $0.leave = number }
  }

  mutating func put(_ change: PerfectChange, at position: Position) {
    let grant = change.points > 0 ? position.next : .none
    var here = heads[change.learner.index].standing
    while here != 0 {
      let standing = standings[Int(here - 1)].change
      if standing.rule == change.rule, standing.period == change.period {
        standings.update(Int(here - 1)) { node in
          node.change = change
          node.grant = grant
          node.position = position
        }
        return
      }
      here = standings[Int(here - 1)].older
    }
    let older = heads[change.learner.index].standing
    let number = UInt32(standings.count + 1)
    standings[standings.count] = Standing(
      change: change, grant: grant, position: position, older: older)
    heads.update(change.learner.index) { $0.standing = number }
  }
}

extension ProgramState {
  func apply(_ change: AttendanceChange) {
    let wasTaken = isTaken(change.session)
    attendance.put(change, at: position)
    learners.rows.update(change.learner.index) { $0.lastPosition = position }
    guard let session = sessions[change.session] else { return }
    // Whoever was not recorded owes a session from when somebody is.
    if isTaken(change.session) != wasTaken, session.day <= closedThrough {
      markConcerned(by: session)
    } else {
      judging.mark(change.learner)
    }
  }

  func apply(_ change: ExcuseChange) {
    attendance.put(change, at: position)
    learners.rows.update(change.learner.index) { $0.lastPosition = position }
    judging.mark(change.learner)
  }

  func apply(_ change: PerfectChange) {
    attendance.put(change, at: position)
    learners.rows.update(change.learner.index) { $0.lastPosition = position }
  }

  func apply(_ change: AttendanceJudgedChange) {
    judged = change
    judging.clear()
  }

  /// Whether a leave excuses a learner on a day: one stated for the day, or for a session of it at which
  /// the learner was not; as the program in force on that day treats leaves.
  public func isExcused(_ learner: LearnerNumber, on day: LocalDay) -> Bool {
    let rules = attendanceRules(on: day)?.excuses ?? ExcuseRules()
    func excuses(_ status: AttendanceStatus) -> Bool {
      rules.treatment(of: status).map { $0 != .breaks } ?? false
    }
    if excuses(attendance.leave(of: learner, on: day)) { return true }
    var isExcused = false
    for entry in attendance.entries(of: learner) {
      guard let session = sessions[entry.session], session.day == day else { continue }
      if entry.status.isAttended { return false }
      if entry.origin == .person, excuses(entry.status) { isExcused = true }
    }
    return isExcused
  }

  /// How attendance was treated at the end of a day; nil where nothing was declared.
  func attendanceRules(on day: LocalDay) -> AttendanceDefinition? {
    let end = firstInstant(of: day.next).advanced(byMicroseconds: -1)
    return rulebook.index(at: end).flatMap { rulebook.sets[$0].attendance }
  }
}
