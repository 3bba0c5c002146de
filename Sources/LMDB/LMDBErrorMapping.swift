import CLMDB
import Glibc

extension LMDBError {
  /// Translates the number LMDB or the operating system answered.
  ///
  /// A short write (the disk filled up half way through a call) reaches us from LMDB as `EIO`; the
  /// file system is asked afterwards, in `Environment`, whether it was in truth out of space.
  @usableFromInline
  init(code: Int32, operation: StaticString, mapBytes: Int = 0) {
    switch code {
    case MDB_MAP_FULL: self = .mapFull(mapBytes: mapBytes)
    case MDB_TXN_FULL: self = .transactionTooLarge
    case MDB_READERS_FULL: self = .readersFull
    case MDB_PANIC: self = .failedCommit
    default: self.init(code: code, text: operation.description)
    }
  }

  /// Translates a number answered by an operation on a named file.
  init(errno number: Int32, operation: String) {
    self.init(code: number, text: operation)
  }

  private init(code: Int32, text: String) {
    switch code {
    case ENOSPC, EDQUOT, EFBIG: self = .storageFull(operation: text)
    case EIO: self = .io(operation: text)
    case 1...: self = .system(operation: text, errno: code)
    default: self = .library(operation: text, code: code)
    }
  }
}

/// LMDB's or the operating system's words for an error number.
func message(_ code: Int32) -> String {
  guard let text = mdb_strerror(code) else { return "unknown error" }
  return String(cString: text)
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
