import Glibc

/// The lines of a file, one at a time, however long the file is; each pass begins at the beginning.
final class FileLines: Sequence, IteratorProtocol {
  /// What went wrong while reading; nil while nothing did.
  private(set) var failure: CommandFailure?
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private var line: UnsafeMutablePointer<CChar>?
  private var room = 0

  /// Opens a file.
  init(path: String) throws(CommandFailure) {
    guard let file = fopen(path, "re") else { throw .system("reading \(path)") }
    self.path = path
    self.file = file
  }

  deinit {
    fclose(file)
    free(line)
  }

  /// Goes back to the beginning.
  func makeIterator() -> FileLines {
    rewind(file)
    return self
  }

  /// The next line without its end; nil at the end of the file, and after a failure.
  func next() -> String? {
    let count = getline(&line, &room, file)
    guard count >= 0, let line else {
      if ferror(file) != 0 { failure = .system("reading \(path)") }
      return nil
    }
    var bytes = UnsafeRawBufferPointer(start: line, count: count)[...]
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
