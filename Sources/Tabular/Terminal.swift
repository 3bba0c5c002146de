import Glibc

/// What an open descriptor is to a person: a terminal of some width, or not one at all.
public struct Terminal: Sendable {
  /// Standard output, where answers go.
  public static let output = Terminal(descriptor: STDOUT_FILENO)
  /// Standard error, where progress goes.
  public static let error = Terminal(descriptor: STDERR_FILENO)

  private let descriptor: Int32

  /// Looks at a descriptor; it stays open and the caller's.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether somebody may be looking.
  public var isInteractive: Bool { isatty(descriptor) == 1 }

  /// The cells of a line as the window is now; nil when this is no terminal or does not say.
  public var width: Int? {
    guard isInteractive else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Shows a text that nothing depends on, such as progress: what nobody can see is not shown.
  public func show(_ text: String) { _ = write(text) }

  /// Writes all of a text; false where that fails, as on a full disk, and `errno` says why.
  public func write(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return true
    }
  }
}
