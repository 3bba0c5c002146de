import Incentives
import JSONRPC

/// What surrounds an answer: where in the program's log it stands, and whether it is a replay.
public struct Envelope {
  /// The position the answer stands at.
  public let position: Position
  /// The hash of the block there, as 64 hexadecimal digits.
  public let head: String

  /// Joins the parts.
  public init(position: Position, head: String) {
    self.position = position
    self.head = head
  }
}

extension JSONWriter {
  /// Writes the reply to a command: its outcome byte for byte, whatever surrounds it.
  public mutating func reply(
    to id: RequestID, outcome: [UInt8], isReplayed: Bool, in envelope: Envelope?
  ) {
    reply(to: id) { writer in
      writer.object { writer in
        writer.key("outcome")
        outcome.withUnsafeBytes { writer.raw($0) }
        if isReplayed { writer.member("replayed", true) }
        if let envelope { writer.members(of: envelope, withHead: true) }
      }
    }
  }

  /// Writes the reply to `facts.record`.
  public mutating func reply(
    to id: RequestID, facts answer: FactsAnswer, in envelope: Envelope?
  ) {
    reply(to: id) { writer in
      writer.object { writer in
        writer.outcomes(of: answer)
        if let envelope { writer.members(of: envelope, withHead: true) }
      }
    }
  }

  /// Writes the reply to a question: the members of its object, then where it stands.
  public mutating func reply(
    to id: RequestID, result: [UInt8], in envelope: Envelope?, withHead: Bool = false
  ) {
    reply(to: id) { writer in
      guard let envelope, result.count > 2 else {
        return result.withUnsafeBytes { writer.raw($0) }
      }
      // The object goes on where it ended.
      result.withUnsafeBytes { writer.raw(UnsafeRawBufferPointer(rebasing: $0.dropLast())) }
      writer.members(of: envelope, withHead: withHead)
      writer.endObject()
    }
  }

  /// Writes the error reply of parameters that can not be read.
  public mutating func reply(to id: RequestID, malformed error: ParameterError) {
    let refusal = Refusal(.invalid, field: error.field, error.advice)
    reply(to: id, error: refusal.errorObject) { $0.member("problem", error.reason.rawValue) }
  }

  private mutating func members(of envelope: Envelope, withHead: Bool) {
    member("position", envelope.position)
    if withHead { member("head", envelope.head) }
  }
}
