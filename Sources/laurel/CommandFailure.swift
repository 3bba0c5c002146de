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

  /// The field that the server refused; empty where it named none.
  var field = ""

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

  /// Tells the person on standard error, or the machine on standard output.
  ///
  /// Every failure has a shape for machines: what has none of its own is `{"error": {"message": …}}`.
  func tell(asJSON: Bool) {
    if asJSON, let json = json ?? plainJSON {
      Terminal.output.show(json + "\n")
    } else if !message.isEmpty {
      Terminal.error.show("laurel: \(message)\n")
    }
  }

  private var plainJSON: String? {
    guard !message.isEmpty else { return nil }
    var writer = JSONWriter()
    writer.object { $0.object("error") { $0.member("message", message) } }
    return writer.string
  }
}
