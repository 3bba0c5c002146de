import Incentives
import Tabular

/// How answers become text for people.
extension Session {
  /// Prints an answer: as JSON for machines, else the text made of it.
  func tell(_ answer: Answer, _ text: (Answer) -> String) throws(CommandFailure) {
    try Output.write(isJSON ? answer.json + "\n" : text(answer))
  }

  /// Says something to a person while work goes on; machines hear nothing.
  func remark(_ english: String, _ chinese: String) {
    guard !isJSON else { return }
    Terminal.error.show(language(english, chinese) + "\n")
  }
}

extension TextTable {
  /// The table as it fits the window people look at.
  var shown: String { render(width: Terminal.output.width) }
}

/// The pieces that several tables have in common.
enum Shown {
  /// Points with their sign: `+3`, `0`, `−2`.
  static func signed(_ points: Int64) -> String {
    points > 0 ? "+\(points)" : points < 0 ? "−\(points.magnitude)" : "0"
  }

  /// A day with its weekday: `2026-09-01 Tue`, `2026-09-01 周二`; other texts as they are.
  static func day(_ text: String, _ language: Language) -> String {
    guard let day = LocalDay(text) else { return text }
    let index = Int(day.weekday.rawValue) - 1
    let name = language(
      ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][index],
      ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][index])
    return "\(text) \(name)"
  }

  /// What each rule paid and why some paid nothing: `quiz +2, view 0 (cap reached)`.
  static func rules(_ rules: [Answer], _ language: Language) -> String {
    rules.map { rule in
      let points = rule.int("points")
      let reason = rule.text("reason")
      let why = reason.isEmpty ? "" : " (\(self.reason(reason, language)))"
      return "\(rule.text("rule")) \(signed(points))\(why)"
    }.joined(separator: language(", ", "，"))
  }

  /// A stable word of an outcome as people read it.
  static func reason(_ word: String, _ language: Language) -> String {
    switch word {
    case "cap_reached": language("cap reached", "已达上限")
    case "already_paid": language("already paid", "已经给过")
    case "not_best": language("not the best attempt", "不是最好一次")
    case "outside_term": language("outside any term", "不在学期内")
    case "not_on_roster": language("not on the roster", "不在名册")
    case "reversed": language("reversed", "已撤销")
    case "lot_expired": language("the term's points have expired", "该学期积分已过期")
    case "no_value": language("value too small", "分值不足")
    default: word
    }
  }

  /// What was done to what: `viewed:quiz site-7`.
  static func deed(_ fact: Answer) -> String {
    let object = fact["object"]?["id"]?.text ?? fact.text("object")
    return object.isEmpty ? fact.text("verb") : "\(fact.text("verb")) \(object)"
  }
}
