import Glibc

/// A data file read page by page with ordinary reads, before any map exists.
///
/// A page beyond the end and a sector that cannot be read are errors here, where a map would kill
/// the process with a signal.
struct PageFile: ~Copyable {
  let path: String
  let byteCount: Int
  /// The bytes of a page; LMDB's smallest until the meta page told the true number.
  var pageBytes = 4096

  private let descriptor: Int32

  init(_ path: String, writes: Bool) throws(LMDBError) {
    let file = open(path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC)
    guard file >= 0 else { throw LMDBError(errno: errno, operation: "opening \(path)") }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      let number = errno
      close(file)
      throw LMDBError(errno: number, operation: "examining \(path)")
    }
    self.path = path
    byteCount = Int(status.st_size)
    descriptor = file
  }

  deinit { close(descriptor) }

  /// How many whole pages the file holds.
  var pageCount: UInt64 { UInt64(byteCount / pageBytes) }

  /// Reads the first `buffer.count` bytes of a page.
  func read(_ page: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(LMDBError) {
    guard page < pageCount else { throw damage(page, "the file ends before it; it was cut off") }
    var done = 0
    let start = Int(page) * pageBytes
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, start + done)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw LMDBError(errno: errno, operation: "reading \(path)") }
      guard count > 0 else { throw damage(page, "the file was cut off while it was read") }
      done += count
    }
  }

  /// Overwrites bytes of a page and makes them durable.
  func write(_ bytes: [UInt8], page: UInt64, offset: Int) throws(LMDBError) {
    let start = Int(page) * pageBytes + offset
    guard pwrite(descriptor, bytes, bytes.count, start) == bytes.count else {
      throw LMDBError(errno: errno, operation: "repairing \(path)")
    }
    guard fdatasync(descriptor) == 0 else {
      throw LMDBError(errno: errno, operation: "syncing \(path)")
    }
  }

  /// Asks the kernel to fetch a run of pages that will be read soon.
  func prefetch(_ page: UInt64, count: UInt64) {
    guard page < pageCount, count > 1 else { return }
    _ = posix_fadvise(
      descriptor, Int(page) * pageBytes, Int(min(count, pageCount - page)) * pageBytes,
      Int32(POSIX_FADV_WILLNEED))
  }

  /// The error for a page that is not as it must be.
  func damage(_ page: UInt64, _ problem: String) -> LMDBError {
    .damagedFile(file: path, page: page, problem: problem)
  }
}
