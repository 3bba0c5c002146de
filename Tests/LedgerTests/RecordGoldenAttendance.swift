import Incentives

/// The frozen records of sessions and attendance.
extension RecordGoldenTests {
  static let attendanceRecords: [(name: String, record: String)] = [
    ("session", "1d5f010202e8070500ff98ace91a80d8eb9d28b4010407e7acac33e8afbe410c4d2c"),
    ("attendance", "106001020207e80700a001020480806b00bde91a3b"),
    (
      "attendanceNoted",
      "2660010c0507e807000104020480806b16043bd40814bb267fc230898cba7fbb4b01a67199ff0565"
        + "e5b072"
    ),
    ("excused", "1f6301010707000c0416071bd107228727c0ad1d33032fd91050227d99b856e6cbdeafc5"),
    ("perfect", "0b610103070201982e0000280faf898a"),
    ("attendanceJudged", "066201ff880f00145012d9"),
  ]

  static func appendAttendance(to buffer: inout ChangeBuffer) {
    let (learner, principal) = (LearnerNumber(rawValue: 7), PrincipalNumber(rawValue: 4))
    let (day, object) = (LocalDay(number: 20_694), ObjectNumber(rawValue: 1_000))
    buffer.changes.append(
      .session(
        SessionChange(
          object: object, cohort: CohortNumber(rawValue: 5),
          lesson: buffer.text.append("第3课"), day: day, startsAt: Instant(seconds: 1_787_996_400),
          endsAt: Instant(seconds: 1_788_001_800), isDateOnly: false, minutes: 90,
          state: .waived, isRequired: true, principal: principal)))
    var row = AttendanceChange(
      learner: learner, session: object, day: day, status: .late, minutes: 80, origin: .person,
      followsFact: true, revision: 2, principal: principal, at: Instant(seconds: 1_788_000_001))
    buffer.changes.append(.attendance(row))
    row.followsFact = false
    (row.status, row.minutes, row.fact) = (.sick, -1, Position(rawValue: 40))
    row.isNoted = true
    row.note = buffer.text.append("发烧")
    buffer.changes.append(.attendance(row))
    buffer.changes.append(
      .excused(
        ExcuseChange(
          learner: learner, first: day, last: LocalDay(number: 20_700), kind: .business,
          principal: principal, isNoted: true, note: buffer.text.append("比赛"))))
    buffer.changes.append(
      .perfect(
        PerfectChange(
          learner: learner, rule: PerfectNumber(rawValue: 2), period: .week(containing: day),
          day: day, term: .endless, isGranted: true, isCorrection: true, points: 20,
          counts: false)))
    buffer.changes.append(
      .attendanceJudged(
        AttendanceJudgedChange(clock: Instant(seconds: 1_788_000_000), closedThrough: day)))
  }
}
