/// Reads a CSV file record by record in constant memory: RFC 4180, UTF-8 or GB18030, plain or gzip.
///
///     let reader = try CSVReader(path: "events.csv.gz")
///     while try reader.next() {
///       reader.withField(0) { bytes in … }      // bytes: Span<UInt8>, no String made
///     }
///
/// Accepted: quoted fields with doubled quotes and line ends in them; LF and CRLF, also mixed; a
/// last line without a line end; a byte order mark, which is stripped and remembered. Wholly
/// empty lines are skipped. The first record sets the number of columns for all others.
///
/// A bad record is a thrown `CSVError` with its line. The records behind it can be read when the
/// error says `canContinue` (never before the first record is known). Behind a stray quote
/// reading goes on at the next line end, which can lie inside a quoted field: a caller that met
/// any error can list the later ones, but should not act on what it reads behind it.
///
/// Fields are slices of one buffer, overwritten by the next call of `next()`. Not done here: other
/// separators, further encodings, comments, trimming, types. Fields are UTF-8 whatever the file is.
///
/// How it works: a record is scanned where it lies in the read buffer. All positions count from
/// the record's first byte, so that a record cut by the buffer's end is moved to the front, the
/// rest is read behind it, and the scan goes on where it stood. A field with doubled quotes is
/// closed up in place.
public final class CSVReader {
  /// Whether the file began with a UTF-8 byte order mark.
  public private(set) var hasByteOrderMark = false
  /// The 1-based line on which the current record begins; 0 before the first.
  public private(set) var line = 0
  /// How many records have been returned, the header included.
  public private(set) var recordCount = 0
  /// The number of fields of the current record.
  public var fieldCount: Int { fields.count }

  let limits: CSVLimits
  private let source: DecodedBytes
  private var expectedColumns: Int?
  private var hasStarted = false
  private var sourceIsAtEnd = false
  private var fatal: CSVError?
  private var mustFindLineEnd = false

  /// The line of the next byte to be scanned.
  var lineOfCursor = 1
  /// Holds the current record at `recordFrom` and what was read behind it, up to `filledTo`.
  let buffer: UnsafeMutablePointer<UInt8>
  private let bufferBytes: Int
  var recordFrom = 0
  var filledTo = 0
  private var recordBytes = 0

  @usableFromInline var fields: [FieldRange] = []
  @usableFromInline var record: UnsafeMutablePointer<UInt8> { buffer + recordFrom }
  /// What is wrong with the current record although its end can be found.
  var problem: CSVError.Reason?
  var columnsFound = 0

  /// Where a field lies, counted from the first byte of its record.
  @usableFromInline struct FieldRange {
    @usableFromInline var from: Int32
    @usableFromInline var count: Int32
    var hasHighBytes: Bool
  }

  static let chunkBytes = 64 << 10

  init(source: any ByteSource, limits: CSVLimits, encoding: TextEncoding? = nil) {
    self.source = DecodedBytes(source, encoding: encoding)
    self.limits = limits
    bufferBytes = limits.recordBytesMax + Self.chunkBytes
    buffer = .allocate(capacity: bufferBytes)
    fields.reserveCapacity(limits.columnsMax)
  }

  deinit { buffer.deallocate() }

  /// Opens a file, plain or gzip as its first bytes say; `/dev/stdin` works too.
  ///
  /// The encoding is detected unless it is said.
  public convenience init(
    path: String, limits: CSVLimits = CSVLimits(), encoding: TextEncoding? = nil
  ) throws(CSVError) {
    do throws(ByteSourceFailure) {
      self.init(
        source: GzipBytes(try FileBytes(path: path)), limits: limits, encoding: encoding)
    } catch {
      throw CSVError(line: 0, error.reason, canContinue: false)
    }
  }

  /// Reads what is already in memory, plain or gzip.
  public convenience init(
    bytes: [UInt8], limits: CSVLimits = CSVLimits(), encoding: TextEncoding? = nil
  ) {
    self.init(source: GzipBytes(MemoryBytes(bytes)), limits: limits, encoding: encoding)
  }

  /// How the file is encoded, as far as it has been read; ASCII is UTF-8.
  public var encoding: TextEncoding { source.encoding ?? .utf8 }

  /// How much of the file has been taken, for a progress bar.
  public var progress: ReadProgress { source.progress }

  /// Goes to the next record; false at the end of the file.
  public func next() throws(CSVError) -> Bool {
    if let fatal { throw fatal }
    fields.removeAll(keepingCapacity: true)
    problem = nil
    columnsFound = 0
    do throws(CSVError) {
      recordFrom += recordBytes
      recordBytes = 0
      if !hasStarted { try begin() }
      if mustFindLineEnd { try skipLine() }
      guard try skipEmptyLines() else { return false }
      line = lineOfCursor
      recordBytes = try scanRecord()
      try check()
      recordCount += 1
      return true
    } catch {
      fields.removeAll(keepingCapacity: true)
      // Behind a bad first record nothing says what the columns are.
      let isFirst = expectedColumns == nil
      let error = isFirst ? CSVError(line: error.line, error.reason, canContinue: false) : error
      if !error.canContinue { fatal = error }
      throw error
    }
  }

  /// Lends the bytes of one field of the current record, quotes taken off.
  @inlinable
  public func withField<Result, Failure: Error>(
    _ index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let field = fields[index]
    let bytes = UnsafeBufferPointer(start: record + Int(field.from), count: Int(field.count))
    return try body(bytes.span)
  }

  /// Whether a field of the current record has no bytes.
  @inlinable
  public func isEmpty(_ index: Int) -> Bool { fields[index].count == 0 }

  /// A field of the current record as a new string.
  public func string(_ index: Int) -> String {
    let field = fields[index]
    return String(
      decoding: UnsafeBufferPointer(start: record + Int(field.from), count: Int(field.count)),
      as: UTF8.self)
  }

  /// All fields of the current record as new strings; meant for the header.
  public func strings() -> [String] { (0..<fieldCount).map(string) }
}

// MARK: - Records

extension CSVReader {
  private func begin() throws(CSVError) {
    hasStarted = true
    while filledTo < 3, try readMore() {}
    guard filledTo >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF else { return }
    hasByteOrderMark = true
    recordFrom = 3
  }

  /// Leaves a line that could not be understood; it may be longer than any limit.
  private func skipLine() throws(CSVError) {
    while true {
      while recordFrom < filledTo {
        recordFrom += 1
        if buffer[recordFrom - 1] == Byte.lineFeed {
          lineOfCursor += 1
          mustFindLineEnd = false
          return
        }
      }
      guard try readMore() else { return }
    }
  }

  private func skipEmptyLines() throws(CSVError) -> Bool {
    while true {
      if recordFrom == filledTo, try !readMore() { return false }
      if buffer[recordFrom] == Byte.carriageReturn {
        if recordFrom + 1 == filledTo { _ = try readMore() }
        guard recordFrom + 1 < filledTo, buffer[recordFrom + 1] == Byte.lineFeed else {
          return true
        }
        recordFrom += 1
      }
      guard buffer[recordFrom] == Byte.lineFeed else { return true }
      recordFrom += 1
      lineOfCursor += 1
    }
  }

  /// Reads behind what is buffered, keeping the current record; false at the end of the file.
  func readMore() throws(CSVError) -> Bool {
    guard !sourceIsAtEnd else { return false }
    let kept = filledTo - recordFrom
    if recordFrom > 0 {
      buffer.update(from: buffer + recordFrom, count: kept)
      recordFrom = 0
      filledTo = kept
    }
    let room = min(Self.chunkBytes, bufferBytes - filledTo)
    let target = UnsafeMutableRawBufferPointer(start: buffer + filledTo, count: room)
    do throws(ByteSourceFailure) {
      let count = try source.read(into: target)
      filledTo += count
      sourceIsAtEnd = count == 0
    } catch {
      throw CSVError(line: lineOfCursor, error.reason, canContinue: false)
    }
    return !sourceIsAtEnd
  }

  /// The error for a record whose end is unknown; reading goes on at the next line end behind `at`.
  func lostLine(_ reason: CSVError.Reason, at: Int) -> CSVError {
    mustFindLineEnd = true
    recordBytes = at
    return CSVError(line: lineOfCursor, reason, canContinue: true)
  }

  private func check() throws(CSVError) {
    let expected = expectedColumns ?? columnsFound
    if expected > limits.columnsMax {
      throw CSVError(
        line: line, .tooManyColumns(max: limits.columnsMax, found: expected), canContinue: false)
    }
    if let problem { throw CSVError(line: line, problem, canContinue: true) }
    if columnsFound != expected {
      throw CSVError(
        line: line, .wrongColumnCount(expected: expected, found: columnsFound),
        canContinue: true)
    }
    try checkEncoding()
    expectedColumns = expected
  }

  private func checkEncoding() throws(CSVError) {
    for (index, field) in fields.enumerated() where field.hasHighBytes {
      let bytes = UnsafeBufferPointer(start: record + Int(field.from), count: Int(field.count))
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: bytes.span)
      } catch {
        let lineEnds =
          lineEnds(inFieldsBefore: index)
          + bytes[..<error.byteOffsets.lowerBound].count { $0 == Byte.lineFeed }
        throw CSVError(
          line: line + lineEnds,
          encoding == .utf8
            ? .invalidUTF8(column: index + 1) : .invalidGB18030(column: index + 1),
          canContinue: true)
      }
    }
  }

  private func lineEnds(inFieldsBefore index: Int) -> Int {
    fields[..<index].reduce(0) { count, field in
      let bytes = UnsafeBufferPointer(start: record + Int(field.from), count: Int(field.count))
      return count + bytes.count { $0 == Byte.lineFeed }
    }
  }
}
