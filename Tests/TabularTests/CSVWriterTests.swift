import Testing

@testable import Tabular

@Suite("Writing CSV")
struct CSVWriterTests {
  @Test("only what needs quotes gets them")
  func quoting() {
    var csv = CSVWriter()
    for field in ["plain", "with space", "a,b", "say \"hi\"", "two\nlines", "cr\r", "", "王芳"] {
      csv.append(field)
    }
    csv.endRecord()
    #expect(
      String(decoding: csv.bytes, as: UTF8.self)
        == "plain,with space,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\",,王芳\n")
  }

  @Test("numbers, bytes, line ends and the byte order mark come out as asked")
  func forms() {
    var csv = CSVWriter(lineEnd: .crlf, byteOrderMark: true)
    csv.append(Int64.min)
    csv.append([UInt8]("x,y".utf8).span)
    csv.endRecord()
    #expect(csv.bytes == [0xEF, 0xBB, 0xBF] + Array("-9223372036854775808,\"x,y\"\r\n".utf8))
  }

  @Test("taken bytes are gone, and the next record begins a line")
  func taking() {
    var csv = CSVWriter()
    csv.append("a")
    csv.endRecord()
    #expect(csv.takeBytes() == Array("a\n".utf8))
    csv.append("")
    csv.endRecord()
    csv.endRecord()
    #expect(csv.takeBytes() == Array("\"\"\n".utf8))
  }

  @Test("what is written is read back, whatever it is and however it is cut", arguments: 0..<300)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = [
      "a", "b c", ",", "\"", "\n", "\r", "\r\n", "王", "é", "👩‍🏫", "\u{FEFF}", "=1", "\u{0}",
    ]
    let columns = Int.random(in: 1...6, using: &random)
    let table = (0..<Int.random(in: 1...40, using: &random)).map { _ in
      (0..<columns).map { _ in
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          pieces[Int.random(in: pieces.indices, using: &random)]
        }.joined()
      }
    }
    var csv = CSVWriter(lineEnd: .random(using: &random), byteOrderMark: .random(using: &random))
    for row in table {
      for field in row { csv.append(field) }
      csv.endRecord()
    }
    let bytes = try Bool.random(using: &random) ? gzip(csv.bytes) : csv.bytes
    let source = GzipBytes(
      MemoryBytes(bytes, chunkBytes: { Int.random(in: 1...9, using: &random) }),
      inputBytes: 16)
    let limits = CSVLimits(fieldBytesMax: 200, recordBytesMax: 1000, columnsMax: 6)
    let read = try records(CSVReader(source: source, limits: limits))
    // Compared as bytes: String equality would let different spellings pass.
    #expect(read.map { $0.map { Array($0.utf8) } } == table.map { $0.map { Array($0.utf8) } })
  }

  @Test(
    "any bytes at all are read to an end, and the same way however they are cut", arguments: 0..<500
  )
  func anyBytes(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("ab,,\"\"\n\n\r".utf8) + [0xE7, 0x8E, 0x8B, 0xFF, 0]
    let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
      alphabet[Int.random(in: alphabet.indices, using: &random)]
    }
    let limits = CSVLimits(fieldBytesMax: 8, recordBytesMax: 24, columnsMax: 4)
    let whole = readThrough(CSVReader(bytes: bytes, limits: limits))
    let cut = readThrough(
      CSVReader(
        source: MemoryBytes(bytes, chunkBytes: { Int.random(in: 1...3, using: &random) }),
        limits: limits))
    #expect(whole.records.map(\.0) == cut.records.map(\.0))
    #expect(whole.records.map(\.1) == cut.records.map(\.1))
    #expect(whole.errors == cut.errors)
  }
}

extension CSVWriter.LineEnd {
  static func random(using generator: inout some RandomNumberGenerator) -> Self {
    Bool.random(using: &generator) ? .lf : .crlf
  }
}
