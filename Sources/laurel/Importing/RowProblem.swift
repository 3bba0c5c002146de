import API

/// What is wrong with a row of a file, in both languages, with the field it is about.
struct RowProblem: Error, Hashable, Sendable {
  /// The wanted field; empty where it is the row as a whole.
  let field: String
  private let english: String
  private let chinese: String

  /// A problem of a field.
  init(_ field: String, _ english: String, _ chinese: String) {
    self.field = field
    self.english = english
    self.chinese = chinese
  }

  /// The reason as people read it.
  func text(_ language: Language) -> String {
    let text = language(english, chinese)
    return field.isEmpty ? text : "\(field): \(text)"
  }

  /// A cell's identifier, if the wire takes one so long and Excel did not shorten it.
  ///
  /// A sheet shows a long number as `1.23E+11` and saves what it shows: the rest of the digits is
  /// lost in the file, so nothing can be guessed from it.
  static func identifier(_ text: String, _ field: String) throws(RowProblem) -> String {
    let text = try checked(text, field, bytesMax: CallLimits.identifierBytesMax)
    guard isScientific(text) else { return text }
    throw RowProblem(
      field,
      "“\(text)” is a number shortened by Excel, digits are lost; in the sheet format the column as "
        + "Number without decimals (as Text from 16 digits on) and save the CSV again",
      "“\(text)” 是被 Excel 缩写的数字，已丢失位数；请在表格中把该列设为“数值”、小数位数 0"
        + "（16 位及以上先设为“文本”再填），再重新另存为 CSV")
  }

  /// Whether a text is a number as sheets shorten it: digits, perhaps a fraction, `E+`, digits.
  private static func isScientific(_ text: String) -> Bool {
    guard let mark = text.firstIndex(where: { $0 == "E" || $0 == "e" }) else { return false }
    let mantissa = text[..<mark]
    let power = text[text.index(after: mark)...]
    guard power.first == "+" else { return false }
    let unsigned = mantissa.hasPrefix("-") ? mantissa.dropFirst() : mantissa
    let digits = unsigned.split(separator: ".", omittingEmptySubsequences: false)
    return digits.count <= 2
      && (digits + [power.dropFirst()]).allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
      }
  }

  /// A cell's text, if the wire takes one so long.
  static func checked(
    _ text: String, _ field: String, bytesMax: Int
  ) throws(RowProblem) -> String {
    guard text.utf8.count <= bytesMax else {
      throw RowProblem(field, "is longer than \(bytesMax) bytes", "超过 \(bytesMax) 字节")
    }
    guard !text.utf8.contains(0) else {
      throw RowProblem(field, "contains the character U+0000", "含有字符 U+0000")
    }
    return text
  }
}
