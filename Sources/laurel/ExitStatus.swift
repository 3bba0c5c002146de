/// How a command ended, for scripts.
enum ExitStatus: Int32, Sendable {
  /// It is done.
  case done = 0
  /// The rules or the server said no; nothing changed.
  case refused = 1
  /// A disk, a socket or a file failed.
  case failed = 2
  /// It is done, and somebody should look at what it said.
  case needsAttention = 3
}
