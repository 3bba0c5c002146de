import Foundation
import Incentives
import LMDB
import Testing

@testable import Engine
@testable import Ledger

/// Copies of programs on a real store: equal to their source, with a time of their own, and gone when
/// they are dropped.
@Suite("A rehearsal is a copy that goes its own way")
struct RehearsalTests {
  static let source = ProgramNumber(rawValue: 1)
  static let copy = ProgramNumber(rawValue: 2)

  @Test("balances, boards, windows and histories are those of the source, row for row")
  func isEqual() throws {
    let rig = try Rig()
    try fill(rig)
    let made = try rig.rehearse("class", as: "trial")
    #expect(!made.isReplayed)
    #expect(made.rehearsal.number == Self.copy)
    try compare(rig)
    // A copy's log is a log: it verifies, the tables follow from it, and a start finds it again.
    verify(rig)
    try rig.restart()
    try compare(rig)
    #expect(try rig.rehearsalOf("trial") == "class")
    #expect(try rig.rehearsalOf("class") == "")
    try rig.stop()
  }

  @Test("advanced, the copy closes the days that the source closes, to the same boards")
  func advances() throws {
    let rig = try Rig()
    try fill(rig)
    _ = try rig.rehearse("class", as: "trial")
    for program in ["trial", "class"] {
      _ = try rig.facts([Story(id: "more", learner: "bo", verb: "commented")], program: program)
      try rig.advance(to: "2027-03-01T00:00:00Z", program: program)
      try rig.awaitJobs(of: program)
    }
    try compare(rig)
    verify(rig)
    try rig.stop()
  }

  @Test("what is done in the copy is not done in the source, nor the other way round")
  func goesItsOwnWay() throws {
    let rig = try Rig()
    try fill(rig)
    let head = rig.store.journal.head(of: Self.source)
    _ = try rig.rehearse("class", as: "trial")
    #expect(rig.store.journal.head(of: Self.source) == head)
    let earned = try rig.earned("bo")
    _ = try rig.facts([Story(id: "new", learner: "bo")], program: "trial")
    #expect(try rig.earned("bo") == earned)
    // A known fact is known there as well; a used key is not.
    let again = try rig.facts(
      [Story(id: "f1", learner: "bo", at: "2026-09-07T11:00:00Z", value: 10)], program: "trial")
    guard case .recorded(_, isReplayed: true)? = again.items.first else {
      Issue.record("the copy paid a fact of its source twice: \(again.items)")
      return
    }
    for (program, replays) in [("class", true), ("trial", false)] {
      let reply = try rig.command(program, key: "once") { _ throws(Undecided) in Array("{}".utf8) }
      guard case .outcome(_, let isReplayed) = reply.answer else {
        Issue.record("refused: \(reply.answer)")
        continue
      }
      #expect(isReplayed == replays, "\(program)")
    }
    try rig.stop()
  }

  @Test("a program whose clock follows the wall is copied at that time, and the copy stands still")
  func wallClock() throws {
    let rig = try Rig(clock: TestClock(Instant("2026-09-07T00:00:00Z")))
    try rig.applyProgram(clock: .wall)
    try rig.roster([LearnerRecord(id: "anna", cohort: "A", group: "g1")])
    for day in ["07", "08", "10"] {
      rig.clock.now = Instant("2026-09-\(day)T12:00:00Z")
      _ = try rig.facts([Story(id: "d\(day)", learner: "anna", at: "2026-09-\(day)T10:00:00Z")])
    }
    _ = try rig.rehearse("class", as: "trial")
    rig.clock.now = Instant("2026-09-14T12:00:00Z")
    _ = try rig.facts([Story(id: "e", learner: "anna", at: "2026-09-14T10:00:00Z")])
    try rig.awaitJobs(of: "class")
    #expect(try rig.clock(of: "trial") == Instant("2026-09-10T12:00:00Z"))
    #expect(try rig.closedDays(of: "trial") == [day("2026-09-07"), day("2026-09-08")])
    #expect(try rig.closedDays(of: "class").last == day("2026-09-10"))
    try rig.advance(to: "2026-09-14T12:00:00Z", program: "trial")
    try rig.awaitJobs(of: "trial")
    #expect(try rig.closedDays(of: "trial") == rig.closedDays(of: "class"))
    #expect(rig.store.verifyJournal(rules: true).isClean)
    try rig.stop()
  }

  @Test("the same call makes one copy, another call of that id is refused, a number is given once")
  func once() throws {
    let rig = try Rig()
    try fill(rig)
    let first = try rig.rehearse("class", as: "trial", key: "k")
    let second = try rig.rehearse("class", as: "trial", key: "k")
    #expect(second.isReplayed)
    #expect(second.rehearsal.number == first.rehearsal.number)
    #expect(
      rig.refusal { try rig.rehearse("class", as: "other", key: "k") } == .idempotencyKeyReused)
    #expect(rig.refusal { try rig.rehearse("class", as: "trial", key: "l") } == .invalid)
    #expect(rig.refusal { try rig.rehearse("nothing", as: "trial", key: "m") } == .notFound)
    #expect(rig.refusal { try rig.drop("class", key: "n") } == .invalid)
    _ = try rig.drop("trial", key: "d")
    #expect(try rig.drop("trial", key: "d").isReplayed)
    let third = try rig.rehearse("class", as: "trial", key: "o")
    #expect(third.rehearsal.number == ProgramNumber(rawValue: 3))
    try rig.restart()
    #expect(try rig.rehearse("class", as: "trial", key: "o").isReplayed)
    try rig.stop()
  }

  @Test("of a dropped rehearsal nothing is left but that there was one")
  func drops() throws {
    let rig = try Rig()
    try fill(rig)
    _ = try rig.rehearse("class", as: "trial")
    let earned = try rig.earned("bo")
    _ = try rig.drop("trial")
    try expectGone(rig, Self.copy)
    #expect(try rig.earned("bo") == earned)
    try rig.restart()
    try expectGone(rig, Self.copy)
    verify(rig)
    try rig.stop()
  }

  @Test("a copy that a crash cut off is not there at the next start", arguments: [0, 1, 2])
  func isCutOff(blocks: Int) throws {
    let rig = try Rig()
    try fill(rig)
    let rehearsal = try begin(rig)
    var appended = 0
    struct Crash: Error {}
    #expect(throws: Crash.self) {
      try ProgramCopy(rehearsal, in: rig.store, appendBytes: 1).run { encoded in
        guard appended < blocks else { throw Crash() }
        try rig.engine.journal.errand { [store = rig.store] in
          try store.journal.append(encoded)
          store.noteDurable()
        }
        appended += 1
      } copied: { _ in
      }
    }
    #expect(rig.store.journal.head(of: Self.copy).position.isNone == (blocks == 0))
    try rig.restart()
    try expectGone(rig, Self.copy)
    verify(rig)
    // The name is free again, the number is not.
    let made = try rig.rehearse("class", as: "trial", key: "again")
    #expect(made.rehearsal.number == ProgramNumber(rawValue: 3))
    try rig.stop()
  }

  @Test("a drop that a crash cut off goes on at the next start")
  func dropIsCutOff() throws {
    let rig = try Rig()
    try fill(rig)
    let rehearsal = try rig.rehearse("class", as: "trial").rehearsal
    try journal(rig) { rehearsal.change(.dropping, into: &$0) }
    try rig.restart()
    try expectGone(rig, Self.copy)
    verify(rig)
    try rig.stop()
  }

  @Test("a job that runs in the source goes on in the copy, and ends in both")
  func jobs() throws {
    let rig = try Rig()
    try rig.applyProgram()
    let ids = (0..<400).map { "s\($0)" }
    try rig.roster(ids.map { LearnerRecord(id: $0, group: "g1") })
    _ = try rig.facts(ids.map { Story(id: "own-\($0)", learner: $0) })
    try rig.command { decision throws(Undecided) in
      let (state, principal) = (decision.state, decision.principal)
      try decision.commit { buffer throws(Undecided) in
        _ = try state.decide(
          BatchOpening(kind: .facts), now: decision.wall, by: principal, into: &buffer)
      }
      return []
    }
    guard case .facts(var facts) = rig.call(ids.map { Story(id: "more-\($0)", learner: $0) }) else {
      return
    }
    facts.partOf = BatchNumber(rawValue: 1)
    _ = try rig.ask(.facts(facts))
    // One command begins the job; the copy begins before its last step.
    try rig.command { decision throws(Undecided) in
      let (state, principal) = (decision.state, decision.principal)
      try decision.commit { buffer throws(Undecided) in
        _ = try state.decideReversal(
          of: BatchNumber(rawValue: 1), reason: "wrong", now: decision.wall, by: principal,
          into: &buffer)
      }
      return []
    }
    _ = try rig.rehearse("class", as: "trial")
    for program in ["class", "trial"] {
      try rig.awaitJobs(of: program)
      let earned = try rig.query(program) { view throws(Undecided) in
        let all = ids.compactMap { view.state.learnerNumber($0) }
        return Array("\(Set(all.map { view.state.learners[$0].accounts.earned }))".utf8)
      }
      #expect(earned == "[3]", "\(program)")
    }
    #expect(rig.store.verifyJournal(rules: true).isClean)
    try rig.stop()
  }

  @Test("a copy exports and imports elsewhere to the same head")
  func exports() throws {
    let rig = try Rig()
    try fill(rig)
    _ = try rig.rehearse("class", as: "trial")
    var lines: [String] = []
    let head = try rig.store.exportJournal(of: Self.copy, id: "trial", withNames: true) {
      lines.append(String(decoding: $0.dropLast(), as: UTF8.self))
    }
    #expect(lines.contains { $0.contains("anna") })
    // Who is erased in the source is nobody in the copy, and so in what leaves it.
    #expect(!lines.contains { $0.contains("carl-1") })
    let other = try Store.open(at: rig.directory + "-other")
    defer { try? FileManager.default.removeItem(atPath: rig.directory + "-other") }
    #expect(try other.importJournal(lines) == head)
    try other.close()
    try rig.stop()
  }
}

extension RehearsalTests {
  /// A class with closed days, a reversal, grants, a transfer, a used key and an erased learner.
  private func fill(_ rig: Rig) throws {
    try rig.applyProgram(rules: [
      Rule(id: "comment", verbs: ["commented"], payment: .points(3), limiter: .capPoints(9, .day)),
      Rule(
        id: "quiz", verbs: ["submitted:*"], payment: .perValue(points: 1, each: 10), limiter: .best),
      Rule(id: "punctual", verbs: ["came"], equals: ["late": "no"], payment: .points(2)),
    ])
    try rig.roster([
      LearnerRecord(id: "anna", name: "Anna", cohort: "A", tier: "gold", group: "g1"),
      LearnerRecord(id: "bo", cohort: "A", group: "g1"),
      LearnerRecord(id: "carl-1", name: "Carl", cohort: "B", group: "g2"),
    ])
    for number in 0..<18 {
      _ = try rig.facts([
        Story(
          id: "f\(number)", learner: ["anna", "bo", "carl-1"][number % 3],
          verb: number % 4 == 0 ? "submitted:quiz" : "commented",
          at: "2026-09-\(number < 9 ? "07" : "10")T1\(number % 6):00:00Z",
          object: number % 4 == 0 ? "quiz-\(number % 2)" : "", value: Int64(number * 10))
      ])
    }
    try came(rig, "carl-1")
    try rig.roster([
      LearnerRecord(id: "bo", from: day("2026-09-09"), isRoster: false, group: "g2")
    ])
    try rig.reverse("f4")
    try rig.command(key: "once") { _ throws(Undecided) in Array("{}".utf8) }
    try rig.advance(to: "2026-09-09T00:00:00Z")
    try rig.awaitJobs(of: "class")
    try rig.erase("carl-1")
  }

  /// Expects that all is good, but for what the erased learner's sealed fact was paid, in each program.
  private func verify(_ rig: Rig) {
    let report = rig.store.verifyJournal(rules: true)
    let others = report.lines.filter { $0.status != .ok }
    #expect(others.allSatisfy { $0.status == .unchecked && $0.detail.contains("punctual") })
    #expect(others.count == report.lines.count { $0.check == "rules" })
    #expect(rig.store.verifyTables().status == .ok)
  }

  /// A fact with metadata.
  private func came(_ rig: Rig, _ learner: String) throws {
    var batch = FactBatch()
    Story(id: "came", learner: learner, verb: "came")
      .append(to: &batch, rig.store.identitySecret)
    let metadata = Metadata.encode([("late", "no")])
    batch.facts[0].metadata = metadata.withUnsafeBytes { batch.text.append($0) }
    _ = try rig.ask(.facts(FactsCall(program: "class", batch: batch, isAtomic: false)))
  }

  /// Journals that a copy begins, as the engine does.
  private func begin(_ rig: Rig) throws -> Rehearsal {
    let through = rig.store.journal.head(of: Self.source).position
    let rehearsal = Rehearsal(
      number: Self.copy, source: Self.source, id: "trial", stage: .copying, through: through,
      clock: try rig.clock(of: "class"))
    try journal(rig) { rehearsal.change(.copying, into: &$0) }
    return rehearsal
  }

  /// Journals something in the server's log.
  private func journal(
    _ rig: Rig, _ change: @escaping @Sendable (inout ChangeBuffer) -> Void
  ) throws {
    let order = ServerOrder { loop throws(Undecided) in loop.commit(loop.server, always: change) }
    _ = try rig.ask(.order(order))
  }

  /// Expects that no trace of a program is in the journal, the vault and the tables.
  private func expectGone(_ rig: Rig, _ program: ProgramNumber) throws {
    #expect(rig.store.journal.head(of: program) == .none)
    let blocks = try rig.store.journal.environment.read { transaction in
      var blocks = 0
      try transaction.scanBlocks(JournalSchema.blocks) { key, _ in
        if key.program == program { blocks += 1 }
        return .next
      }
      return blocks
    }
    #expect(blocks == 0)
    var people = 0
    try rig.store.vault.forEachLearner(of: program) { _ in people += 1 }
    #expect(people == 0)
    try rig.caughtUp(Self.source)
    let rows = try Rows(rig.store, program)
    #expect(rows.all.isEmpty)
    #expect(try rig.programs() == ["class"])
  }

  /// Expects that the tables of the copy are those of the source.
  private func compare(_ rig: Rig) throws {
    try rig.caughtUp(Self.source)
    try rig.caughtUp(Self.copy)
    let (source, copy) = (try Rows(rig.store, Self.source), try Rows(rig.store, Self.copy))
    #expect(source.all.count > 10)
    for (left, right) in zip(source.all, copy.all) { #expect(left == right) }
    #expect(source.all.count == copy.all.count)
    for learner in ["anna", "bo"] {
      func tell(_ program: String) throws -> String {
        try rig.query(program) { view throws(Undecided) in
          let number = view.state.learnerNumber(learner) ?? .none
          return Array("\(view.state.learners[number].accounts)".utf8)
        }
      }
      #expect(try tell("class") == tell("trial"))
    }
  }
}

/// The rows of a program that say what everybody has, in words, without its number.
private struct Rows {
  var all: [String] = []

  init(_ store: Store, _ program: ProgramNumber) throws {
    let tables = try #require(store.tables).environment
    try add(StateSchema.learners, of: tables, program) { $0.program }
    try add(StateSchema.scores, of: tables, program) { $0.program }
    try add(StateSchema.windows, of: tables, program) { $0.program }
    try add(StateSchema.log, of: tables, program) { $0.program }
    try add(StateSchema.openPeriods, of: tables, program) { $0.program }
    try add(StateSchema.pending, of: tables, program) { $0.program }
    try add(StateSchema.closed, of: tables, program) { $0.program }
    try add(StateSchema.standings, of: tables, program) { $0.program }
    try add(StateSchema.places, of: tables, program) { $0.program }
  }

  private mutating func add<Key, Value>(
    _ table: Table<Key, Value>, of tables: Environment, _ program: ProgramNumber,
    _ number: (Key) -> ProgramNumber
  ) throws {
    var rows: [String] = []
    try tables.read { transaction in
      try transaction.scan(table) { key, value in
        guard number(key) == program else { return .next }
        let name = "\(key)".replacing("rawValue: \(program.rawValue))", with: "rawValue: n)")
        rows.append("\(table.name) \(name) \(value)")
        return .next
      }
    }
    all += rows
  }
}

extension Rig {
  func rehearse(_ program: String, as id: String, key: String = "clone")
    throws -> (rehearsal: Rehearsal, isReplayed: Bool)
  {
    try engine.rehearse(.init(program: program, principal: "owner", key: key), as: id)
  }

  @discardableResult
  func drop(_ program: String, key: String = "drop")
    throws -> (rehearsal: Rehearsal, isReplayed: Bool)
  {
    try engine.drop(.init(program: program, principal: "owner", key: key))
  }

  /// Why something is refused; nil where it is not.
  func refusal<Result>(_ work: () throws -> Result) -> RefusalReason? {
    do {
      _ = try work()
      return nil
    } catch {
      return (error as? Refusal)?.reason
    }
  }

  func rehearsalOf(_ program: String) throws -> String {
    try query(program) { view throws(Undecided) in Array((view.rehearsalOf ?? "").utf8) }
  }

  func programs() throws -> [String] {
    let reply = try ask(
      .survey { survey throws(Undecided) in
        Array(survey.programs.map(\.definition.id).joined(separator: " ").utf8)
      })
    guard case .result(let bytes) = reply.answer else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
  }

  func advance(to time: String, program: String) throws {
    try command(program) { decision throws(Undecided) in
      let state = decision.state
      try decision.commit { buffer throws(Undecided) in
        try state.decideAdvance(to: Instant(time), into: &buffer)
      }
      return []
    }
  }

  func clock(of program: String) throws -> Instant {
    Instant(
      microseconds: try #require(
        Int64(
          query(program) { view throws(Undecided) in
            Array("\(view.state.clock.microseconds)".utf8)
          })))
  }

  /// The closed days that have a board.
  func closedDays(of program: String) throws -> [LocalDay] {
    let text = try query(program) { view throws(Undecided) in
      guard case .closedPeriods(let periods) = try view.cold(.closedPeriods) else { return [] }
      let days = periods.filter { $0.kind == .day }.compactMap(\.last)
      return Array(days.sorted().map { "\($0.number)" }.joined(separator: " ").utf8)
    }
    return text.split(separator: " ").compactMap { Int32($0).map(LocalDay.init(number:)) }
  }

  /// Waits until nothing is left to close.
  func awaitJobs(of program: String) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      let hasWork = try query(program) { view throws(Undecided) in
        Array("\(view.state.hasWork)".utf8)
      }
      if hasWork == "false" { return }
    }
    Issue.record("jobs of \(program) do not end")
  }

  /// Waits until the tables of a program stand where its log does.
  func caughtUp(_ program: ProgramNumber) throws {
    _ = try store.reader(of: program, at: store.journal.head(of: program).position)
  }

  func reverse(_ id: String) throws {
    try command { decision throws(Undecided) in
      let (state, principal) = (decision.state, decision.principal)
      let identity = Array("lms".utf8).withUnsafeBytes { source in
        Array(id.utf8).withUnsafeBytes { id in
          FactIdentity.hash(secret: state.hash, program: state.number, source: source, id: id)
        }
      }
      guard let known = try decision.known(identity), case .fact(let fact) = known.change else {
        throw .refused(Refusal(.notFound, "no fact \(id)"))
      }
      let log = decision.log(of: fact.learner)
      try decision.commit { buffer throws(Undecided) in
        try state.decideReversal(
          of: fact, at: known.position, cause: .mistake, by: principal, log: log, into: &buffer)
      }
      return []
    }
  }

  func erase(_ learner: String) throws {
    try command { decision throws(Undecided) in
      let (state, principal) = (decision.state, decision.principal)
      let log = decision.log(of: state.learnerNumber(learner))
      _ = try decision.commit { buffer throws(Undecided) in
        try state.decideErasure(of: learner, by: principal, log: log, into: &buffer)
      }
      return []
    }
  }
}
