import Incentives
import JSONRPC

/// One fact on its way from a file, a generator or the command line to `facts.record`.
struct FactRow: Hashable, Sendable {
  /// When it happened, as the source says it.
  enum Time: Hashable, Sendable {
    /// An instant, or the reading of a wall clock in the program's zone.
    case at(String)
    /// A local day.
    case on(String)
  }

  /// The system it comes from.
  var source: String
  /// Its name there; source and id together make it the same fact for ever.
  var id: String
  /// Whom it is about.
  var learner: String
  /// What was done.
  var verb: String
  /// What it was done to; empty for nothing.
  var object: String = ""
  /// What kind of thing that is; empty where it is not said.
  var kind: String = ""
  /// When.
  var time: Time
  /// A whole number that some rules look at.
  var value: Int64?
  /// Further details that rules may look at, in the file's order.
  var metadata: [Detail] = []

  /// One named detail.
  struct Detail: Hashable, Sendable {
    let name: String
    let text: String
  }
}

extension JSONWriter {
  /// Writes a fact as `facts.record` takes it.
  mutating func fact(_ row: FactRow) {
    beginObject()
    member("source", row.source)
    member("id", row.id)
    member("learner", row.learner)
    member("verb", row.verb)
    if !row.object.isEmpty, row.kind.isEmpty {
      member("object", row.object)
    } else if !row.object.isEmpty {
      object("object") { writer in
        writer.member("id", row.object)
        writer.member("kind", row.kind)
      }
    }
    switch row.time {
    case .at(let text): member("occurredAt", text)
    case .on(let text): member("occurredOn", text)
    }
    if let value = row.value { member("value", value) }
    if !row.metadata.isEmpty {
      object("metadata") { writer in
        for detail in row.metadata {
          writer.key(detail.name)
          writer.string(detail.text)
        }
      }
    }
    endObject()
  }
}
