import Foundation
import Incentives
import Ledger
import Synchronization
import Testing

@testable import Engine

/// A door that keeps what it is given and lets a test wait for it.
final class Letterbox: ReplyDoor {
  private let replies = Mutex<[UInt64: Reply]>([:])
  private let condition = NSCondition()

  func deliver(_ new: ContiguousArray<Reply>) {
    condition.lock()
    replies.withLock { kept in for reply in new { kept[reply.token] = reply } }
    condition.broadcast()
    condition.unlock()
  }

  /// The reply to a token; nil when none came within half a minute.
  func wait(for token: UInt64) -> Reply? {
    let deadline = Date(timeIntervalSinceNow: 30)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let reply = replies.withLock({ $0.removeValue(forKey: token) }) { return reply }
      if !condition.wait(until: deadline) { return nil }
    }
  }
}

/// A wall clock that a test sets.
final class TestClock: Sendable {
  private let time: Mutex<Instant>
  init(_ instant: Instant) { time = Mutex(instant) }
  var now: Instant {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }
}

/// A real store in a directory of its own, with a real engine.
final class Rig {
  let directory: String
  let clock: TestClock
  private(set) var store: Store
  private(set) var engine: Engine
  let door = Letterbox()
  private var token: UInt64 = 0

  init(
    clock: TestClock = TestClock(Instant("2026-12-01T00:00:00Z")),
    configure: (inout EngineConfiguration) -> Void = { _ in }
  ) throws {
    directory = NSTemporaryDirectory() + "laurel-engine-\(UUID().uuidString)"
    self.clock = clock
    store = try Store.open(at: directory)
    engine = try Engine.start(store: store, configuration: Rig.configuration(clock, configure))
  }

  /// A rig on a store that a test prepares first.
  init(store directory: String, prepare: (Store) throws -> Void) throws {
    self.directory = directory
    clock = TestClock(Instant("2026-12-01T00:00:00Z"))
    store = try Store.open(at: directory)
    try prepare(store)
    engine = try Engine.start(store: store, configuration: Rig.configuration(clock) { _ in })
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private static func configuration(
    _ clock: TestClock, _ configure: (inout EngineConfiguration) -> Void
  ) -> EngineConfiguration {
    var configuration = EngineConfiguration()
    configuration.clock = { clock.now }
    configuration.diskReserveBytes = 0
    configure(&configuration)
    return configuration
  }

  /// Ends the engine and the store.
  func stop() throws {
    engine.stop()
    try store.close()
  }

  /// Stops and starts again from the disk.
  func restart() throws {
    try stop()
    try start()
  }

  /// Starts from the disk, after `stop`.
  func start() throws {
    store = try Store.open(at: directory)
    engine = try Engine.start(store: store, configuration: Rig.configuration(clock) { _ in })
  }

  func submit(_ request: Request, mayOvertake: Bool = false) -> UInt64 {
    token += 1
    #expect(
      engine.submit(request, bytes: 100, door: door, token: token, mayOvertake: mayOvertake))
    return token
  }

  func ask(_ request: Request) throws -> Reply {
    try #require(door.wait(for: submit(request)))
  }

  /// Runs a command without a key and returns what it answered.
  @discardableResult
  func command(
    _ program: String = "class", key: String? = nil, creates: Bool = false,
    _ decide: @escaping @Sendable (borrowing Command.Decision) throws(Undecided) -> [UInt8]
  ) throws -> Reply {
    try ask(
      .command(
        Command(
          program: program, createsProgram: creates, principal: "owner", key: key,
          fingerprint: Digest128(high: 1, low: UInt64(program.utf8.count)), decide: decide)))
  }

  func query(
    _ program: String = "class",
    _ answer: @escaping @Sendable (borrowing Query.View) throws(Undecided) -> [UInt8]
  ) throws -> String {
    let reply = try ask(.query(Query(program: program, answer: answer)))
    guard case .result(let bytes) = reply.answer else {
      Issue.record("refused: \(reply.answer)")
      return ""
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Applies a program in UTC with one rule per limiter used by the stories.
  func applyProgram(
    id: String = "class", clock mode: ClockMode = .manual, terms: [ProgramDefinition.Term]? = nil,
    rules: [Rule]? = nil
  ) throws {
    let definition = ProgramDefinition(
      id: id, name: "A class", zone: "UTC", clock: mode,
      terms: terms ?? [
        ProgramDefinition.Term(
          id: "autumn", first: day("2026-09-01"), last: day("2027-01-31"))
      ],
      rules: rules ?? [
        Rule(
          id: "comment", verbs: ["commented"], payment: .points(3), limiter: .capPoints(9, .day)),
        Rule(
          id: "quiz", verbs: ["submitted:*"], payment: .perValue(points: 1, each: 10),
          limiter: .best),
      ])
    try command(id, creates: true) { decision throws(Undecided) in
      let wall = decision.wall
      let state = decision.state
      try decision.commit { buffer throws(Undecided) in
        try state.decide(
          ProgramApplication(definition: definition, zone: .utc), wall: wall, into: &buffer)
      }
      return []
    }
  }

  func advance(to time: String) throws {
    try command { decision throws(Undecided) in
      let state = decision.state
      try decision.commit { buffer throws(Undecided) in
        try state.decideAdvance(to: Instant(time), into: &buffer)
      }
      return []
    }
  }

  func roster(_ records: [LearnerRecord], program: String = "class") throws {
    try command(program) { decision throws(Undecided) in
      for record in records {
        let state = decision.state
        let log = decision.log(of: state.learnerNumber(record.id))
        try decision.commit { buffer throws(Undecided) in
          try state.decide(record, log: log, into: &buffer)
        }
      }
      return []
    }
  }

  func facts(_ facts: [Story], program: String = "class", isAtomic: Bool = false) throws
    -> FactsAnswer
  {
    let reply = try ask(call(facts, program: program, isAtomic: isAtomic))
    guard case .facts(let answer) = reply.answer else {
      Issue.record("refused: \(reply.answer)")
      return FactsAnswer(rules: RuleNames([:]))
    }
    return answer
  }

  func call(_ facts: [Story], program: String = "class", isAtomic: Bool = false) -> Request {
    var batch = FactBatch()
    for fact in facts { fact.append(to: &batch, store.identitySecret) }
    return .facts(
      FactsCall(
        program: program, batch: batch, isAtomic: isAtomic,
        note: AuditedNote(principal: "owner", action: "facts.record")))
  }

  func earned(_ learner: String) throws -> Int64 {
    let text = try query { view throws(Undecided) in
      let number = view.state.learnerNumber(learner) ?? .none
      return Array("\(view.state.learners[number].accounts.earned)".utf8)
    }
    return try #require(Int64(text))
  }
}

/// One fact of a story.
struct Story {
  var id: String
  var learner: String
  var verb = "commented"
  var at = "2026-09-07T10:00:00Z"
  var object = ""
  var value: Int64?

  func append(to batch: inout FactBatch, _ secret: KeyedHash) {
    func text(_ word: String) -> (TextRef, UInt64) {
      let place = batch.text.append(word)
      return (place, batch.text.withBytes(place) { secret.hash64($0) })
    }
    let (source, sourceHash) = text("lms")
    let (id, _) = text(id)
    let (learner, learnerHash) = text(learner)
    let (verb, verbHash) = text(verb)
    let (object, objectHash) = object.isEmpty ? (.empty, 0) : text("\0" + object)
    let identity = batch.text.withBytes(source) { a in
      batch.text.withBytes(id) { b in
        FactIdentity.hash(secret: secret, source: a, id: b)
      }
    }
    batch.facts.append(
      FactInput(
        identity: identity, learnerHash: learnerHash, sourceHash: sourceHash, verbHash: verbHash,
        objectHash: objectHash, source: source, id: id, learner: learner, verb: verb,
        object: object, metadata: .empty, time: .instant(Instant(at)), value: value))
  }
}

func day(_ text: String) -> LocalDay {
  guard let day = LocalDay(text) else { preconditionFailure("\(text) is a day") }
  return day
}

extension Instant {
  init(_ text: String) {
    let parsed = text.utf8CString.withUnsafeBytes {
      InstantText.parse(UnsafeRawBufferPointer(rebasing: $0.dropLast()))
    }
    guard case .instant(let instant) = parsed else { preconditionFailure("\(text) is an instant") }
    self = instant
  }
}
