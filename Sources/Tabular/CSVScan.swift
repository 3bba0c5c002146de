/// The scan of one record where it lies in the read buffer, byte by byte.
///
/// Positions count from the record's first byte, since `readMore()` may move the record. What
/// makes a record unusable but leaves its end findable is noted in `problem`; the rest is thrown.
extension CSVReader {
  /// Finds the fields of the record at the front; returns its length with its line end.
  func scanRecord() throws(CSVError) -> Int {
    var at = 0
    while true {
      guard try has(at) else {
        // The file ends behind a comma: an empty last field.
        close(from: at, to: at, highBits: 0)
        return at
      }
      let isLast: Bool
      if record[at] == Byte.quote {
        isLast = try scanQuoted(&at)
      } else {
        isLast = try scanUnquoted(&at)
      }
      if isLast { return at }
    }
  }

  /// Scans a field and the separator behind it; true when it was the record's last.
  private func scanUnquoted(_ at: inout Int) throws(CSVError) -> Bool {
    let from = at
    var highBits: UInt8 = 0
    while true {
      let record = self.record
      let end = scannable
      while at < end {
        let byte = record[at]
        if byte <= Byte.comma, Byte.isSpecial(byte) { break }
        highBits |= byte
        at += 1
      }
      if at < end { break }
      guard try has(at) else {
        close(from: from, to: at, highBits: highBits)
        return true
      }
    }
    if record[at] == Byte.quote {
      throw lostLine(.bareQuote(column: columnsFound + 1), at: at)
    }
    close(from: from, to: at, highBits: highBits)
    return try scanSeparator(&at)
  }

  /// As `scanUnquoted`, for a field whose first byte is a quote.
  private func scanQuoted(_ at: inout Int) throws(CSVError) -> Bool {
    let openedOn = lineOfCursor
    let from = at + 1
    var kept = from
    var highBits: UInt8 = 0
    at = from
    while true {
      guard try has(at, inQuotesSince: openedOn) else {
        throw CSVError(
          line: openedOn, .unclosedQuote(column: columnsFound + 1), canContinue: false)
      }
      let record = self.record
      let end = scannable
      while at < end, record[at] != Byte.quote {
        let byte = record[at]
        if byte == Byte.lineFeed { lineOfCursor += 1 }
        highBits |= byte
        record[kept] = byte
        kept += 1
        at += 1
      }
      guard at < end else { continue }
      guard try has(at + 1, inQuotesSince: openedOn), self.record[at + 1] == Byte.quote else {
        break
      }
      self.record[kept] = Byte.quote
      kept += 1
      at += 2
    }
    at += 1
    close(from: from, to: kept, highBits: highBits)
    return try scanSeparator(&at, afterQuote: true)
  }

  private func scanSeparator(_ at: inout Int, afterQuote: Bool = false) throws(CSVError) -> Bool {
    guard try has(at) else { return true }
    switch record[at] {
    case Byte.comma:
      at += 1
      return false
    case Byte.lineFeed:
      at += 1
      lineOfCursor += 1
      return true
    case Byte.carriageReturn:
      guard try has(at + 1), record[at + 1] == Byte.lineFeed else {
        throw lostLine(.bareCarriageReturn(column: columnsFound), at: at)
      }
      at += 2
      lineOfCursor += 1
      return true
    default:
      throw lostLine(.textAfterQuote(column: columnsFound), at: at)
    }
  }

  private func close(from: Int, to end: Int, highBits: UInt8) {
    columnsFound += 1
    if end - from > limits.fieldBytesMax, problem == nil {
      problem = .fieldTooLong(column: columnsFound, bytesMax: limits.fieldBytesMax)
    }
    guard columnsFound <= limits.columnsMax else { return }
    fields.append(
      FieldRange(
        from: Int32(truncatingIfNeeded: from), count: Int32(truncatingIfNeeded: end - from),
        hasHighBytes: highBits & 0x80 != 0))
  }

  /// How many bytes of the record are at hand: what has been read, up to the limit, so that
  /// the limit falls on the same byte however the file is cut into reads.
  private var scannable: Int { min(filledTo - recordFrom, limits.recordBytesMax) }

  /// Whether the record has a byte at this position, reading on where needed.
  @inline(__always)
  private func has(_ position: Int, inQuotesSince line: Int? = nil) throws(CSVError) -> Bool {
    if position < scannable { return true }
    return try readToHave(position, inQuotesSince: line)
  }

  @inline(never)
  private func readToHave(_ position: Int, inQuotesSince line: Int?) throws(CSVError) -> Bool {
    while position >= filledTo - recordFrom {
      guard try readMore() else { return false }
    }
    guard position >= limits.recordBytesMax else { return true }
    let reason = CSVError.Reason.recordTooLong(bytesMax: limits.recordBytesMax)
    // Inside quotes no line end can be trusted to end the record.
    if let line { throw CSVError(line: line, reason, canContinue: false) }
    throw lostLine(reason, at: position)
  }
}

/// The bytes that mean something in CSV.
enum Byte {
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  /// Whether a byte ends an unquoted field.
  @inline(__always)
  static func isSpecial(_ byte: UInt8) -> Bool {
    byte == comma || byte == lineFeed || byte == quote || byte == carriageReturn
  }
}
