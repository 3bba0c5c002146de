import Foundation
import Incentives
import Ledger
import Testing

@testable import Engine

/// What users of other systems keep asking for (asks.md), on a real store, where a script can not tell it.
@Suite("Asks, on a store")
struct AskTests {
  private static let program = ProgramNumber(rawValue: 1)

  /// A class with a cap a day, a cap a week and a best attempt.
  private func classroom() throws -> Rig {
    let rig = try Rig()
    try rig.applyProgram(rules: [
      Rule(id: "comment", verbs: ["commented"], payment: .points(3), limiter: .capPoints(9, .day)),
      Rule(id: "read", verbs: ["read"], payment: .points(2), limiter: .capPoints(8, .week)),
      Rule(
        id: "quiz", verbs: ["submitted:*"], payment: .perValue(points: 1, each: 10), limiter: .best),
    ])
    try rig.roster([
      LearnerRecord(id: "anna", cohort: "A", group: "g1"),
      LearnerRecord(id: "bo", cohort: "A", group: "g2"),
    ])
    return rig
  }

  /// What a fact was paid, rule by rule, with the reason where it was nothing.
  private func told(_ answer: FactsAnswer) -> [String] {
    answer.items.map { item in
      guard case .recorded(let recorded, let isReplayed) = item else { return "refused" }
      let outcomes = answer.outcomes[recorded.outcomes.range].map {
        "\(answer.rules[$0.rule]) \($0.points)\($0.points == 0 ? " \($0.reason.word)" : "")"
      }
      return outcomes.joined(separator: ", ") + (isReplayed ? " again" : "")
    }
  }

  @Test(
    "ask 8: caps survive a restart, another session and tables that were thrown away",
    arguments: ["another session", "a restart", "a crash", "no tables"])
  func capsSurvive(what: String) throws {
    let rig = try classroom()
    let day = (0..<3).map { Story(id: "c\($0)", learner: "anna", at: "2026-09-07T1\($0):00:00Z") }
    let week = (7...10).map {
      Story(
        id: "r\($0)", learner: "anna", verb: "read",
        at: "2026-09-\($0 < 10 ? "0" : "")\($0)T09:00:00Z")
    }
    #expect(told(try rig.facts(day)) == ["comment 3", "comment 3", "comment 3"])
    #expect(told(try rig.facts(week)) == ["read 2", "read 2", "read 2", "read 2"])
    _ = try rig.facts([
      Story(id: "q", learner: "anna", verb: "submitted:quiz", object: "one", value: 90)
    ])
    #expect(try rig.earned("anna") == 26)
    switch what {
    case "a restart": try rig.restart()
    case "no tables":
      try rig.stop()
      try FileManager.default.removeItem(atPath: rig.directory + "/state")
      try rig.start()
    case "a crash":
      // The copy of a directory is what a crash leaves: nobody closed it.
      let copy = rig.directory + "-crashed"
      defer { try? FileManager.default.removeItem(atPath: copy) }
      try FileManager.default.copyItem(atPath: rig.directory, toPath: copy)
      let other = try Rig(store: copy) { _ in }
      try expectCapped(other, day + week)
      try other.stop()
    default: break
    }
    try expectCapped(rig, day + week)
    // A new day and a new week have caps of their own, also after it.
    let fresh = [
      Story(id: "n1", learner: "anna", at: "2026-09-08T10:00:00Z"),
      Story(id: "n2", learner: "anna", verb: "read", at: "2026-09-14T10:00:00Z"),
    ]
    #expect(told(try rig.facts(fresh)) == ["comment 3", "read 2"])
    #expect(rig.store.verifyJournal(rules: true).isClean)
    try rig.stop()
  }

  /// Expects that everything again pays nothing, nor more of it on the same day, week and object.
  private func expectCapped(_ rig: Rig, _ again: [Story]) throws {
    let replayed = told(try rig.facts(again))
    #expect(replayed.count == again.count)
    #expect(replayed.allSatisfy { $0.hasSuffix(" again") })
    let more = [
      Story(id: "m1", learner: "anna", at: "2026-09-07T20:00:00Z"),
      Story(id: "m2", learner: "anna", verb: "read", at: "2026-09-11T20:00:00Z"),
      Story(
        id: "m3", learner: "anna", verb: "submitted:quiz", at: "2026-09-07T21:00:00Z",
        object: "one",
        value: 80),
    ]
    #expect(
      told(try rig.facts(more)) == [
        "comment 0 cap_reached", "read 0 cap_reached", "quiz 0 not_best",
      ])
    #expect(try rig.earned("anna") == 26)
  }

  @Test("ask 10: a late fact moves the board of an open day, and pays without moving a closed one")
  func lateFacts() throws {
    let rig = try classroom()
    _ = try rig.facts([Story(id: "b1", learner: "bo", at: "2026-09-07T10:00:00Z")])
    // Midnight is over, the two hours of grace are not: the fact simply counts.
    try rig.advance(to: "2026-09-08T01:59:59Z")
    _ = try rig.facts([Story(id: "a1", learner: "anna", at: "2026-09-07T23:59:59Z")])
    #expect(try rig.scores(of: "2026-09-07") == "anna 3, bo 3")
    try rig.advance(to: "2026-09-08T02:00:00Z")
    try rig.awaitJobs(of: "class")
    let closed = try rig.closedBoard(of: "2026-09-07")
    #expect(closed == "anna 3, bo 3")
    let late = try rig.facts([Story(id: "a2", learner: "anna", at: "2026-09-07T22:00:00Z")])
    #expect(told(late) == ["comment 3"])
    #expect(try rig.earned("anna") == 6)
    #expect(try rig.closedBoard(of: "2026-09-07") == closed)
    // The week is open still: there it counts.
    #expect(try rig.scores(of: "2026-09-07", kind: .week) == "anna 6, bo 3")
    try rig.restart()
    #expect(try rig.closedBoard(of: "2026-09-07") == closed)
    #expect(try rig.earned("anna") == 6)
    // In one call with what is known, what is new is found new: it alone is judged with the log.
    let mixed = try rig.facts([
      Story(id: "a2", learner: "anna", at: "2026-09-07T22:00:00Z"),
      Story(id: "a3", learner: "anna", at: "2026-09-07T22:30:00Z"),
      Story(id: "b1", learner: "bo", at: "2026-09-07T10:00:00Z"),
    ])
    #expect(told(mixed) == ["comment 3 again", "comment 3", "comment 3 again"])
    #expect(try rig.earned("anna") == 9)
    #expect(rig.store.verifyJournal(rules: true).isClean)
    try rig.stop()
  }

  @Test("ask 16: who changes group in mid-term leaves what was earned with the old one")
  func transfer() throws {
    let rig = try classroom()
    _ = try rig.facts([
      Story(id: "t1", learner: "anna", at: "2026-09-07T10:00:00Z"),
      Story(id: "t2", learner: "anna", at: "2026-09-08T10:00:00Z"),
    ])
    try rig.roster([
      LearnerRecord(id: "anna", from: day("2026-09-09"), isRoster: false, group: "g2")
    ])
    _ = try rig.facts([Story(id: "t3", learner: "anna", at: "2026-09-09T10:00:00Z")])
    // What comes late is the group's of its own day, whichever the learner is in by now.
    _ = try rig.facts([Story(id: "t4", learner: "anna", at: "2026-09-08T09:00:00Z")])
    #expect(try rig.groupScores() == "g1 9, g2 3")
    try rig.restart()
    #expect(try rig.groupScores() == "g1 9, g2 3")
    #expect(try rig.earned("anna") == 12)
    #expect(rig.store.verifyJournal(rules: true).isClean)
    try rig.stop()
  }

  @Test("ask 24: exported and imported elsewhere, the same balances and the same head")
  func export() throws {
    let rig = try classroom()
    for number in 0..<20 {
      let learner = number % 2 == 0 ? "anna" : "bo"
      _ = try rig.facts([
        Story(
          id: "e\(number)", learner: learner, at: "2026-09-\(number < 8 ? "07" : "10")T12:00:00Z")
      ])
    }
    try rig.reverse("e3")
    try rig.advance(to: "2026-09-09T00:00:00Z")
    try rig.awaitJobs(of: "class")
    let before = try rig.everything()
    let first = try export(rig)
    let other = try Rig(store: rig.directory + "-elsewhere") { store in
      let head = try store.importJournal(first.lines)
      #expect(head == first.head)
    }
    #expect(try other.everything() == before)
    // Repeatable: what was imported exports to the same lines.
    let second = try export(other)
    #expect(second.head == first.head)
    #expect(second.lines == first.lines)
    #expect(other.store.verifyJournal(rules: true).isClean)
    // A fact of before is known there; the log goes on from the same head.
    let again = try other.facts([Story(id: "e0", learner: "anna", at: "2026-09-07T12:00:00Z")])
    #expect(told(again) == ["comment 3 again"])
    try other.stop()
    try rig.stop()
  }

  private func export(_ rig: Rig) throws -> (head: Head, lines: [String]) {
    var lines: [String] = []
    let head = try rig.store.exportJournal(of: Self.program, id: "class", withNames: true) {
      lines.append(String(decoding: $0.dropLast(), as: UTF8.self))
    }
    return (head, lines)
  }
}

extension Rig {
  /// The points of learners in an open period that holds a day, by id.
  fileprivate func scores(of text: String, kind: PeriodKind = .day) throws -> String {
    try query { view throws(Undecided) in
      let state = view.state
      guard let period = state.period(kind, day: day(text), term: .endless),
        let open = state.periods[period]
      else { return [] }
      let scores = ["anna", "bo"].map { id in
        "\(id) \(open.learnerScores[(state.learnerNumber(id) ?? .none).index])"
      }
      return Array(scores.joined(separator: ", ").utf8)
    }
  }

  /// The points of groups of all time.
  fileprivate func groupScores() throws -> String {
    try query { view throws(Undecided) in
      let state = view.state
      let scores = ["g1", "g2"].map { id in
        "\(id) \(state.allTime.groupScores[Int(state.names.number(.group, id) ?? 0)])"
      }
      return Array(scores.joined(separator: ", ").utf8)
    }
  }

  /// The places of a closed day's board, in order.
  fileprivate func closedBoard(of text: String) throws -> String {
    try query { view throws(Undecided) in
      let question = ColdQuestion.closedPart(
        BoardRequest(period: .day(day(text)), ranksGroups: false), .top(10))
      guard case .closedPart(let part?) = try view.cold(question) else { return [] }
      let places = part.page.places.map {
        "\(view.state.learners.externalID(LearnerNumber(rawValue: $0.member))) \($0.score)"
      }
      return Array(places.joined(separator: ", ").utf8)
    }
  }

  /// What everybody has, and every closed day's board.
  fileprivate func everything() throws -> String {
    let balances = try query { view throws(Undecided) in
      let accounts = ["anna", "bo"].map { id in
        "\(id) \(view.state.learners[view.state.learnerNumber(id) ?? .none].accounts)"
      }
      return Array(accounts.joined(separator: "\n").utf8)
    }
    let boards = try closedDays(of: "class").map { "\($0): \(try closedBoard(of: "\($0)"))" }
    return ([balances, try groupScores()] + boards).joined(separator: "\n")
  }
}
