import API
import Incentives
import JSONRPC
import Ledger

/// A call whose answer is awaited.
struct PendingReply {
  /// How the answer is written.
  enum Form {
    /// An answer to `facts.record`, or a command's outcome.
    case outcome
    /// The answer to a question.
    case result(withHead: Bool)
    /// The names of the programs: the last step of authentication.
    case authentication(PresentedKey)
    /// The names of the programs: what the key desk then works with, on a thread of its own.
    case deskWork(@Sendable (ProgramNames) throws -> [UInt8])

    /// Whether the call changes something, so that no later one may overtake it.
    var isChange: Bool {
      if case .outcome = self { true } else { false }
    }
  }

  /// Who asked.
  let connection: Connection
  /// What the reply must echo; nil for a notification.
  let id: RequestID?
  /// How the answer is written.
  let form: Form
  /// The batch the call came in; nil where it came alone.
  let batch: BatchReply?
  /// The key in whose use the call is counted; nil for the owner's and strangers'.
  let key: KeyUse?

  /// The same call, its answer written otherwise.
  func written(as form: Form) -> PendingReply {
    PendingReply(connection: connection, id: id, form: form, batch: batch, key: key)
  }
}
