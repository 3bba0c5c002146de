import Incentives

/// One line of a script in words: plain ones in order, and `key=value` ones by key.
struct ScriptLine {
  private(set) var words: [String] = []
  private(set) var values: [String: String] = [:]

  init(_ line: String) {
    for word in line.split(separator: " ").map(String.init) {
      if let sign = word.firstIndex(of: "=") {
        values[String(word[..<sign])] = String(word[word.index(after: sign)...])
      } else {
        words.append(word)
      }
    }
  }

  /// The plain word at a place; 0 is the command.
  func word(_ place: Int) throws(ScriptError) -> String {
    guard place < words.count else { throw ScriptError(text: "a word is missing") }
    return words[place]
  }

  func has(_ word: String) -> Bool { words.dropFirst().contains(word) }

  func list(_ key: String) -> [String] {
    values[key].map { $0.split(separator: ",").map(String.init) } ?? []
  }

  func number(_ key: String) throws(ScriptError) -> Int64? {
    guard let text = values[key] else { return nil }
    guard let number = Int64(text) else { throw ScriptError(text: "\(key) is no number") }
    return number
  }

  func day(_ key: String) throws(ScriptError) -> LocalDay? {
    guard let text = values[key] else { return nil }
    return try Self.day(text)
  }

  static func day(_ text: String) throws(ScriptError) -> LocalDay {
    guard let day = LocalDay(text) else { throw ScriptError(text: "\(text) is no day") }
    return day
  }

  /// `2026-09-01`, or a time with or without an offset.
  static func time(_ text: String) throws(ScriptError) -> FactTime {
    if let day = LocalDay(text) { return .day(day) }
    var text = text
    let parsed = text.withUTF8 { InstantText.parse(UnsafeRawBufferPointer($0)) }
    switch parsed {
    case .instant(let instant): return .instant(instant)
    case .local(let microseconds): return .local(microseconds)
    case nil: throw ScriptError(text: "\(text) is no time")
    }
  }

  /// `source/id`.
  static func name(_ text: String) throws(ScriptError) -> FactName {
    guard let slash = text.firstIndex(of: "/") else {
      throw ScriptError(text: "\(text) is no source/id")
    }
    return FactName(
      source: String(text[..<slash]), id: String(text[text.index(after: slash)...]))
  }
}
