/// Texts as a spreadsheet program takes them from a CSV file without reading anything into them.
///
/// Excel runs a cell that begins like a formula, and turns what looks like a number or a date into
/// one: `007` into 7, `20260107123456789` into 2.0E+16, `3-4` into a day. So prose that begins like a
/// formula gets an apostrophe in front, and an identifier with a digit is written as `="007"`, a
/// formula whose value is that very text. Saved again by Excel, such an identifier is plain. `plain`
/// takes both off, so that a file comes back in as it went out.
public enum SheetCell {
  /// Prose: as it is, unless it begins like a formula.
  public static func prose(_ text: String) -> String {
    needsGuard(text) ? "'" + text : text
  }

  /// An identifier: as it is, unless it would become a number, a date, a truth value or a formula.
  public static func identifier(_ text: String) -> String {
    let isTruthValue = ["true", "false"].contains(text.lowercased())
    let hasDigit = text.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
    guard hasDigit || isTruthValue || needsGuard(text) else { return text }
    var literal = "=\"".unicodeScalars
    for scalar in text.unicodeScalars {
      literal.append(scalar)
      if scalar == "\"" { literal.append(scalar) }
    }
    return String(literal) + "\""
  }

  /// What `prose` or `identifier` was given; other texts as they are.
  public static func plain(_ text: String) -> String {
    let scalars = text.unicodeScalars
    if scalars.first == "'", needsGuard(String(scalars.dropFirst())) {
      return String(scalars.dropFirst())
    }
    guard scalars.count > 3, scalars.starts(with: "=\"".unicodeScalars), scalars.last == "\"" else {
      return text
    }
    var plain = String.UnicodeScalarView()
    var isHalfQuote = false
    for scalar in scalars.dropFirst(2).dropLast() {
      guard scalar == "\"" || !isHalfQuote else { return text }
      isHalfQuote = scalar == "\"" && !isHalfQuote
      if !isHalfQuote { plain.append(scalar) }
    }
    return isHalfQuote ? text : String(plain)
  }

  /// Whether a spreadsheet may compute it (full-width signs count where the keyboard is Chinese), or
  /// it looks like what is guarded already.
  private static func needsGuard(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first(where: { $0 != "'" }) else { return false }
    return "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first)
  }
}
