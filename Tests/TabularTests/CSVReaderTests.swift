import Testing

@testable import Tabular

@Suite("Reading CSV")
struct CSVReaderTests {
  @Test("quotes, doubled quotes, commas and line ends in quotes are read as RFC 4180 has them")
  func quoting() throws {
    let text = #"""
      a,b,c
      "one, two","she said ""yes""","line
      break"
      ,"",

      """#
    #expect(
      try records(reader(text)) == [
        ["a", "b", "c"], ["one, two", "she said \"yes\"", "line\nbreak"], ["", "", ""],
      ])
  }

  @Test(
    "LF, CRLF and a missing last line end make no difference",
    arguments: [
      "a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r\n1,2", "a,b\n1,\"2\"", "\na,b\n\r\n\n1,2\r\n",
    ])
  func lineEnds(text: String) throws {
    #expect(try records(reader(text)) == [["a", "b"], ["1", "2"]])
  }

  @Test("a file that ends behind a comma has an empty last field")
  func endsBehindComma() throws {
    #expect(try records(reader("a,b\n1,")) == [["a", "b"], ["1", ""]])
  }

  @Test("an empty file has no records", arguments: ["", "\n", "\r\n\n", "\u{FEFF}", "\u{FEFF}\n"])
  func empty(text: String) throws {
    let reader = reader(text)
    #expect(try !reader.next())
    #expect(try !reader.next())
    #expect(reader.recordCount == 0)
  }

  @Test("a byte order mark is stripped and remembered, and only at the front")
  func byteOrderMark() throws {
    let marked = reader("\u{FEFF}姓名,b\n\u{FEFF}王芳,2\n")
    #expect(try records(marked) == [["姓名", "b"], ["\u{FEFF}王芳", "2"]])
    #expect(marked.hasByteOrderMark)
    let plain = reader("姓名,b\n")
    #expect(try plain.next())
    #expect(!plain.hasByteOrderMark)
  }

  @Test("a record carries the line it begins on")
  func lines() throws {
    let reader = reader("a,b\r\n\"x\ny\r\nz\",1\n\nlast,2")
    let (records, errors) = readThrough(reader)
    #expect(records.map(\.0) == [1, 2, 6])
    #expect(errors.isEmpty)
    #expect(reader.recordCount == 3)
  }

  @Test("fields are lent as bytes")
  func bytes() throws {
    let reader = reader("a,王,\n")
    #expect(try reader.next())
    var lent: [UInt8] = []
    reader.withField(1) { field in
      for index in field.indices { lent.append(field[index]) }
    }
    #expect(lent == [0xE7, 0x8E, 0x8B])
    #expect(reader.fieldCount == 3)
    #expect(!reader.isEmpty(1))
    #expect(reader.isEmpty(2))
  }

  @Test("bad rows are reported with their line, and the good rows around them are read")
  func badRowsInBetween() {
    let text = """
      a,b
      1,2
      only
      3,4,5
      x"y,6
      "q"r,7
      8,9

      """
    let (records, errors) = readThrough(reader(text))
    #expect(records.map(\.1) == [["a", "b"], ["1", "2"], ["8", "9"]])
    #expect(
      errors == [
        CSVError(line: 3, .wrongColumnCount(expected: 2, found: 1), canContinue: true),
        CSVError(line: 4, .wrongColumnCount(expected: 2, found: 3), canContinue: true),
        CSVError(line: 5, .bareQuote(column: 1), canContinue: true),
        CSVError(line: 6, .textAfterQuote(column: 1), canContinue: true),
      ])
  }

  @Test("a quote left open names the line it was opened on, and the reader stays at its error")
  func unclosedQuote() {
    let reader = reader("a,b\n1,2\n3,\"open\nand on\nand on")
    let (records, errors) = readThrough(reader)
    #expect(records.count == 2)
    let expected = CSVError(line: 3, .unclosedQuote(column: 2), canContinue: false)
    #expect(errors == [expected])
    #expect(throws: expected) { try reader.next() }
  }

  @Test("a carriage return alone is not a line end")
  func bareCarriageReturn() {
    #expect(
      readThrough(reader("a,b\n1\r,2\n3,4")).errors == [
        CSVError(line: 2, .bareCarriageReturn(column: 1), canContinue: true)
      ])
    #expect(
      readThrough(reader("a,b\r1,2\r")).errors == [
        CSVError(line: 1, .bareCarriageReturn(column: 2), canContinue: false)
      ])
  }

  @Test(
    "bytes that are not UTF-8 name their own line and column",
    arguments: [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE7, 0x8E],
    ] as [[UInt8]])
  func invalidUTF8(bad: [UInt8]) {
    let bytes = Array("a,b\n\"x\n".utf8) + Array("y\",王".utf8) + bad + Array("\n好,2\n".utf8)
    let (records, errors) = readThrough(CSVReader(bytes: bytes))
    #expect(errors == [CSVError(line: 3, .invalidUTF8(column: 2), canContinue: true)])
    #expect(records.map(\.1) == [["a", "b"], ["好", "2"]])
  }

  @Test("a stray quote behind a field of several lines leaves only its own line out")
  func strayQuoteBehindLines() {
    let (records, errors) = readThrough(reader("a,b\n\"x\ny\nz\",1\"2\n3,4\n"))
    #expect(errors == [CSVError(line: 4, .bareQuote(column: 2), canContinue: true)])
    #expect(records.map(\.0) == [1, 5])
    #expect(records.map(\.1) == [["a", "b"], ["3", "4"]])
  }

  @Test("behind a bad header nothing is read, since nobody knows the columns")
  func badHeader() {
    let (records, errors) = readThrough(reader("a\"b,c\n1,2\n"))
    #expect(records.isEmpty)
    #expect(errors == [CSVError(line: 1, .bareQuote(column: 1), canContinue: false)])
  }
}

@Suite("Limits of reading CSV")
struct CSVLimitTests {
  private let limits = CSVLimits(fieldBytesMax: 10, recordBytesMax: 30, columnsMax: 3)

  @Test("a field may be as long as the limit and no longer, in quotes or not")
  func field() throws {
    let ten = String(repeating: "x", count: 10)
    #expect(try records(reader("\(ten),\"\(ten)\"\n", limits: limits)) == [[ten, ten]])
    for long in ["\(ten)x,", "\"\(ten)x\","] {
      let (records, errors) = readThrough(reader("a,b\n\(long)\n1,2\n", limits: limits))
      let reason = CSVError.Reason.fieldTooLong(column: 1, bytesMax: 10)
      #expect(errors == [CSVError(line: 2, reason, canContinue: true)])
      #expect(records.map(\.1) == [["a", "b"], ["1", "2"]])
    }
  }

  @Test("a record may be as long as the limit and no longer, line end included")
  func record() throws {
    let most = "123456789,123456789,123456789"
    #expect(try records(reader("\(most)\n", limits: limits)).count == 1)
    let errors = readThrough(reader("a,b,c\n\(most)0\n1,2,3\n", limits: limits)).errors
    let expected = CSVError(line: 2, .recordTooLong(bytesMax: 30), canContinue: true)
    #expect(errors == [expected])
  }

  @Test("a record far beyond the buffer is left at its line end")
  func endlessRecord() {
    let endless = String(repeating: "x", count: 1_000_000)
    let (records, errors) = readThrough(reader("a,b\n\(endless),1\n2,3\n", limits: limits))
    #expect(errors == [CSVError(line: 2, .recordTooLong(bytesMax: 30), canContinue: true)])
    #expect(records.map(\.1) == [["a", "b"], ["2", "3"]])
  }

  @Test("a quote that swallows more than a record ends the reading where it was opened")
  func endlessQuote() {
    let endless = String(repeating: "x\n", count: 1_000_000)
    let (_, errors) = readThrough(reader("a,b\n1,\"\(endless)", limits: limits))
    #expect(errors == [CSVError(line: 2, .recordTooLong(bytesMax: 30), canContinue: false)])
  }

  @Test("the first record may have as many columns as the limit and no more")
  func columns() throws {
    #expect(try records(reader("a,b,c\n", limits: limits)) == [["a", "b", "c"]])
    #expect(
      readThrough(reader("a,b,c,d\n1,2,3,4\n", limits: limits)).errors == [
        CSVError(line: 1, .tooManyColumns(max: 3, found: 4), canContinue: false)
      ])
    #expect(
      readThrough(reader("a,b\n1,2,3,4,5\n", limits: limits)).errors == [
        CSVError(line: 2, .wrongColumnCount(expected: 2, found: 5), canContinue: true)
      ])
  }

  @Test("the default limits hold a field of 64 KiB, a record of 1 MiB and 256 columns")
  func defaults() throws {
    let field = String(repeating: "é", count: 32 << 10)
    let row = Array(repeating: field, count: 15).joined(separator: ",")
    #expect(try records(reader("\(row)\n\(row)\n")).map(\.count) == [15, 15])
    let wide = String(repeating: ",", count: 255)
    #expect(try records(reader("\(wide)\n")).map(\.count) == [256])
  }
}
