/// How many terminal cells a text takes: two for wide East Asian characters and emoji, none for
/// combining marks, one for the rest.
///
/// The wide ranges are Unicode's East_Asian_Width W and F by block, with unassigned places inside a
/// block counted as wide; emoji come from the standard library's own Unicode tables. “Ambiguous”
/// characters count as one cell, as terminals draw them outside old East Asian encodings.
public enum DisplayWidth {
  /// The cells of a text without control characters.
  public static func of(_ text: some StringProtocol) -> Int {
    // Text of printable ASCII is its own width; it is most of any table.
    if text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// The cells of one character as the reader sees it.
  public static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    if let first = scalars.first, scalars.count > 1 {
      // U+FE0F asks for the coloured picture; two regional indicators make a flag.
      if isEmoji(first) || first.properties.isEmoji && scalars.contains("\u{FE0F}") { return 2 }
    }
    return scalars.reduce(0) { $0 + of($1) }
  }

  /// The text cut to at most this many cells, with `…` as the last one where something is missing.
  public static func truncate(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    guard width > 0 else { return "" }
    var kept = ""
    var cells = 0
    for character in text {
      let next = of(character)
      if cells + next > width - 1 { break }
      cells += next
      kept.append(character)
    }
    return kept + "…"
  }

  static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    if isWide(scalar.value) || isEmoji(scalar) { return 2 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    case .format: return scalar == "\u{AD}" ? 1 : 0
    // Vowels and finals of a Korean syllable are drawn inside its first cells.
    default: return isJamoTail(scalar.value) ? 0 : 1
    }
  }

  private static func isEmoji(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isEmojiPresentation
  }

  private static func isJamoTail(_ value: UInt32) -> Bool {
    0x1160...0x11FF ~= value || 0xD7B0...0xD7FF ~= value
  }

  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    switch value {
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x3029, 0x302E...0x303E, 0x3041...0x3098,
      0x309B...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
      0x16FE0...0x16FE3, 0x16FF0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
      0x20000...0x2FFFD, 0x30000...0x3FFFD:
      return true
    default:
      return false
    }
  }
}
