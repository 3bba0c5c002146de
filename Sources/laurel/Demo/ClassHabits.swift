import Incentives

/// One day in the life of a learner of the generated class.
extension ClassGenerator.Student {
  /// Does what this learner does on a day, and writes it down.
  func live(_ day: LocalDay, week: Int, _ random: inout ClassRandom, _ diary: inout Diary) {
    let isTaught = ClassCalendar.isTaught(day)
    // Towards the end everybody is a little more tired; on free days few open a book.
    let energy = (isTaught ? diligence : diligence / 3) - week / 2
    if random.happens(percent: energy) { checkIn(day, &random, &diary) }
    if random.happens(percent: energy) { study(day, week: week, &random, &diary) }
    if random.happens(percent: energy / 2) { discuss(day, week: week, &random, &diary) }
    guard isTaught else { return }
    switch ClassCalendar.timetable(day) {
    case .tuesday, .thursday: attend(day, week: week, &random, &diary)
    case .wednesday: takeQuiz(day, week: week, &random, &diary)
    case .friday: handIn(day, week: week, &random, &diary)
    case .monday: handInLate(day, week: week, &random, &diary)
    case .saturday, .sunday: return
    }
  }

  private func checkIn(_ day: LocalDay, _ random: inout ClassRandom, _ diary: inout Diary) {
    diary.write(row.id, "checkedIn", day, minute: random.around(375...545), &random)
  }

  private func study(
    _ day: LocalDay, week: Int, _ random: inout ClassRandom, _ diary: inout Diary
  ) {
    let start = random.around(1_110...1_320)
    for clip in 0..<random.number(in: 1...4) {
      let isVideo = random.happens(percent: 70)
      diary.write(
        row.id, isVideo ? "viewed:video" : "viewed:slides", day, minute: start + clip * 9, &random,
        object: "w\(week + 1)-\(isVideo ? "v" : "s")\(random.number(in: 1...5))",
        kind: isVideo ? "video" : "slides")
    }
  }

  private func discuss(
    _ day: LocalDay, week: Int, _ random: inout ClassRandom, _ diary: inout Diary
  ) {
    let start = random.around(720...1_380)
    for comment in 0..<random.number(in: 1...4) where random.happens(percent: 60) {
      diary.write(
        row.id, "commented", day, minute: start + comment * 6, &random,
        object: "thread-\(week * 3 + random.number(in: 1...3))")
    }
    guard diligence > 80, random.happens(percent: 25) else { return }
    diary.write(
      row.id, "answered:question", day, minute: start + 20, &random,
      object: "question-\(random.number(in: 1...400))")
  }

  private func attend(
    _ day: LocalDay, week: Int, _ random: inout ClassRandom, _ diary: inout Diary
  ) {
    guard random.happens(percent: min(96, diligence + 8)) else { return }
    diary.write(
      row.id, "attended:live", day, minute: random.around(1_135...1_150), &random,
      object: "live-\(day)", kind: "session")
  }

  private func takeQuiz(
    _ day: LocalDay, week: Int, _ random: inout ClassRandom, _ diary: inout Diary
  ) {
    guard random.happens(percent: diligence) else { return }
    let start = random.around(1_150...1_300)
    for attempt in 0..<(random.happens(percent: 35) ? 2 : 1) {
      diary.write(
        row.id, "answered:quiz", day, minute: start + attempt * 15, &random,
        object: "quiz-\(week + 1)", value: score(&random) + attempt * 8)
    }
  }

  private func handIn(
    _ day: LocalDay, week: Int, _ random: inout ClassRandom, _ diary: inout Diary
  ) {
    guard random.happens(percent: diligence) else { return }
    // Most hand in on the last evening.
    let minute = 1_439 - random.number(in: 0...260) * random.number(in: 0...3) / 3
    submit(day, week: week, minute: minute, isLate: false, &random, &diary)
    guard random.happens(percent: 20) else { return }
    submit(day, week: week, minute: minute, isLate: false, &random, &diary, better: 12)
  }

  /// The Monday after: last week's homework of those who had not finished it.
  private func handInLate(
    _ day: LocalDay, week: Int, _ random: inout ClassRandom, _ diary: inout Diary
  ) {
    guard week > 0, random.happens(percent: (100 - diligence) / 2) else { return }
    submit(
      day, week: week - 1, minute: random.around(480...1_300), isLate: true, &random, &diary)
  }

  private func submit(
    _ day: LocalDay, week: Int, minute: Int, isLate: Bool, _ random: inout ClassRandom,
    _ diary: inout Diary, better: Int = 0
  ) {
    diary.write(
      row.id, "submitted:homework", day, minute: minute, &random, object: "hw-\(week + 1)",
      value: score(&random) + better,
      details: [.init(name: "late", text: isLate ? "true" : "false")])
  }

  private func score(_ random: inout ClassRandom) -> Int {
    talent + random.around(-25...22)
  }
}

/// The generated class's teaching days: those of `Programs/demo.yaml`.
enum ClassCalendar {
  private static let holidays = Set(
    ["01", "02", "03", "06", "07", "08"].compactMap { LocalDay("2025-10-\($0)") })
  private static let cancelled = LocalDay("2025-11-14")
  private static let workdays: [LocalDay: Weekday] = [
    LocalDay(number: 20_359): .wednesday, LocalDay(number: 20_372): .tuesday,
  ]

  /// Whether the class is taught on a day.
  static func isTaught(_ day: LocalDay) -> Bool {
    if workdays[day] != nil { return true }
    return day.weekday < .saturday && !holidays.contains(day) && day != cancelled
  }

  /// The weekday whose timetable a day follows.
  static func timetable(_ day: LocalDay) -> Weekday { workdays[day] ?? day.weekday }
}

/// What the learners did, as their learning platform would report it.
struct Diary {
  private var entries: [(instant: Int, fact: FactRow)] = []

  /// Writes one deed down; scores are kept within 0–100.
  mutating func write(
    _ learner: String, _ verb: String, _ day: LocalDay, minute: Int, _ random: inout ClassRandom,
    object: String = "", kind: String = "", value: Int? = nil, details: [FactRow.Detail] = []
  ) {
    let minute = min(max(minute, 0), 1_439)
    let second = random.number(in: 0...59)
    let number = String(entries.count + 1)
    let id = "e" + String(repeating: "0", count: max(0, 6 - number.count)) + number
    let time =
      "\(day)T\(Self.two(minute / 60)):\(Self.two(minute % 60)):\(Self.two(second))+08:00"
    let fact = FactRow(
      source: ClassGenerator.source, id: id, learner: learner, verb: verb, object: object,
      kind: kind, time: .at(time), value: value.map { Int64(min(max($0, 0), 100)) },
      metadata: details)
    entries.append(((Int(day.number) * 1_440 + minute) * 60 + second, fact))
  }

  /// The facts by their time; those of one second in the order they were written.
  func inOrder() -> [FactRow] {
    entries.enumerated()
      .sorted { ($0.element.instant, $0.offset) < ($1.element.instant, $1.offset) }
      .map(\.element.fact)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
