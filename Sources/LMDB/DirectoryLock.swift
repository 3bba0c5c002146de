import Glibc

/// The lock on a data directory: one process, one opening.
///
/// LMDB's own locking breaks when an environment is opened twice in one process, and it would let
/// two processes write in turn. So an exclusive `flock` on the file `owner.lock` comes first; it
/// ends with the process, however that ends. The file holds the owner's process id for the error
/// message; the lock, not the file, is what counts.
struct DirectoryLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock or says who holds it.
  init(directory: String) throws(LMDBError) {
    let path = directory + "/owner.lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw LMDBError(errno: errno, operation: "opening \(path)") }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      let owner = Self.owner(file)
      Glibc.close(file)
      guard number == EWOULDBLOCK else {
        throw LMDBError(errno: number, operation: "locking \(path)")
      }
      if owner == getpid() { throw .alreadyOpen(path: directory) }
      throw .lockedByProcess(path: directory, pid: owner)
    }
    do {
      try Self.record(owner: getpid(), file: file, path: path)
    } catch {
      Glibc.close(file)
      throw error
    }
    descriptor = file
  }

  /// Unlocks before it closes: a child process between fork and exec holds a copy of the descriptor,
  /// and the lock would stay until the last copy is closed.
  deinit {
    flock(descriptor, LOCK_UN)
    Glibc.close(descriptor)
  }

  private static func record(owner: pid_t, file: Int32, path: String) throws(LMDBError) {
    let text = Array("\(owner)\n".utf8)
    guard ftruncate(file, 0) == 0, pwrite(file, text, text.count, 0) == text.count else {
      throw LMDBError(errno: errno, operation: "writing \(path)")
    }
  }

  private static func owner(_ file: Int32) -> pid_t {
    var text = [UInt8](repeating: 0, count: 16)
    let count = pread(file, &text, text.count, 0)
    guard count > 0 else { return 0 }
    let digits = text[..<count].prefix { (48...57).contains($0) }
    return pid_t(String(decoding: digits, as: UTF8.self)) ?? 0
  }
}
