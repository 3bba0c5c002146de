import Glibc

/// The language of tables and messages; what programs read (`--json`, CSV, reasons) has none.
///
/// Each text stands where it is used, in both languages side by side: `language("Rank", "名次")`.
enum Language: String, CaseIterable, Sendable {
  /// 中文.
  case zh
  /// English.
  case en

  /// The text in this language.
  func callAsFunction(_ english: String, _ chinese: String) -> String {
    self == .zh ? chinese : english
  }

  /// The language the environment asks for, as `LC_ALL`, `LC_MESSAGES` and `LANG` say, in that order.
  static var ofEnvironment: Language {
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      guard let value = environment(name), !value.isEmpty else { continue }
      return value.hasPrefix("zh") ? .zh : .en
    }
    return .en
  }
}

/// A variable of the environment; nil when it is not set.
func environment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
