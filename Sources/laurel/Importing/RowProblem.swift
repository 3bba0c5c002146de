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
