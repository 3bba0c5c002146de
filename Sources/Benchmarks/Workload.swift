import Trials

/// What learners do in a measurement: a seeded stream of facts that goes forward in time.
///
/// On each day some learners are active, other ones each day, and do eight things: they look at pages,
/// the forum and quizzes, and hand in work. The day's facts come in the order in which they happened,
/// learners all mixed, as an LMS sends them. The same place always holds the same fact.
struct Workload: Sendable {
  /// The program that every measurement plays; its rules are `TrialProgram`'s.
  static let program = "bench"

  let learners: Int
  let activePerDay: Int
  var factsEach = 8

  init(learners: Int, activePerDay: Int? = nil) {
    self.learners = learners
    self.activePerDay = min(learners, activePerDay ?? 250_000)
  }

  /// Facts of a day.
  var factsPerDay: Int { activePerDay * factsEach }

  /// How many days hold at least so many facts.
  func days(for facts: Int) -> Int { max(1, (facts + factsPerDay - 1) / factsPerDay) }

  /// The id of a learner.
  static func learner(_ number: Int) -> String { "s-\(1_000_000 + number)" }

  /// The learner of a day's fact, a number from 0.
  private func learner(day: Int, fact number: Int) -> Int {
    // A multiplier prime to every count of learners mixes them without a table.
    let mixed = number % activePerDay &* 7_368_787 % activePerDay
    return (day &* activePerDay + mixed) % learners
  }

  /// Writes a day's fact as an item of `facts.record`.
  func write(day: Int, fact number: Int, to text: inout FrameText) {
    let learner = learner(day: day, fact: number)
    var dice = UInt64(truncatingIfNeeded: number &* 31 &+ day &* 7_919)
    dice = (dice ^ (dice >> 31)) &* 0xBF58_476D_1CE4_E5B9
    dice ^= dice >> 29
    text.append(#"{"source":"lms","id":"f"#)
    text.append(day)
    text.append("-")
    text.append(number)
    text.append(#"","learner":"s-"#)
    text.append(1_000_000 + learner)
    switch dice % 20 {
    case 0..<9: object(#"","verb":"viewed:page","object":"page-"#, dice >> 8, of: 200, &text)
    case 9..<14: object(#"","verb":"viewed:forumng","object":"forum-"#, dice >> 8, of: 20, &text)
    case 14..<18: object(#"","verb":"viewed:quiz","object":"quiz-"#, dice >> 8, of: 10, &text)
    default: object(#"","verb":"submitted:quiz","object":"quiz-"#, dice >> 8, of: 10, &text)
    }
    text.append(#"","occurredAt":""#)
    text.append(TrialProgram.day(day))
    let second = number * 86_400 / factsPerDay
    text.append("T")
    text.append(twoDigits: second / 3_600)
    text.append(":")
    text.append(twoDigits: second / 60 % 60)
    text.append(":")
    text.append(twoDigits: second % 60)
    text.append(#"Z""#)
    if dice % 20 >= 18 {
      text.append(#","value":"#)
      text.append(Int(dice >> 16 % 101))
    }
    text.append("}")
  }

  private func object(
    _ words: StaticString, _ dice: UInt64, of count: UInt64, _ text: inout FrameText
  ) {
    text.append(words)
    text.append(Int(dice % count))
  }
}
