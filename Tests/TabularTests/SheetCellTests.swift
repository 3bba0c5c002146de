import Testing

@testable import Tabular

@Suite("Cells for spreadsheets")
struct SheetCellTests {
  @Test(
    "identifiers stay text: what has a digit, is a truth value or begins like a formula is quoted",
    arguments: [
      ("007", "=\"007\""), ("20260107123456789", "=\"20260107123456789\""), ("3-4", "=\"3-4\""),
      ("MAR1", "=\"MAR1\""), ("1E5", "=\"1E5\""), ("true", "=\"true\""),
      ("=1+1", "=\"=1+1\""), ("a\"1", "=\"a\"\"1\""), ("earned", "earned"), ("王芳", "王芳"), ("", ""),
    ])
  func identifiers(text: String, cell: String) {
    #expect(SheetCell.identifier(text) == cell)
  }

  @Test(
    "prose that begins like a formula is made harmless",
    arguments: ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", "\r\nx", "＝1", "＋1", "－1", "＠A"])
  func formulas(text: String) {
    #expect(SheetCell.prose(text) == "'" + text)
  }

  @Test("other prose is left alone", arguments: ["王芳", "a=b", "1-2", "'quoted'", "", " =1"])
  func harmless(text: String) {
    #expect(SheetCell.prose(text) == text)
  }

  @Test("what went out comes back in", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("=\"\"'+-@\t\r1王a".unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      text.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
    }
    let given = String(text)
    #expect(SheetCell.plain(SheetCell.identifier(given)) == given)
    #expect(SheetCell.plain(SheetCell.prose(given)) == given)
  }

  @Test(
    "a half quoted formula is no cell of ours", arguments: ["=\"a\"b\"", "=\"", "=\"\"\"", "=A1"]
  )
  func foreign(text: String) {
    #expect(SheetCell.plain(text) == text)
  }
}
