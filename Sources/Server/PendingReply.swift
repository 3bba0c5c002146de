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
    /// The id of the program that a key is for: the last step of authentication.
    case authentication(APIKeyRecord)
  }

  /// Who asked.
  let connection: Connection
  /// What the reply must echo; nil for a notification.
  let id: RequestID?
  /// How the answer is written.
  let form: Form
  /// The batch the call came in; nil where it came alone.
  let batch: BatchReply?
}
