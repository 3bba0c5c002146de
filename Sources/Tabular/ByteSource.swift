import Glibc

/// Where a `CSVReader` takes its bytes from: a file, a compressed file, or memory.
protocol ByteSource: AnyObject {
  /// Fills `target` from its front; 0 means the end, for ever.
  func read(into target: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int
  /// How much has been taken and how much there is, in bytes of the file as it lies on disk.
  var progress: ReadProgress { get }
}

/// How far a file has been read, in bytes as they lie on disk (compressed where it is compressed).
public struct ReadProgress: Hashable, Sendable {
  /// The bytes taken so far; reading runs up to 64 KiB ahead of the current record.
  public let bytesRead: Int
  /// The size of the file; nil for a pipe.
  public let bytesTotal: Int?

  /// A point of the way.
  public init(bytesRead: Int, bytesTotal: Int?) {
    self.bytesRead = bytesRead
    self.bytesTotal = bytesTotal
  }
}

/// What a source reports; the reader adds the line.
struct ByteSourceFailure: Error {
  let reason: CSVError.Reason
}

/// The bytes of an open file, closed with this object.
final class FileBytes: ByteSource {
  private let path: String
  private let descriptor: Int32
  private let bytesTotal: Int?
  private var bytesRead = 0

  init(path: String) throws(ByteSourceFailure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let failure = Self.failure(path)
      close(descriptor)
      throw failure
    }
    self.path = path
    self.descriptor = descriptor
    bytesTotal = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  deinit { close(descriptor) }

  var progress: ReadProgress { ReadProgress(bytesRead: bytesRead, bytesTotal: bytesTotal) }

  func read(into target: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int {
    while true {
      let count = Glibc.read(descriptor, target.baseAddress, target.count)
      if count >= 0 {
        bytesRead += count
        return count
      }
      guard errno == EINTR else { throw Self.failure(path) }
    }
  }

  private static func failure(_ path: String) -> ByteSourceFailure {
    ByteSourceFailure(reason: .unreadable(path: path, errno: errno))
  }
}

/// Bytes already in memory, handed out at most `chunkBytes` at a time.
final class MemoryBytes: ByteSource {
  private let bytes: [UInt8]
  private let chunkBytes: () -> Int
  private var bytesRead = 0

  init(_ bytes: [UInt8], chunkBytes: @escaping () -> Int = { .max }) {
    self.bytes = bytes
    self.chunkBytes = chunkBytes
  }

  var progress: ReadProgress { ReadProgress(bytesRead: bytesRead, bytesTotal: bytes.count) }

  func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(target.count, bytes.count - bytesRead, chunkBytes())
    target.copyBytes(from: bytes[bytesRead..<bytesRead + count])
    bytesRead += count
    return count
  }
}

func systemErrorText(_ code: Int32) -> String {
  guard let text = strerror(code) else { return "error \(code)" }
  return String(cString: text)
}
