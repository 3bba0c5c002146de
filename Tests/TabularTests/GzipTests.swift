import Testing

@testable import Tabular

@Suite("Reading compressed CSV")
struct GzipTests {
  private let text = Array("learner,value\n王芳,1\n李雷,2\n".utf8)
  private let expected = [["learner", "value"], ["王芳", "1"], ["李雷", "2"]]

  @Test("a gzip file is recognised by its bytes, whatever its name")
  func byContent() throws {
    let packed = try gzip(text)
    for name in ["events.csv.gz", "events.csv"] {
      try withFile(name, packed) { path in
        let reader = try CSVReader(path: path)
        #expect(try records(reader) == expected)
        #expect(
          reader.progress == ReadProgress(bytesRead: packed.count, bytesTotal: packed.count))
      }
    }
    try withFile("plain.csv.gz", text) { path in
      let reader = try CSVReader(path: path)
      #expect(try records(reader) == expected)
    }
  }

  @Test("several members read as one file, cut anywhere, with padding behind them")
  func members() throws {
    for cut in 0...text.count {
      let packed = try gzip(Array(text[..<cut])) + gzip([]) + gzip(Array(text[cut...]))
      #expect(try records(CSVReader(bytes: packed)) == expected)
      #expect(try records(CSVReader(bytes: packed + [0, 0, 0])) == expected)
    }
  }

  @Test("whatever the sizes of chunks, the text is the same")
  func chunks() throws {
    let long = (0..<20_000).flatMap { Array("\($0),学员,\"a\"\"b\"\n".utf8) }
    let packed = try gzip(Array(long[..<70_001])) + gzip(Array(long[70_001...]))
    let whole = try records(CSVReader(bytes: long))
    for inputBytes in [2, 7, 1000] {
      let source = GzipBytes(MemoryBytes(packed, chunkBytes: { 5 }), inputBytes: inputBytes)
      #expect(try records(CSVReader(source: source, limits: CSVLimits())) == whole)
    }
  }

  @Test("a compressed file cut anywhere is refused, never taken for a shorter one")
  func truncated() throws {
    let packed = try gzip(text)
    for length in 2..<packed.count {
      let errors = readThrough(CSVReader(bytes: Array(packed[..<length]))).errors
      #expect(errors.last?.reason == .truncatedGzip, "cut to \(length)")
      #expect(errors.last?.canContinue == false)
    }
  }

  @Test("a flipped bit in the data or its checksum is refused")
  func damaged() throws {
    let packed = try gzip(text)
    var harmless = 0
    for bit in 80..<packed.count * 8 {
      var bytes = packed
      bytes[bit / 8] ^= 1 << (bit % 8)
      let (records, errors) = readThrough(CSVReader(bytes: bytes))
      if errors.isEmpty {
        #expect(records.map(\.1) == expected, "bit \(bit)")
        harmless += 1
      } else {
        #expect(errors.last?.canContinue == false, "bit \(bit)")
      }
    }
    // The last byte of compressed data is filled up with bits that mean nothing.
    #expect(harmless < 8)
  }

  @Test("something else behind the last member is refused")
  func trailingGarbage() throws {
    let errors = readThrough(CSVReader(bytes: try gzip(text) + Array("garbage".utf8))).errors
    guard case .damagedGzip = errors.last?.reason else {
      Issue.record("expected damage, got \(errors)")
      return
    }
  }

  @Test("a file that cannot be opened or read says why")
  func unreadable() throws {
    #expect {
      _ = try CSVReader(path: "/nonexistent/events.csv")
    } throws: { error in
      "\(error)" == "cannot read /nonexistent/events.csv: No such file or directory"
    }
    let directory = try CSVReader(path: "/tmp")
    #expect {
      _ = try directory.next()
    } throws: { error in
      "\(error)" == "cannot read /tmp: Is a directory"
    }
  }
}
