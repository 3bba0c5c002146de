import Tabular

/// Standard output: where answers go, and nothing but answers.
enum Output {
  /// Writes all of a text; fails where that fails, for an answer cut short looks like a whole one.
  static func write(_ text: String) throws(CommandFailure) {
    guard Terminal.output.write(text) else { throw .system("writing standard output") }
  }
}
