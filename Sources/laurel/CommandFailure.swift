import Glibc
import JSONRPC
import Tabular

/// Why a command ends without having done what it was asked: what to say, and the exit status.
///
/// Three kinds (style.md): *refused* by the rules, by the server, or because the command line makes no
/// sense; *failed* with a disk, a socket or a file; *needs attention*, which says its own piece on
/// the way and only leaves the status.
struct CommandFailure: Error, Sendable {
  /// How the command ends.
  let status: ExitStatus
  /// What happened and what to do; empty where all has been said.
  var message: String
  /// The error as JSON, for `--json`; nil where only people are told.
  var json: String?

  /// The rules, the server or the command line say no.
  static func refused(_ message: String) -> CommandFailure {
    CommandFailure(status: .refused, message: message)
  }

  /// Something outside the rules went wrong.
  static func failed(_ message: String) -> CommandFailure {
    CommandFailure(status: .failed, message: message)
  }

  /// What was asked is done and has been told; somebody should look.
  static func needsAttention(_ message: String = "") -> CommandFailure {
    CommandFailure(status: .needsAttention, message: message)
  }

  /// A system call failed; reads `errno`.
  static func system(_ operation: String) -> CommandFailure {
    let number = errno
    return .failed("\(operation): \(String(cString: strerror(number)))")
  }

  /// Tells the person on standard error, and the machine on standard output.
  func print() {
    if let json { Terminal.output.write(json + "\n") }
    guard json == nil, !message.isEmpty else { return }
    Terminal.error.write("laurel: \(message)\n")
  }
}
