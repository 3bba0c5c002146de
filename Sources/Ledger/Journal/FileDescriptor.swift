import Glibc

/// An open file that closes itself: whole reads, whole writes, synced.
struct FileDescriptor: ~Copyable {
  private let number: Int32
  private let path: String

  private init(number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  deinit { close(number) }

  /// Opens a file; answers nil for the one error that the caller expects.
  static func open(
    _ path: String, _ flags: Int32, _ operation: String, orNil expected: Int32?
  ) throws(LedgerError) -> FileDescriptor? {
    let number = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard number >= 0 else {
      if errno == expected { return nil }
      throw .system(operation: operation, path: path, errno: errno)
    }
    return FileDescriptor(number: number, path: path)
  }

  var byteCount: Int {
    get throws(LedgerError) {
      var status = stat()
      guard fstat(number, &status) == 0 else { throw failure("examining") }
      return Int(status.st_size)
    }
  }

  func setByteCount(_ count: Int) throws(LedgerError) {
    guard ftruncate(number, off_t(count)) == 0 else { throw failure("resizing") }
  }

  func readAll() throws(LedgerError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: try byteCount)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(number, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("reading") }
      done += count
    }
    return bytes
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(LedgerError) {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        number, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("writing") }
      done += count
    }
  }

  func sync() throws(LedgerError) {
    guard fsync(number) == 0 else { throw failure("syncing") }
  }

  private func failure(_ operation: String) -> LedgerError {
    .system(operation: operation, path: path, errno: errno)
  }
}
