import Glibc
import Synchronization

/// A process started by a trial: never outlives it.
///
/// Its output goes to a file, so that a failure can show it. It is killed when the object goes away, and
/// where the starting thread is the main one, also when the starting process dies in any way.
public final class ChildProcess: Sendable {
  /// How a process ended.
  public enum Ending: Equatable, Sendable {
    /// By itself, with an exit code.
    case code(Int32)
    /// By a signal.
    case signal(Int32)
  }

  /// Its number.
  public let pid: pid_t
  private let ending = Mutex<Ending?>(nil)

  /// Starts a program, found by its path or in PATH.
  public init(_ arguments: [String], output: String) throws(TrialError) {
    var arguments = arguments
    // A parent's death signal comes when the starting thread ends: only the main one never does.
    if Self.isMainThread { arguments = ["setpriv", "--pdeathsig", "KILL"] + arguments }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Other threads' files are none of its business: a copy of a lock or of a pipe would outlive them.
    // Some may be opened meanwhile; closing what is not open does no harm.
    let open = TrialDirectory.names(in: "/proc/self/fd").compactMap { Int32($0) }.max() ?? 3
    for descriptor in 3..<open + 256 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var started: pid_t = 0
    let result = posix_spawnp(&started, arguments[0], &actions, nil, &words, environ)
    guard result == 0 else {
      throw TrialError("\(arguments[0]) could not be started: \(String(cString: strerror(result)))")
    }
    pid = started
  }

  deinit { end(with: SIGKILL) }

  /// Whether this is the thread that the process began with.
  private static var isMainThread: Bool {
    var link = [CChar](repeating: 0, count: 64)
    // Reads "PID/task/TID".
    guard readlink("/proc/thread-self", &link, link.count - 1) > 0 else { return false }
    let text = String(
      decoding: link.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text == "\(getpid())/task/\(getpid())"
  }

  /// How it ended; nil while it runs.
  public var ended: Ending? { ending.withLock { poll(&$0, WNOHANG) } }

  /// Sends a signal, if it still runs.
  public func send(_ signal: Int32) {
    ending.withLock { ending in
      // A number of a process that was waited for may belong to another one.
      if poll(&ending, WNOHANG) == nil { kill(pid, signal) }
    }
  }

  /// Waits for its end.
  @discardableResult
  public func wait() -> Ending { ending.withLock { poll(&$0, 0) ?? .code(-1) } }

  /// Sends a signal and waits for its end; kills it where it does not end within a minute.
  @discardableResult
  public func end(with signal: Int32) -> Ending {
    send(signal)
    for _ in 0..<6_000 {
      if let ended { return ended }
      usleep(10_000)
    }
    send(SIGKILL)
    return wait()
  }

  private func poll(_ ending: inout Ending?, _ options: Int32) -> Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    var found: pid_t
    repeat { found = waitpid(pid, &status, options) } while found < 0 && errno == EINTR
    guard found == pid else { return nil }
    let signal = status & 0x7F
    ending = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    return ending
  }

  /// Runs a program to its end and gives what it wrote, whatever its exit code.
  public static func run(
    _ arguments: [String], in directory: TrialDirectory
  ) throws(TrialError) -> (ending: Ending, output: String) {
    let path = directory.fresh("output")
    let ending = try ChildProcess(arguments, output: path).wait()
    defer { unlink(path) }
    return (ending, TrialDirectory.text(of: path))
  }
}

/// Why a trial could not be made, or what it found wrong.
public struct TrialError: Error, CustomStringConvertible, Sendable {
  /// What happened.
  public let description: String

  /// Says what happened.
  public init(_ description: String) { self.description = description }
}
