import Testing

@testable import Tabular

@Suite("Encodings of CSV files")
struct EncodingTests {
  /// 学号,姓名 / s1,王芳 / s2,𠮷㐂 as Excel in China saves it; the last two take four bytes each.
  private static let sheet: [UInt8] =
    [0xD1, 0xA7, 0xBA, 0xC5, 0x2C, 0xD0, 0xD5, 0xC3, 0xFB, 0x0D, 0x0A]
    + Array("s1,".utf8) + [0xCD, 0xF5, 0xB7, 0xBC, 0x0D, 0x0A]
    + Array("s2,".utf8)
    + [0x95, 0x34, 0xB2, 0x35, 0x81, 0x39, 0xEF, 0x31]

  private static let table = [["学号", "姓名"], ["s1", "王芳"], ["s2", "𠮷㐂"]]

  @Test("GB18030 is detected, four-byte characters included, however the file is cut")
  func gb18030() throws {
    let whole = CSVReader(bytes: Self.sheet)
    #expect(try records(whole) == Self.table)
    #expect(whole.encoding == .gb18030)
    #expect(!whole.hasByteOrderMark)
    for seed in 0..<50 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let cut = CSVReader(
        source: MemoryBytes(Self.sheet, chunkBytes: { Int.random(in: 1...3, using: &random) }),
        limits: CSVLimits())
      #expect(try records(cut) == Self.table, "seed \(seed)")
    }
  }

  @Test("a compressed file is decoded, too")
  func compressed() throws {
    let reader = CSVReader(bytes: try gzip(Self.sheet))
    #expect(try records(reader) == Self.table)
    #expect(reader.encoding == .gb18030)
  }

  @Test("UTF-8 stays UTF-8, with a mark and without, also where one row is damaged")
  func utf8() throws {
    for mark in ["", "\u{FEFF}"] {
      let reader = reader(mark + "学号,姓名\ns1,王芳\ns2,𠮷㐂\n")
      #expect(try records(reader) == Self.table)
      #expect(reader.encoding == .utf8)
      #expect(reader.hasByteOrderMark == !mark.isEmpty)
    }
    let damaged = Array("学号,姓名\ns1,王芳\ns2,".utf8) + [0xE7, 0x8E] + Array("\ns3,李娜\n".utf8)
    let reader = CSVReader(bytes: damaged)
    let (records, errors) = readThrough(reader)
    #expect(reader.encoding == .utf8)
    #expect(records.map(\.1) == [["学号", "姓名"], ["s1", "王芳"], ["s3", "李娜"]])
    #expect(errors == [CSVError(line: 3, .invalidUTF8(column: 2), canContinue: true)])
  }

  @Test("ASCII is UTF-8, and what comes late in a long file is still detected")
  func late() throws {
    #expect(try records(reader("a,b\n1,2\n")) == [["a", "b"], ["1", "2"]])
    var bytes = Array("id,name\n".utf8)
    for index in 0..<20_000 { bytes += Array("s\(index),x\n".utf8) }
    bytes += Array("last,".utf8) + [0xCD, 0xF5, 0xB7, 0xBC, 0x0A]
    let reader = CSVReader(bytes: bytes)
    #expect(try records(reader).last == ["last", "王芳"])
    #expect(reader.encoding == .gb18030)
    #expect(reader.recordCount == 20_002)
  }

  @Test("a bad byte in GB18030 costs its row alone and is named with line and column")
  func invalid() {
    let bad: [[UInt8]] = [[0xFF], [0x81], [0x81, 0x20], [0xFE, 0x39, 0xFE, 0x39], [0x80]]
    for bytes in bad {
      let file = Self.sheet + Array("\ns3,".utf8) + bytes + Array("\ns4,ok\n".utf8)
      let (records, errors) = readThrough(CSVReader(bytes: file))
      #expect(records.map(\.1) == Self.table + [["s4", "ok"]], "\(bytes)")
      #expect(
        errors == [CSVError(line: 4, .invalidGB18030(column: 2), canContinue: true)], "\(bytes)")
    }
    let (_, cut) = readThrough(CSVReader(bytes: Self.sheet + Array("\ns3,".utf8) + [0xCD]))
    #expect(cut == [CSVError(line: 4, .invalidGB18030(column: 2), canContinue: true)])
  }

  @Test("what is said goes before what is detected")
  func said() throws {
    let bytes = Array("b\n".utf8) + [0xD1, 0xA7, 0xD4, 0xBA] + Array("\n".utf8)
    // 学院 alone is also two well-formed characters of UTF-8.
    #expect(try records(CSVReader(bytes: bytes)) == [["b"], ["ѧԺ"]])
    #expect(try records(CSVReader(bytes: bytes, encoding: .gb18030)) == [["b"], ["学院"]])
    #expect(TextEncoding(name: "GBK") == .gb18030)
    #expect(TextEncoding(name: "utf-8") == .utf8)
    #expect(TextEncoding(name: "utf-16") == nil)
  }

  @Test("UTF-16 is refused with advice", arguments: [[0xFF, 0xFE], [0xFE, 0xFF]] as [[UInt8]])
  func utf16(mark: [UInt8]) {
    let (records, errors) = readThrough(CSVReader(bytes: mark + [0x61, 0x00, 0x0A, 0x00]))
    #expect(records.isEmpty)
    #expect(errors == [CSVError(line: 1, .isUTF16, canContinue: false)])
  }

  @Test("a large GB18030 file is read whole across every buffer")
  func large() throws {
    var bytes: [UInt8] = Array("id,name\n".utf8)
    for index in 0..<30_000 {
      bytes += Array("s\(index),".utf8) + [0xCD, 0xF5, 0xB7, 0xBC, 0x0A]
    }
    let reader = CSVReader(bytes: bytes)
    #expect(try records(reader).dropFirst().allSatisfy { $0[1] == "王芳" })
    #expect(reader.recordCount == 30_001)
    #expect(reader.progress.bytesRead == bytes.count)
  }
}
