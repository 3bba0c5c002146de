import Glibc
import Synchronization

/// A directory of a trial's own, on a real disk; removed when the object goes away.
public final class TrialDirectory: Sendable {
  /// Where it lies; short, because sockets lie in it.
  public let path: String
  private let count = Atomic(0)

  /// Makes an empty directory.
  public init(_ purpose: String) throws(TrialError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/laurel-\(purpose)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw TrialError("\(parent) takes no directory: \(String(cString: strerror(errno)))")
    }
    path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  deinit { Self.remove(path) }

  /// A path in it that was not given before.
  public func fresh(_ name: String) -> String {
    "\(path)/\(name)-\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
  }

  /// Removes a file or a directory with all that is in it.
  public static func remove(_ path: String) {
    for name in isDirectory(path) ? names(in: path) : [] { remove("\(path)/\(name)") }
    Glibc.remove(path)
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// What a small file holds; empty where there is none.
  public static func text(of path: String) -> String {
    String(decoding: (try? bytes(of: path)) ?? [], as: UTF8.self)
  }

  /// What a file holds.
  public static func bytes(of path: String) throws(TrialError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw TrialError("\(path) can not be read") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(descriptor, &piece, piece.count)
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    return bytes
  }

  /// Writes a file, whole.
  public static func write(_ bytes: [UInt8], to path: String) throws(TrialError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw TrialError("\(path) can not be written") }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { throw TrialError("\(path) can not be written") }
      written += count
    }
  }

  /// The names in a directory, in order.
  public static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The bytes that the files below a path occupy on the disk.
  public static func diskBytes(of path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    guard isDirectory(path) else { return Int(status.st_blocks) * 512 }
    return names(in: path).reduce(0) { $0 + diskBytes(of: "\(path)/\($1)") }
  }
}
