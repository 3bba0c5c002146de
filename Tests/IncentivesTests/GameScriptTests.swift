import Foundation
import TestSupport
import Testing

/// Every script answers what it says it answers.
///
/// `LAUREL_UPDATE_SCRIPTS=1 swift test --filter Script` writes the answers of today into the scripts;
/// the diff is then reviewed as a change of the rules.
@Suite("Scripts")
struct GameScriptTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Scripts")

  static let scripts: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".script") }.sorted()
  }()

  @Test("there are scripts") func thereAreScripts() {
    #expect(Self.scripts.count >= 20)
  }

  @Test("the script still tells the truth", arguments: scripts)
  func tellsTheTruth(_ name: String) throws {
    let file = Self.folder.appendingPathComponent(name)
    let written = try String(contentsOf: file, encoding: .utf8)
    let played = try Script.play(written)
    if ProcessInfo.processInfo.environment["LAUREL_UPDATE_SCRIPTS"] == "1" {
      try played.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let difference = zip(
      written.split(separator: "\n", omittingEmptySubsequences: false),
      played.split(separator: "\n", omittingEmptySubsequences: false)
    ).first { $0 != $1 }
    #expect(
      written == played, "first difference: \(difference.map { "\($0) | now: \($1)" } ?? "its end")"
    )
  }
}
