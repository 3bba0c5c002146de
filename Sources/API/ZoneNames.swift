import Foundation

/// Names of time zones: which are worth looking for, and which was meant.
enum ZoneNames {
  /// Whether a name can be one of a zone, so that it never leads out of the directory.
  ///
  /// At most three parts of letters, digits, `_`, `+` and `-`, each beginning with a letter.
  static func isPlausible(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard name.utf8.count <= 64, parts.count <= 3, !excluded.contains(String(parts[0])) else {
      return false
    }
    return parts.allSatisfy { part in
      part.utf8.first.map(isLetter) ?? false
        && part.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_+-".utf8.contains($0) }
    }
  }

  /// The zone that was probably meant, or nil.
  static func suggestion(for name: String, in directory: String) -> String? {
    let wanted = name.lowercased().replacing(" ", with: "_")
    guard wanted.utf8.count <= 64 else { return nil }
    if meaningShanghai.contains(wanted) { return "Asia/Shanghai" }
    let names = all(in: directory)
    let sameWord = names.first { $0.lowercased() == wanted }
    let sameCity = names.first { $0.lowercased().hasSuffix("/" + wanted) }
    if let found = sameWord ?? sameCity { return found }
    let closest = names.map { (name: $0, edits: edits(from: $0.lowercased(), to: wanted)) }
      .min { $0.edits < $1.edits }
    guard let closest, closest.edits <= 3 else { return nil }
    return closest.name
  }

  /// What people in China write most often and the IANA database does not know.
  private static let meaningShanghai: Set<String> = [
    "asia/beijing", "beijing", "asia/shenzhen", "asia/guangzhou", "china", "asia/china",
    "utc+8", "utc+08:00", "gmt+8", "gmt+08:00", "+08:00", "cst", "北京", "中国",
  ]

  /// What lies beside the zones and is none.
  private static let excluded: Set<String> = [
    "posix", "right", "posixrules", "localtime", "Factory",
  ]

  /// All zones of a directory, in bytewise order.
  private static func all(in directory: String) -> [String] {
    let paths = FileManager.default.enumerator(atPath: directory)
    return (paths?.compactMap { $0 as? String } ?? [])
      .filter { isPlausible($0) && $0.utf8.first.map { 65...90 ~= $0 } ?? false }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// How many bytes must be put in, taken out or exchanged to turn one text into the other.
  private static func edits(from left: String, to right: String) -> Int {
    let right = Array(right.utf8)
    var previous = Array(0...right.count)
    for (row, leftByte) in left.utf8.enumerated() {
      var current = [row + 1]
      for (column, rightByte) in right.enumerated() {
        let exchanged = previous[column] + (leftByte == rightByte ? 0 : 1)
        current.append(min(exchanged, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[right.count]
  }

  private static func isLetter(_ byte: UInt8) -> Bool { 65...90 ~= byte || 97...122 ~= byte }
  private static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
}
