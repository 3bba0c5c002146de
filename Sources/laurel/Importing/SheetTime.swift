import Incentives

/// Days and times as sheets write them, turned into the one form the wire takes.
///
/// Excel in China shows 2026-09-01 as `2026/9/1`, and a time as `2026/9/1 8:30`; those, and
/// `2026年9月1日`, are read besides the wire's own forms. What could be read in two ways
/// (`9/1/2026`) is refused.
enum SheetTime {
  /// A day as `2026-09-01`.
  static func day(_ text: String, _ field: String) throws(RowProblem) -> String {
    if LocalDay(text) != nil { return text }
    if let day = isoDay(text[...]), LocalDay(day) != nil { return day }
    throw RowProblem(
      field, "“\(text)” is no day such as 2026-09-01", "“\(text)” 不是日期，应如 2026-09-01")
  }

  /// An instant, or the reading of a wall clock in the program's zone, as `InstantText` takes it.
  static func instant(_ text: String, _ field: String) throws(RowProblem) -> String {
    if isInstant(text) { return text }
    let parts = text.split(separator: " ")
    if parts.count == 2, let day = isoDay(parts[0]), let clock = clock(parts[1]) {
      let instant = "\(day)T\(clock)"
      if isInstant(instant) { return instant }
    }
    throw RowProblem(
      field, "“\(text)” is no time such as 2026-09-01T08:30:00+08:00",
      "“\(text)” 不是时间，应如 2026-09-01T08:30:00+08:00")
  }

  private static func isInstant(_ text: String) -> Bool {
    var bytes = text
    return bytes.withUTF8 { InstantText.parse(UnsafeRawBufferPointer($0)) } != nil
  }

  private static func isoDay(_ text: Substring) -> String? {
    let text = text.last == "日" ? text.dropLast() : text
    let parts = text.split(omittingEmptySubsequences: false) { "/-年月".contains($0) }
    guard parts.count == 3, parts[0].utf8.count == 4, parts.allSatisfy(isShortNumber) else {
      return nil
    }
    return "\(parts[0])-\(padded(parts[1]))-\(padded(parts[2]))"
  }

  /// `8:30` or `8:30:05` with two digits everywhere.
  private static func clock(_ text: Substring) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy(isShortNumber) else { return nil }
    return parts.map(padded).joined(separator: ":")
  }

  private static func isShortNumber(_ text: Substring) -> Bool {
    (1...4).contains(text.utf8.count)
      && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
  }

  private static func padded(_ text: Substring) -> String {
    text.utf8.count == 1 ? "0\(text)" : String(text)
  }
}
