import JSONRPC
import Testing

@Suite("Frames come out of a stream as lines, however it is cut")
struct FrameReaderTests {
  /// What a reader yields for some chunks, a line too long as "!", then the end of the stream.
  func events(_ chunks: [[UInt8]], byteCountMax: Int = 64, ends: Bool = true) -> [String] {
    var reader = FrameReader(byteCountMax: byteCountMax)
    var events: [String] = []
    func note(_ event: FrameReader.Event) {
      switch event {
      case .frame(let frame): events.append(String(decoding: frame, as: UTF8.self))
      case .tooLong: events.append("!")
      }
    }
    for chunk in chunks { chunk.withUnsafeBytes { reader.feed($0, note) } }
    if ends { reader.finish(note) }
    return events
  }

  func events(_ text: String, byteCountMax: Int = 64, ends: Bool = true) -> [String] {
    events([Array(text.utf8)], byteCountMax: byteCountMax, ends: ends)
  }

  @Test("lines end with a newline, perhaps after a carriage return; empty ones are skipped")
  func lines() {
    #expect(events("{}\n[]\r\n\n\r\n1\n") == ["{}", "[]", "1"])
    #expect(events("a\rb\n") == ["a\rb"])
    #expect(events("") == [])
  }

  @Test("what is left at the end of the stream is a frame")
  func end() {
    #expect(events("{}\n[]") == ["{}", "[]"])
    #expect(events("{}\n[]", ends: false) == ["{}"])
    #expect(events("{}\r") == ["{}"])
  }

  @Test("a frame within one chunk is handed on where it lies")
  func noCopy() {
    let bytes = Array("{}\n[1]\n".utf8)
    bytes.withUnsafeBytes { chunk in
      var reader = FrameReader()
      var starts: [Int] = []
      reader.feed(chunk) { event in
        guard case .frame(let frame) = event, let base = chunk.baseAddress,
          let start = frame.baseAddress
        else { return }
        starts.append(start - base)
      }
      #expect(starts == [0, 3])
    }
  }

  @Test("the greatest frame passes and one byte more does not, whole or cut, with either line end")
  func limit() {
    let most = String(repeating: "x", count: 64)
    for lineEnd in ["\n", "\r\n"] {
      for (line, expected) in [(most, [most, "1"]), (most + "x", ["!", "1"])] {
        let stream = Array((line + lineEnd + "1\n").utf8)
        for cut in 0...stream.count {
          let chunks = [Array(stream[..<cut]), Array(stream[cut...])]
          #expect(events(chunks) == expected, "cut at \(cut)")
        }
        #expect(events(stream.map { [$0] }) == expected)
      }
    }
    #expect(events(most + "\r") == [most])
    #expect(events(most + "\r\r\n") == ["!"])
  }

  @Test("a line too long is reported once, at once, and skipped without being kept")
  func tooLong() {
    var reader = FrameReader(byteCountMax: 100)
    var events = 0
    let chunk = [UInt8](repeating: 0x78, count: 1000)
    for _ in 0..<50 {
      chunk.withUnsafeBytes { chunk in
        reader.feed(chunk) { event in
          if case .tooLong = event { events += 1 }
        }
      }
      #expect(events == 1)
      #expect(reader.pendingCount == 0)
    }
  }

  @Test("a handler that throws ends the feeding")
  func throwing() {
    struct Stop: Error {}
    var reader = FrameReader()
    var count = 0
    #expect(throws: Stop.self) {
      try Array("1\n2\n3\n".utf8).withUnsafeBytes { chunk in
        try reader.feed(chunk) { _ in
          count += 1
          if count == 2 { throw Stop() }
        }
      }
    }
    #expect(count == 2)
  }

  @Test("however the stream is cut, the frames are the same", arguments: [11, 12, 13] as [UInt64])
  func chunking(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      var stream: [UInt8] = []
      var expected: [String] = []
      for _ in 0..<Int.random(in: 0..<12, using: &random) {
        let length = [0, 1, 5, 63, 64, 65, 200].randomElement(using: &random) ?? 0
        let line = [UInt8](repeating: UInt8.random(in: 97...122, using: &random), count: length)
        stream += line + (Bool.random(using: &random) ? [13, 10] : [10])
        if length > 64 { expected.append("!") }
        if (1...64).contains(length) { expected.append(String(decoding: line, as: UTF8.self)) }
      }
      var chunks: [[UInt8]] = []
      var rest = stream[...]
      while !rest.isEmpty {
        let count = min(rest.count, Int.random(in: 1...90, using: &random))
        chunks.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      #expect(events(chunks) == expected, "seed \(seed)")
    }
  }
}
