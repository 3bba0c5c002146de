import FoundationEssentials
import Glibc

/// Whole small files, read and written with the system's own words for what goes wrong.
enum FileText {
  /// The bytes of a file; `/dev/stdin` works too.
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system("reading \(path)") }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system("reading \(path)") }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// Whether something is there.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// A new directory of its own below the system's place for temporary files.
  static func temporaryDirectory(_ name: String) throws(CommandFailure) -> String {
    let base = environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(base)/\(name).XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .system("making a directory in \(base)") }
    return template.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { String(cString: $0) } ?? ""
    }
  }
}

extension FileText {
  /// The path from the root, as another process must be told it; the file need not exist.
  static func absolute(_ path: String) throws(CommandFailure) -> String {
    guard !path.hasPrefix("/") else { return path }
    guard let current = getcwd(nil, 0) else { throw .system("finding the working directory") }
    defer { free(current) }
    return String(cString: current) + "/" + path
  }
}

extension FileText {
  /// Where this program lies.
  static func ownPath() throws(CommandFailure) -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &bytes, bytes.count)
    guard count > 0 else { throw .system("finding this program") }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension FileText {
  /// Removes a directory of our own with all it holds; what cannot be removed stays, for nothing
  /// depends on it.
  ///
  /// It loses its name first: who still works in it by that name puts nothing back.
  static func remove(_ path: String) {
    let nameless = path + ".removed"
    guard rename(path, nameless) == 0 else { return }
    try? FileManager.default.removeItem(atPath: nameless)
  }
}
