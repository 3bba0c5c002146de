import JSONRPC
import TestSupport

/// A fact that a trial sends, and what the five rules make of many (see `TrialProgram`).
struct TrialFact: Hashable, Sendable {
  var id: String
  var learner: String
  var verb: String
  var object: String
  var day: Int
  var second: Int
  var value: Int64?

  /// A fact of some learner, somewhere in a few days.
  static func random(
    id: String, learner: String, days: ClosedRange<Int>, _ generator: inout SeededGenerator
  ) -> TrialFact {
    let verb = generator.pick(["viewed:page", "viewed:forumng", "viewed:quiz", "submitted:quiz"])
    return TrialFact(
      id: id, learner: learner, verb: verb, object: "o\(generator.next(below: 4))",
      day: generator.next(in: days), second: generator.next(below: 86_400),
      value: verb.hasPrefix("submitted") ? Int64(generator.next(below: 100)) : nil)
  }

  /// Writes it as an item of `facts.record`.
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("source", "lms")
      writer.member("id", id)
      writer.member("learner", learner)
      writer.member("verb", verb)
      writer.member("object", object)
      writer.member("occurredAt", "\(TrialProgram.day(day))T\(time)Z")
      if let value { writer.member("value", value) }
    }
  }

  private var time: String {
    [second / 3_600, second / 60 % 60, second % 60]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }

  /// What a set of one learner's facts pays, computed from the rules' words alone.
  static func points(of facts: some Sequence<TrialFact>) -> Int64 {
    var days: [Int: DayOfFacts] = [:]
    var best: [String: Int64] = [:]
    for fact in facts {
      if fact.verb.hasPrefix("viewed:") { days[fact.day, default: DayOfFacts()].views += 1 }
      switch fact.verb {
      case "viewed:forumng": days[fact.day, default: DayOfFacts()].forum += 1
      case "viewed:quiz": days[fact.day, default: DayOfFacts()].quizzes.insert(fact.object)
      case "submitted:quiz":
        best[fact.object] = max(best[fact.object, default: 0], (fact.value ?? 0) / 10)
      default: break
      }
    }
    let daily = days.values.reduce(0) {
      $0 + min(5, $1.views) + 1 + min(3, $1.forum) + 2 * Int64($1.quizzes.count)
    }
    return daily + best.values.reduce(0, +)
  }
}

/// What one learner did on one day.
private struct DayOfFacts {
  var views: Int64 = 0
  var forum: Int64 = 0
  var quizzes: Set<String> = []
}
