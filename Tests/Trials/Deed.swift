import JSONRPC

/// A call that a trial makes, the same bytes of meaning each time it is made.
enum Deed: Sendable {
  case record([TrialFact])
  case reverse(id: String, key: String)
  case grant(learner: String, key: String)
  case advance(day: Int, key: String)

  /// The method.
  var method: String {
    switch self {
    case .record: "facts.record"
    case .reverse: "fact.reverse"
    case .grant: "points.grant"
    case .advance: "program.advance"
    }
  }

  /// Writes the parameters.
  func write(program: String, to writer: inout JSONWriter) {
    writer.member("program", program)
    switch self {
    case .record(let facts):
      writer.array("facts") { writer in
        for fact in facts { fact.write(to: &writer) }
      }
    case .reverse(let id, let key):
      writer.member("source", "lms")
      writer.member("id", id)
      writer.member("idempotencyKey", key)
    case .grant(let learner, let key):
      writer.array("learners") { $0.string(learner) }
      writer.member("reason", "extra")
      // Granted for a day that is over whenever the call arrives, so that the day never differs.
      writer.member("occurredOn", TrialProgram.day(0))
      writer.member("idempotencyKey", key)
    case .advance(let day, let key):
      writer.member("to", TrialProgram.day(day))
      writer.member("idempotencyKey", key)
    }
  }
}

/// What a call was answered: the outcome of each fact, or of the command.
struct DeedAnswer: Equatable, Sendable {
  /// The outcomes as JSON text; one for a command.
  var outcomes: [String] = []
  /// Whether each was marked as replayed.
  var replayed: [Bool] = []

  /// Reads a result; nil where a fact was refused or the shape is another.
  init?(_ result: JSONValue) {
    guard let result = result.object else { return nil }
    guard let items = result["outcomes"]?.array else {
      guard add(result) else { return nil }
      return
    }
    for item in items {
      guard let item = item.object, add(item) else { return nil }
    }
  }

  private mutating func add(_ item: JSONObject) -> Bool {
    guard let outcome = item["outcome"] else { return false }
    outcomes.append(outcome.jsonText)
    replayed.append(item["replayed"]?.bool ?? false)
    return true
  }
}

extension JSONValue {
  /// The value as canonical JSON text.
  var jsonText: String {
    var writer = JSONWriter()
    writer.value(self)
    return writer.string
  }
}
