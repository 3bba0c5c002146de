import Glibc
import Testing

@testable import Tabular

@Suite("Progress")
struct ProgressTests {
  private func line(count: Int, fraction: Double?, seconds: Double) -> ProgressLine {
    ProgressLine(
      label: "导入 events", unit: "facts", count: count, fraction: fraction,
      elapsed: .seconds(seconds))
  }

  @Test("a line says how far, how many, how fast and how long still")
  func wholeLine() {
    let text = line(count: 91_529, fraction: 0.5, seconds: 1.5).text(width: 80)
    #expect(
      text
        == "导入 events  [############------------]   50%  91,529 facts  61,019/s  0:02 left"
    )
    #expect(DisplayWidth.of(text) <= 80)
  }

  @Test("a narrow line loses its bar first, then its end")
  func narrowLine() {
    let line = line(count: 91_529, fraction: 0.5, seconds: 1.5)
    #expect(line.text(width: 60) == "导入 events   50%  91,529 facts  61,019/s  0:02 left")
    #expect(line.text(width: 20) == "导入 events   50%  …")
    #expect(line.text(width: 0) == "")
  }

  @Test("what is not known is not said")
  func unknown() {
    #expect(line(count: 0, fraction: nil, seconds: 0).text(width: 80) == "导入 events  0 facts")
    let early = line(count: 5, fraction: 0.01, seconds: 0.5).text(width: 60)
    #expect(!early.contains("left"))
    let endless = line(count: 5, fraction: 0.000_001, seconds: 60).text(width: 80)
    #expect(!endless.contains("left"))
    #expect(line(count: 5, fraction: 7, seconds: 1).text(width: 80).contains("100%"))
  }

  @Test("a part is never rounded up to the whole")
  func almostDone() {
    #expect(line(count: 1, fraction: 0.999_9, seconds: 1).text(width: 40).contains(" 99%"))
  }

  @Test("numbers and times are grouped for reading")
  func numbers() {
    #expect(
      [0, 999, 1000, 123_456, 1_234_567].map(ProgressLine.grouped)
        == ["0", "999", "1,000", "123,456", "1,234,567"])
    #expect(ProgressLine.grouped(-1000) == "-1,000")
    #expect(
      [0, 59, 61, 3599, 3600, 45_296].map(ProgressLine.clock)
        == ["0:00", "0:59", "1:01", "59:59", "1:00:00", "12:34:56"])
  }

  @Test("a live bar redraws at most ten times a second and leaves one line")
  func live() {
    let desk = Desk()
    var bar = desk.bar(.live)
    for step in 1...1000 {
      desk.now += .milliseconds(1)
      bar.update(count: step, fraction: Double(step) / 1000)
    }
    #expect(desk.written.count == 10)
    #expect(desk.written.allSatisfy { $0.hasPrefix("\r") && $0.hasSuffix("\u{1B}[K") })
    bar.finish(count: 1000)
    bar.finish(count: 1000)
    bar.update(count: 1000, fraction: 1)
    #expect(desk.written.dropFirst(10) == ["\rImport: 1,000 facts in 1.0 s (1,000/s)\u{1B}[K\n"])
  }

  @Test("where nobody looks one line is written, at the end")
  func summary() {
    let desk = Desk()
    var bar = desk.bar(.summary)
    desk.now += .seconds(2)
    bar.update(count: 10, of: ReadProgress(bytesRead: 1, bytesTotal: 2))
    bar.clear()
    #expect(desk.written.isEmpty)
    bar.finish(count: 10)
    #expect(desk.written == ["Import: 10 facts in 2.0 s (5/s)\n"])
  }

  @Test("a cleared bar leaves an empty line for an error")
  func clear() {
    let desk = Desk()
    var bar = desk.bar(.live)
    bar.update(count: 1, fraction: nil)
    bar.clear()
    bar.clear()
    #expect(desk.written.count == 2)
    #expect(desk.written.last == "\r\u{1B}[K")
  }

  @Test("a part of a file is known unless it is a pipe")
  func fraction() {
    #expect(ReadProgress(bytesRead: 1, bytesTotal: 4).fraction == 0.25)
    #expect(ReadProgress(bytesRead: 0, bytesTotal: 0).fraction == 1)
    #expect(ReadProgress(bytesRead: 9, bytesTotal: nil).fraction == nil)
  }

  @Test("a pipe is not a terminal, and writing to it arrives whole")
  func pipes() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let terminal = Terminal(descriptor: ends[1])
    #expect(!terminal.isInteractive)
    #expect(terminal.width == nil)
    #expect(terminal.write("王芳"))
    close(ends[1])
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(ends[0], &bytes, 16) == 6)
    close(ends[0])
    #expect(!Terminal(descriptor: -1).write("gone"))
  }
}

/// A clock that is moved by hand and the lines that were written.
private final class Desk {
  var now = ContinuousClock.now
  var written: [String] = []

  func bar(_ style: ProgressBar.Style) -> ProgressBar {
    ProgressBar(
      "Import", unit: "facts", style: style, width: { 80 }, now: { self.now },
      write: { self.written.append($0) })
  }
}
