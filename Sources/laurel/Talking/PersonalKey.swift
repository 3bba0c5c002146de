import Glibc

/// The key that `laurel login` keeps: one line in the user's configuration directory, mode 0600.
///
/// `LAUREL_KEY` stands before it. A file that others can read is refused, as it may be known to them.
enum PersonalKey {
  /// Where the key is kept.
  static func path() throws(CommandFailure) -> String { "\(try directory())/key" }

  /// The key of the environment or the kept one; nil where there is none.
  static func find() throws(CommandFailure) -> String? {
    if let key = environment("LAUREL_KEY"), !key.isEmpty { return key }
    guard hasHome else { return nil }
    let path = try path()
    guard FileText.exists(path) else { return nil }
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw .system("reading \(path)") }
    guard facts.st_mode & 0o077 == 0 else {
      throw .refused("\(path) can be read by others; run `chmod 600 \(path)`, or log in anew")
    }
    let text = String(decoding: try FileText.read(path), as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
  }

  /// Keeps a key: written beside the old one, which it then replaces whole.
  static func keep(_ key: String) throws(CommandFailure) {
    let path = try path()
    try makeDirectories(try directory())
    let new = path + ".new"
    unlink(new)
    let file = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .system("writing \(new)") }
    let line = Array("\(key)\n".utf8)
    let isWritten = write(file, line, line.count) == line.count && fsync(file) == 0
    guard close(file) == 0, isWritten, rename(new, path) == 0 else {
      throw .system("writing \(path)")
    }
  }

  /// Forgets the kept key; whether there was one.
  static func forget() throws(CommandFailure) -> Bool {
    let path = try path()
    if unlink(path) == 0 { return true }
    guard errno == ENOENT else { throw .system("removing \(path)") }
    return false
  }

  private static var hasHome: Bool {
    environment("XDG_CONFIG_HOME") != nil || environment("HOME") != nil
  }

  private static func directory() throws(CommandFailure) -> String {
    if let base = environment("XDG_CONFIG_HOME"), !base.isEmpty { return "\(base)/laurel" }
    if let home = environment("HOME"), !home.isEmpty { return "\(home)/.config/laurel" }
    throw .refused("no home directory; set HOME, XDG_CONFIG_HOME or LAUREL_KEY")
  }

  private static func makeDirectories(_ path: String) throws(CommandFailure) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += "\(part)/"
      guard mkdir(made, 0o700) == 0 || errno == EEXIST else { throw .system("making \(made)") }
    }
  }
}
