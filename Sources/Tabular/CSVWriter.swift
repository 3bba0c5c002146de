/// Writes CSV as RFC 4180 has it into a growing array of bytes, quoting only where needed.
///
///     var csv = CSVWriter()
///     csv.append("learner"); csv.append("earned"); csv.endRecord()
///     csv.append("王芳"); csv.append(120); csv.endRecord()
///     try file.write(csv.takeBytes())
///
/// What `CSVReader` reads back is what was appended, field for field. Quoted are fields with a
/// comma, a quote or a line end, a record's only field when it is empty (the line would be
/// skipped as empty), and a field that begins with a byte order mark. Taking the bytes now and
/// then keeps memory constant.
public struct CSVWriter {
  /// How lines end.
  public enum LineEnd: Sendable {
    /// A line feed, as Unix has it.
    case lf
    /// Carriage return and line feed, as RFC 4180 writes it.
    case crlf
  }

  /// What has been written since the bytes were last taken.
  public private(set) var bytes: [UInt8] = []
  private let lineEnd: LineEnd
  private var fieldsInRecord = 0
  private var fieldFrom = 0

  /// A writer of UTF-8; a byte order mark helps some spreadsheets to see that.
  public init(lineEnd: LineEnd = .lf, byteOrderMark: Bool = false) {
    self.lineEnd = lineEnd
    if byteOrderMark { bytes += [0xEF, 0xBB, 0xBF] }
  }

  /// Appends one field of text.
  public mutating func append(_ text: String) {
    beginField()
    bytes.append(contentsOf: text.utf8)
    quoteIfNeeded()
  }

  /// Appends one field of UTF-8 bytes; they are not checked.
  public mutating func append(_ text: Span<UInt8>) {
    beginField()
    text.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    quoteIfNeeded()
  }

  /// Appends one field with a whole number.
  public mutating func append(_ number: some FixedWidthInteger) {
    beginField()
    bytes.append(contentsOf: String(number).utf8)
  }

  /// Ends the record; one without fields writes nothing.
  public mutating func endRecord() {
    guard fieldsInRecord > 0 else { return }
    if fieldsInRecord == 1, fieldFrom == bytes.count {
      bytes += [Byte.quote, Byte.quote]
    }
    if lineEnd == .crlf { bytes.append(Byte.carriageReturn) }
    bytes.append(Byte.lineFeed)
    fieldsInRecord = 0
  }

  /// Hands over what has been written and forgets it; call it between records.
  public mutating func takeBytes() -> [UInt8] {
    precondition(fieldsInRecord == 0, "bytes are taken between records")
    let taken = bytes
    bytes = []
    return taken
  }

  private mutating func beginField() {
    if fieldsInRecord > 0 { bytes.append(Byte.comma) }
    fieldsInRecord += 1
    fieldFrom = bytes.count
  }

  private mutating func quoteIfNeeded() {
    let field = bytes[fieldFrom...]
    guard field.contains(where: Byte.isSpecial) || field.starts(with: [0xEF, 0xBB, 0xBF])
    else { return }
    var quoted: [UInt8] = [Byte.quote]
    for byte in field {
      if byte == Byte.quote { quoted.append(byte) }
      quoted.append(byte)
    }
    quoted.append(Byte.quote)
    bytes.replaceSubrange(fieldFrom..., with: quoted)
  }
}
