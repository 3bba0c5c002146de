import Testing

@testable import Tabular

@Suite("Widths of characters")
struct DisplayWidthTests {
  @Test(
    "every kind of character takes its cells",
    arguments: [
      ("", 0), ("abc", 3), ("王芳", 4), ("ＡＢ", 4), ("ｱｲ", 2), ("가나", 4), ("각", 2), ("é", 1),
      ("e\u{301}", 1), ("が", 2), ("か\u{3099}", 2), ("👍", 2), ("👍🏽", 2), ("👩‍👩‍👧‍👦", 2), ("🇨🇳", 2), ("❤️", 2),
      ("❤", 1), ("1️⃣", 2), ("⭐", 2), ("—", 1), ("…", 1), ("、。", 4), ("𠮷", 2), ("a\u{200B}b", 2),
      ("ก็", 1), ("★☆", 2),
    ])
  func cells(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test("a cut text ends in … and never has half a character")
  func truncation() {
    #expect(DisplayWidth.truncate("abcdef", to: 6) == "abcdef")
    #expect(DisplayWidth.truncate("abcdef", to: 5) == "abcd…")
    #expect(DisplayWidth.truncate("王小芳", to: 5) == "王小…")
    #expect(DisplayWidth.truncate("王小芳", to: 4) == "王…")
    #expect(DisplayWidth.truncate("👩‍🏫👩‍🏫", to: 3) == "👩‍🏫…")
    #expect(DisplayWidth.truncate("王", to: 1) == "…")
    #expect(DisplayWidth.truncate("王", to: 0) == "")
  }
}

@Suite("Tables for people")
struct TextTableTests {
  private func standings() -> TextTable {
    var table = TextTable([.init("rank", .right), .init("learner"), .init("points", .right)])
    table.addRow(["1", "王芳", "1,204"])
    table.addRow(["2", "Élodie", "980"])
    table.addRow(["10", "👩‍🏫 李老师", "7"])
    return table
  }

  @Test("Chinese, accents and emoji line up, numbers to the right")
  func alignment() {
    #expect(
      standings().render() == """
        rank  learner    points
        ----  ---------  ------
           1  王芳        1,204
           2  Élodie        980
          10  👩‍🏫 李老师       7

        """)
  }

  @Test("no line has trailing spaces")
  func trailingSpaces() {
    var table = TextTable([.init("id"), .init("a long title")])
    table.addRow(["1", ""])
    #expect(table.render() == "id  a long title\n--  ------------\n1\n")
    #expect(table.rowCount == 1)
  }

  @Test("a narrow terminal cuts the widest text, never a number")
  func narrow() {
    #expect(
      standings().render(width: 20) == """
        rank  learn…  points
        ----  ------  ------
           1  王芳     1,204
           2  Élodie     980
          10  👩‍🏫 李…       7

        """)
    let lines = standings().render(width: 5).split(separator: "\n")
    #expect(lines[2] == "   1  王芳   1,204")
  }

  @Test("a table that fits is not cut")
  func fits() {
    #expect(standings().render(width: 23) == standings().render())
  }

  @Test("a name cannot move the cursor, break the line or turn the text around")
  func hostileNames() {
    var table = TextTable([.init("name")])
    table.addRow(["\u{1B}[2Jx\r\ny\tz\u{7F}\u{9B}\u{202E}w"])
    #expect(table.render().split(separator: "\n").last == "�[2Jx��y�z���w")
  }
}
