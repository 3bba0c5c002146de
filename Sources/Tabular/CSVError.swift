/// Why a record of a CSV file could not be read, and on which line.
///
/// After an error with `canContinue` the next call of `CSVReader.next()` goes on with the record
/// behind the bad one, so that one run can list every bad row of a file. After any other error
/// the reader is finished and repeats the error: damage never looks like the end of the file.
public struct CSVError: Error, Hashable, Sendable {
  /// The 1-based line of the file the reason points at.
  public let line: Int
  /// What is wrong there.
  public let reason: Reason
  /// Whether reading can go on behind the bad record.
  public let canContinue: Bool

  /// What can be wrong with a CSV file; columns count from 1.
  public enum Reason: Hashable, Sendable {
    /// A quoted field is still open where the file ends; `line` is where it opened.
    case unclosedQuote(column: Int)
    /// A quote stands inside a field that does not begin with one.
    case bareQuote(column: Int)
    /// Something other than a comma or a line end follows a closing quote.
    case textAfterQuote(column: Int)
    /// A carriage return without a line feed stands outside quotes.
    case bareCarriageReturn(column: Int)
    /// The bytes are not UTF-8.
    case invalidUTF8(column: Int)
    /// The bytes are not GB18030, in a file that is.
    case invalidGB18030(column: Int)
    /// The file is UTF-16, which is not read.
    case isUTF16
    /// This system cannot convert the encoding.
    case noConverter(TextEncoding)
    /// The record has another number of fields than the first one.
    case wrongColumnCount(expected: Int, found: Int)
    /// A field is longer than the limit, in bytes.
    case fieldTooLong(column: Int, bytesMax: Int)
    /// A record is longer than the limit, in bytes.
    case recordTooLong(bytesMax: Int)
    /// The first record has more fields than the limit.
    case tooManyColumns(max: Int, found: Int)
    /// The compressed data is damaged; the text is zlib's.
    case damagedGzip(String)
    /// The compressed data ends too early.
    case truncatedGzip
    /// The system could not open or read the file; the number is `errno`.
    case unreadable(path: String, errno: Int32)
  }

  init(line: Int, _ reason: Reason, canContinue: Bool) {
    self.line = line
    self.reason = reason
    self.canContinue = canContinue
  }
}

extension CSVError: CustomStringConvertible {
  /// The line and the reason in one English sentence, with advice where there is any.
  public var description: String {
    if case .unreadable = reason { return reason.description }
    return "line \(line): \(reason)"
  }
}

extension CSVError.Reason: CustomStringConvertible {
  /// The reason alone, without the line.
  public var description: String {
    switch self {
    case .unclosedQuote(let column):
      "the quote opened in column \(column) is never closed"
    case .bareQuote(let column):
      "a quote inside the unquoted column \(column); "
        + "put the whole field in quotes and double the quotes in it"
    case .textAfterQuote(let column):
      "text after the closing quote of column \(column); double the quotes inside a field"
    case .bareCarriageReturn(let column):
      "a carriage return without a line feed in column \(column); "
        + "save the file with LF or CRLF line ends"
    case .invalidUTF8(let column):
      "column \(column) is not UTF-8; save the file as “CSV UTF-8”"
    case .invalidGB18030(let column):
      "column \(column) is not GB18030, as the rest of the file is; save the file as “CSV UTF-8”"
    case .isUTF16:
      "the file is UTF-16 (“Unicode text”); save it as “CSV UTF-8”"
    case .noConverter(let encoding):
      "this system has no converter for \(encoding.rawValue); save the file as “CSV UTF-8”"
    case .wrongColumnCount(let expected, let found):
      "\(found) columns where the first line has \(expected)"
    case .fieldTooLong(let column, let bytesMax):
      "column \(column) is longer than \(bytesMax) bytes"
    case .recordTooLong(let bytesMax):
      "the record is longer than \(bytesMax) bytes; perhaps a quote is not closed"
    case .tooManyColumns(let max, let found):
      "\(found) columns; at most \(max) are read"
    case .damagedGzip(let detail):
      "the compressed data is damaged (\(detail)); copy the file again"
    case .truncatedGzip:
      "the compressed data ends too early; copy the file again"
    case .unreadable(let path, let errno):
      "cannot read \(path): \(systemErrorText(errno))"
    }
  }
}
