import CLMDB
import Glibc

/// The few questions and chores of the file system that a store needs.
enum FileSystem {
  /// The name of a file system on which locks or maps cannot be trusted, by its magic number.
  static func untrusted(_ magic: Int, refusesFUSE: Bool) -> String? {
    switch UInt32(truncatingIfNeeded: magic) {
    case 0x6969: "NFS"
    case 0x517B: "SMB"
    case 0xFE53_4D42: "SMB2"
    case 0xFF53_4D42: "CIFS"
    case 0x0102_1997: "9P"
    case 0x00C3_6400: "Ceph"
    case 0x5346_414F: "AFS"
    case 0x7375_7245: "Coda"
    case 0x564C: "NCP"
    case 0x0BD0_0BD0: "Lustre"
    case 0x6573_5546: refusesFUSE ? "FUSE" : nil
    default: nil
    }
  }

  /// Refuses a directory on a network file system.
  static func requireLocal(_ directory: String, refusesFUSE: Bool) throws(LMDBError) {
    var status = statfs()
    guard statfs(directory, &status) == 0 else {
      throw LMDBError(errno: errno, operation: "examining \(directory)")
    }
    if let kind = untrusted(Int(status.f_type), refusesFUSE: refusesFUSE) {
      throw .networkFileSystem(path: directory, kind: kind)
    }
  }

  /// Creates a directory that only its owner may enter, durably; an existing one is fine.
  static func createDirectory(_ path: String) throws(LMDBError) {
    guard mkdir(path, 0o700) == 0 else {
      if errno == EEXIST { return }
      throw LMDBError(errno: errno, operation: "creating \(path)")
    }
    try syncDirectory(parent(of: path))
  }

  /// Makes the entries of a directory durable; LMDB does not.
  static func syncDirectory(_ path: String) throws(LMDBError) {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw LMDBError(errno: errno, operation: "opening \(path)") }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw LMDBError(errno: errno, operation: "syncing \(path)") }
  }

  /// The length of a file, or `nil` when there is none.
  static func byteCount(of path: String) throws(LMDBError) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw LMDBError(errno: errno, operation: "examining \(path)")
    }
    return Int(status.st_size)
  }

  /// Removes a file; a missing one is fine.
  static func remove(_ path: String) throws(LMDBError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw LMDBError(errno: errno, operation: "removing \(path)")
    }
  }

  /// Whether the disk or the process's file size limit has no room left for a write to this file.
  static func isFull(_ path: String) -> Bool {
    var space = statvfs()
    if statvfs(path, &space) == 0, space.f_bavail * space.f_frsize < 1 << 20 { return true }
    var limit = rlimit()
    var status = stat()
    guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0,
      stat(path, &status) == 0
    else { return false }
    return limit.rlim_cur < UInt64(status.st_size) + 65_536
  }

  /// The directory that holds a path.
  static func parent(of path: String) -> String {
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }
}
