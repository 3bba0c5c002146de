import Incentives
import JSONRPC

/// Writes a program's definition in the shape in which it is declared; what is at its default is left out.
extension JSONWriter {
  /// Writes the members of a definition.
  mutating func members(of definition: ProgramDefinition) {
    member("id", definition.id)
    member("name", definition.name)
    member("zone", definition.zone)
    if definition.dayStartMinutes != 0 {
      member("dayStart", Self.timeOfDay(definition.dayStartMinutes))
    }
    if definition.clock == .manual { member("clock", ClockMode.manual.rawValue) }
    if !definition.teachingDays.isEmpty {
      member("teachingDays", definition.teachingDays.map(\.name))
    }
    list("calendar", definition.calendar) { $0.members(of: $1) }
    list("terms", definition.terms) { $0.members(of: $1) }
    grace(definition.dayGrace)
    list("reasons", definition.reasons) { writer, reason in
      writer.member("code", reason.code)
      writer.member("title", reason.title)
      writer.member("points", reason.points)
    }
    if let budget = definition.grantBudget { member("grantBudget", budget) }
    array("rules") { writer in
      for rule in definition.rules { writer.object { $0.members(of: rule) } }
    }
    members(of: definition.recognition)
    if let attendance = definition.attendance {
      object("attendance") { $0.members(of: attendance) }
    }
    list("awards", definition.declaredAwards) { $0.members(of: $1) }
    if let notice = definition.notice { member("notice", notice) }
  }

  /// Writes a list of objects, unless it is empty.
  mutating func list<Item>(
    _ name: StaticString, _ items: [Item], _ members: (inout JSONWriter, Item) -> Void
  ) {
    guard !items.isEmpty else { return }
    array(name) { writer in
      for item in items { writer.object { members(&$0, item) } }
    }
  }

  /// Writes what applying a definition does to the calendar.
  mutating func members(of change: CalendarChange, listing max: Int) {
    if change.kept > 0 { member("calendarKept", change.kept) }
    if !change.removed.isEmpty { member("calendarGone", change.removed.count) }
    list("calendarRemoved", Array(change.removed.prefix(max))) { $0.members(of: $1) }
  }

  private mutating func members(of entry: ProgramDefinition.CalendarDay) {
    member("day", entry.day)
    member("kind", entry.kind.rawValue)
    if let follows = entry.follows { member("as", follows.name) }
    memberUnlessEmpty("cohorts", entry.cohorts)
  }

  private mutating func members(of term: ProgramDefinition.Term) {
    member("id", term.id)
    member("from", term.first)
    member("to", term.last)
    memberUnlessEmpty("cohorts", term.cohorts)
    if term.graceMinutes != 48 * 60 { member("grace", Self.span(term.graceMinutes)) }
    if let expires = term.expires { member("expires", expires) }
  }

  private mutating func grace(_ grace: DayGrace) {
    switch grace {
    case .minutes(120): break
    case .minutes(let minutes): object("grace") { $0.member("day", Self.span(minutes)) }
    case .nextTeachingDayNoon:
      object("grace") { $0.member("day", "next teaching day 12:00") }
    }
  }

  private mutating func members(of rule: Rule) {
    member("id", rule.id)
    members(of: FactMatch(rule))
    payment(rule.payment)
    limiter(rule.limiter)
  }

  /// Writes what a rule, a streak or a criterion looks at.
  mutating func members(of match: FactMatch) {
    member("verbs", match.verbs)
    memberUnlessEmpty("kinds", match.kinds)
    memberUnlessEmpty("cohorts", match.cohorts)
    memberUnlessEmpty("tiers", match.tiers)
    if let minimum = match.minimumValue { member("minimumValue", minimum) }
    guard !match.equals.isEmpty else { return }
    object("where") { writer in
      for (key, value) in match.equals.sorted(by: { $0.key < $1.key }) {
        writer.key(key)
        writer.string(value)
      }
    }
  }

  private mutating func payment(_ payment: Payment) {
    switch payment {
    case .points(let points): member("points", points)
    case .perValue(let points, let each):
      object("perValue") { writer in
        writer.member("points", points)
        writer.member("each", each)
      }
    }
  }

  private mutating func limiter(_ limiter: Limiter) {
    switch limiter {
    case .none: break
    case .once(let window): member("once", window.rawValue)
    case .best: member("best", "object")
    case .capPoints(let points, let window):
      object("cap") { writer in
        writer.member("points", points)
        writer.member("per", window.rawValue)
      }
    case .capTimes(let times, let window):
      object("cap") { writer in
        writer.member("times", times)
        writer.member("per", window.rawValue)
      }
    }
  }

  mutating func memberUnlessEmpty(_ name: StaticString, _ texts: [String]) {
    if !texts.isEmpty { member(name, texts) }
  }

  private static func timeOfDay(_ minutes: Int32) -> String {
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }

  static func span(_ minutes: Int32) -> String {
    minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes)m"
  }
}
