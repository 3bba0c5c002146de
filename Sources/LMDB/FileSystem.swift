import CLMDB
import Glibc

/// The few questions and chores of the file system that a store needs.
package enum FileSystem {
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
  package static func createDirectory(_ path: String) throws(LMDBError) {
    guard mkdir(path, 0o700) == 0 else {
      if errno == EEXIST { return }
      throw LMDBError(errno: errno, operation: "creating \(path)")
    }
    try syncDirectory(parent(of: path))
  }

  /// Makes the entries of a directory durable; LMDB does not.
  package static func syncDirectory(_ path: String) throws(LMDBError) {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw LMDBError(errno: errno, operation: "opening \(path)") }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw LMDBError(errno: errno, operation: "syncing \(path)") }
  }

  /// The length of a file, or `nil` when there is none.
  package static func byteCount(of path: String) throws(LMDBError) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw LMDBError(errno: errno, operation: "examining \(path)")
    }
    return Int(status.st_size)
  }

  /// Removes a file; a missing one is fine.
  package static func remove(_ path: String) throws(LMDBError) {
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
  package static func parent(of path: String) -> String {
    let trimmed = trimmed(path)
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// A path without slashes at its end, so that another name can be put behind it.
  package static func trimmed(_ path: String) -> String {
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    return String(trimmed)
  }

  /// Makes a file that was written by others durable.
  package static func syncFile(_ path: String) throws(LMDBError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw LMDBError(errno: errno, operation: "opening \(path)") }
    defer { close(file) }
    guard fsync(file) == 0 else { throw LMDBError(errno: errno, operation: "syncing \(path)") }
  }

  /// The bytes that the disk of a path has left for this process.
  package static func freeBytes(at path: String) throws(LMDBError) -> Int {
    var space = statvfs()
    guard statvfs(path, &space) == 0 else {
      throw LMDBError(errno: errno, operation: "examining \(path)")
    }
    return Int(clamping: UInt64(space.f_bavail) &* UInt64(space.f_frsize))
  }

  /// Reads all of a file with ordinary reads, where a map would kill the process.
  ///
  /// Throws `.damagedFile` with the first page that the disk can not read; a missing file is fine.
  package static func readThrough(_ path: String, pageBytes: Int = 4_096) throws(LMDBError) {
    guard let byteCount = try byteCount(of: path) else { return }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw LMDBError(errno: errno, operation: "opening \(path)") }
    defer { close(file) }
    try readThrough(path, byteCount: byteCount, pageBytes: pageBytes) { offset, buffer in
      pread(file, buffer.baseAddress, buffer.count, offset)
    }
  }

  /// The same with a way to read of its own; `read` answers as `pread` does.
  static func readThrough(
    _ path: String, byteCount: Int, pageBytes: Int,
    read: (Int, UnsafeMutableRawBufferPointer) -> Int
  ) throws(LMDBError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var offset = 0
    // Large pieces while all is well; page by page through one that fails, to name the page.
    var pieceBytes = buffer.count
    while offset < byteCount {
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<min(pieceBytes, byteCount - offset)])
      let count = read(offset, piece)
      if count > 0 {
        offset += count
        continue
      }
      let number = count < 0 ? errno : 0
      if number == EINTR { continue }
      guard count == 0 || number == EIO else {
        throw LMDBError(errno: number, operation: "reading \(path)")
      }
      guard pieceBytes > pageBytes else {
        throw .damagedFile(
          file: path, page: UInt64(offset / pageBytes),
          problem: count == 0 ? "the file ends before it" : "the disk can not read it")
      }
      pieceBytes = pageBytes
    }
  }
}
