import Incentives

/// Reads a program as scripts declare it: a line, and one indented line for each rule, term, reason or
/// dated day (`holiday`, `workday`, `cancelled`).
///
///     program training zone=Asia/Shanghai grace=120
///       term autumn from=2026-09-01 to=2027-01-15
///       reason speak points=2
///       rule comment verb=commented pays=3 cap=9 per=day
///       rule quiz verb=submitted pays=1 each=10 best=object
enum ScriptProgram {
  static func definition(_ lines: [ScriptLine]) throws(ScriptError) -> ProgramDefinition {
    let head = lines[0]
    var definition = ProgramDefinition(
      id: try head.word(1), name: "", zone: head.values["zone"] ?? "UTC",
      dayStartMinutes: Int32(try head.number("dayStart") ?? 0),
      clock: head.values["clock"] == "manual" ? .manual : .wall,
      teachingDays: head.list("teaching").compactMap(Weekday.init(name:)),
      grantBudget: try head.number("budget"))
    if head.values["grace"] == "noon" {
      definition.dayGrace = .nextTeachingDayNoon
    } else if let minutes = try head.number("grace") {
      definition.dayGrace = .minutes(Int32(minutes))
    }
    for line in lines.dropFirst() {
      switch try line.word(0) {
      case "term": definition.terms.append(try term(line))
      case "reason":
        definition.reasons.append(
          ProgramDefinition.GrantReason(
            code: try line.word(1), title: "", points: try line.number("points") ?? 0))
      case "award": definition.awards = definition.declaredAwards + [try award(line)]
      case "rule": definition.rules.append(try rule(line))
      case _ where try ScriptRecognition.add(line, to: &definition): break
      case "attendance": definition.attendance = try attendance(line, definition.attendance)
      case "perfect":
        definition.attendance = definition.attendance ?? AttendanceDefinition()
        definition.attendance?.perfect.append(try perfect(line))
      case let word:
        guard let kind = ProgramDefinition.CalendarDay.Kind(rawValue: word) else {
          throw ScriptError(
            text: "a program has terms, reasons, rules, streaks and the like, and dated days")
        }
        definition.calendar.append(
          ProgramDefinition.CalendarDay(day: try ScriptLine.day(line.word(1)), kind: kind))
      }
    }
    return definition
  }

  private static func term(_ line: ScriptLine) throws(ScriptError) -> ProgramDefinition.Term {
    guard let first = try line.day("from"), let last = try line.day("to") else {
      throw ScriptError(text: "a term has from and to")
    }
    return ProgramDefinition.Term(
      id: try line.word(1), first: first, last: last, cohorts: line.list("cohorts"),
      graceMinutes: Int32(try line.number("grace") ?? 48 * 60), expires: try line.day("expires"))
  }

  private static func rule(_ line: ScriptLine) throws(ScriptError) -> Rule {
    let points = try line.number("pays") ?? 0
    let payment: Payment =
      if let each = try line.number("each") {
        .perValue(points: points, each: each)
      } else {
        .points(points)
      }
    var equals: [String: String] = [:]
    for pair in line.list("where") {
      let parts = pair.split(separator: ":").map(String.init)
      guard parts.count == 2 else { throw ScriptError(text: "where=key:value") }
      equals[parts[0]] = parts[1]
    }
    return Rule(
      id: try line.word(1), verbs: line.list("verb"), kinds: line.list("kind"),
      cohorts: line.list("cohort"), tiers: line.list("tier"),
      minimumValue: try line.number("minimum"), equals: equals, payment: payment,
      limiter: try limiter(line))
  }

  private static func limiter(_ line: ScriptLine) throws(ScriptError) -> Limiter {
    if line.values["best"] != nil { return .best }
    if let once = line.values["once"] { return .once(try window(once)) }
    guard line.values["cap"] != nil || line.values["times"] != nil else { return .none }
    let per = try window(line.values["per"] ?? "")
    if let times = try line.number("times") { return .capTimes(times, per) }
    return .capPoints(try line.number("cap") ?? 0, per)
  }

  private static func window(_ word: String) throws(ScriptError) -> Window {
    guard let window = Window(rawValue: word) else {
      throw ScriptError(text: "\(word) is no window")
    }
    return window
  }
}
