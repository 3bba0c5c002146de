import Incentives
import Ledger

/// What the engine answers once it is durable.
public enum Answer: Sendable {
  /// The outcome of each fact of a call.
  case facts(FactsAnswer)
  /// The outcome of a command, as the bytes of its JSON object.
  case outcome([UInt8], isReplayed: Bool)
  /// The answer to a question, as the bytes of its JSON object.
  case result([UInt8])
  /// The rules say no.
  case refused(Refusal, isReplayed: Bool)
}

/// An answer on its way to the caller it belongs to.
public struct Reply: Sendable {
  /// What the caller gave with its request.
  public let token: UInt64
  /// The answer.
  public let answer: Answer
  /// The end of the program's log that the answer stands at; nil for questions about the server.
  public let head: Head?
}

/// Where replies go: an edge's event loop, with one call for each block.
public protocol ReplyDoor: AnyObject, Sendable {
  /// Hands over replies that are durable now.
  func deliver(_ replies: ContiguousArray<Reply>)
}
