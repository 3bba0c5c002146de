import Foundation
import TestSupport
import Testing

/// What users of other systems keep asking for (asks.md), where a script tells the story.
@Suite("Asks")
struct GameAskTests {
  @Test("ask 1: the same fact never pays twice")
  func sameFactAgain() throws { try tells("same-fact-again", "comments-cap-a-day") }

  @Test("ask 3: undo takes back points, rank and group share")
  func undo() throws { try tells("undo-takes-back-everything") }

  @Test("ask 5: another rule: shown first, then the past is judged anew or left alone")
  func rules() throws {
    try tells(
      "rules-since-a-day-raise", "rules-since-a-day-keep-the-floor", "rules-since-a-day-lower",
      "rules-since-a-closed-term", "facts-while-judging-anew")
  }

  @Test("ask 7: caps do not depend on order")
  func caps() throws { try tells("comments-cap-a-day", "week-cap-across-groups", "cap-on-times") }

  @Test("ask 8: caps survive a restart")
  func restart() throws { try tells("comments-cap-a-day") }

  @Test("ask 9: days of 23 and 25 hours, and an event at 23:59:59.999")
  func days() throws { try tells("days-of-23-and-25-hours", "day-that-starts-at-four") }

  @Test("ask 10: counted by when it happened; grace, then the board stands")
  func grace() throws { try tells("grace-and-late-facts", "grace-until-noon", "manual-clock") }

  @Test("ask 10: a fact late for a closed day pays, and moves no star")
  func lateForAStar() throws { try tells("star-late-fact", "star-of-the-day") }

  @Test("ask 11: ties are stated and deterministic")
  func ties() throws { try tells("ranks-ties-and-zeros") }

  @Test("ask 11: the tie rule of a star is stated, shown with its proof, and decides in any order")
  func tiesOfStars() throws {
    try tells(
      "star-ties-fewest-stars", "star-ties-shared", "star-ties-earliest", "star-in-any-order")
  }

  @Test("ask 12: rank and neighbours follow every write")
  func ranks() throws { try tells("ranks-ties-and-zeros") }

  @Test("ask 16: changing group keeps history with the old group")
  func groups() throws { try tells("changing-group-keeps-history", "week-cap-across-groups") }

  @Test("ask 19: which days are excused, and what a leave does to attendance")
  func excusedDays() throws { try tells("excused-days", "perfect-excuses") }

  @Test("ask 21: spending never lowers level or rank")
  func spending() throws { try tells("two-balances", "adjustments") }

  @Test("ask 16: a wrong group is corrected, and the points of that time move")
  func corrections() throws { try tells("group-was-wrong", "correction-takes-later-moves") }

  @Test("ask 25: two accounts are merged as the union of their facts, never as the sum of totals")
  func merges() throws {
    try tells(
      "two-accounts-of-one-person", "merge-then-late-fact", "merge-then-reversal",
      "merge-with-grants", "merge-across-groups")
  }

  private func tells(_ names: String...) throws {
    for name in names {
      let file = GameScriptTests.folder.appendingPathComponent("\(name).script")
      let written = try String(contentsOf: file, encoding: .utf8)
      #expect(try Script.play(written) == written, "\(name)")
    }
  }
}
