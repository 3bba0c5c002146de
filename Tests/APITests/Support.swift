import Incentives
import JSONRPC
import Testing

@testable import API

/// Parses a JSON text and lends its value.
func withValue<Result>(
  of text: some Collection<UInt8>, _ body: (JSONValue) throws -> Result
) throws -> Result {
  let parser = try JSONParser(byteCountMax: 1 << 22)
  return try withExtendedLifetime(parser) {
    try body(Array(text).withUnsafeBytes { try parser.parse($0) })
  }
}

/// A program in memory: what the engine is to the methods, without threads and disks.
///
/// Keeps every record, so that logs and known identities are found as the store would find them.
final class World {
  let state: ProgramState
  var wall: Instant
  private(set) var buffer = ChangeBuffer()
  private(set) var times: ContiguousArray<Instant> = []
  /// Whether logs must be asked for before they are given, as from a store.
  var isStore = false
  /// Whom the caller sees.
  var sight = Sight.everything
  /// Who asks.
  var principal = PrincipalNumber(rawValue: 1)
  /// What the last call was.
  private(set) var fingerprint = Digest128(high: 0, low: 0)
  /// Whom the last answer named.
  var answered = LearnerNumber.none
  /// The rehearsals that hold what the program holds.
  var rehearsals: [Rehearsal] = []
  private var fetched: Set<LearnerNumber> = []
  /// How often logs were asked for.
  private(set) var rounds = 0

  static let hash = KeyedHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))

  init(wall: String = "2026-09-07T04:00:00Z") {
    state = ProgramState(number: ProgramNumber(rawValue: 1), hash: World.hash)
    self.wall = World.instant(wall)
    // The engine gives a principal its name with its first command.
    buffer.changes.append(
      .named(NameChange(kind: .principal, number: 1, text: buffer.text.append("owner"))))
    state.apply(buffer.changes[0], in: buffer)
    times.append(self.wall)
  }

  static func instant(_ text: String) -> Instant {
    var text = text
    let parsed = text.withUTF8 { InstantText.parse(UnsafeRawBufferPointer($0)) }
    guard case .instant(let instant)? = parsed else { return .distantPast }
    return instant
  }

  func commit<R>(_ body: (inout ChangeBuffer) throws(Undecided) -> R) throws(Undecided) -> R {
    let start = buffer.changes.count
    let result = try body(&buffer)
    state.conclude(&buffer, from: start)
    for index in start..<buffer.changes.count {
      state.apply(buffer.changes[index], in: buffer)
      times.append(wall)
    }
    return result
  }

  func log(of learner: LearnerNumber) -> LearnerLog {
    var log = LearnerLog(
      learner: learner, alsoKnown: state.learners.alsoKnown(learner), positions: [],
      buffer: ChangeBuffer(), times: [])
    for (index, change) in buffer.changes.enumerated() {
      log.absorb(
        change, at: Position(rawValue: UInt64(index + 1)), in: buffer, time: times[index])
    }
    return log
  }

  func known(_ identity: Digest128) -> KnownRecord? {
    for (index, change) in buffer.changes.enumerated() {
      let found: Digest128
      switch change {
      case .fact(let fact): found = fact.identity
      case .reversalAwaited(let awaited): found = awaited.identity
      default: continue
      }
      guard found == identity else { continue }
      return KnownRecord(
        position: Position(rawValue: UInt64(index + 1)), change: change, buffer: buffer)
    }
    return nil
  }

  fileprivate func answer(_ question: ColdQuestion) -> ColdAnswer {
    switch question {
    case .closedPart(let request, let part): .closedPart(closed(request, part))
    case .closedPeriods: .closedPeriods([])
    case .facts(let from, let filter, let count): facts(from, filter, count)
    case .learners(let text, let limit): .learners(learners(text, limit))
    case .learnersTouched(let parts): .learners(touched(by: parts))
    case .batchTaken(let batch, let from, let count, of: _): taken(batch, from, count)
    // Nobody calls by a key here.
    case .audit: .audit([], next: nil)
    case .recompute(let application): .recompute(preview(application))
    case .records(let positions):
      .records(Dictionary(uniqueKeysWithValues: positions.map { ($0, record(at: $0)) }))
    }
  }

  private func learners(_ text: SearchText, _ limit: Int) -> [LearnerNumber] {
    let all = (0..<UInt32(state.learners.count)).map { LearnerNumber(rawValue: $0 + 1) }
    let found = all.filter { learner in
      state.learners.withExternalID(learner, text.occurs)
        || text.occurs(in: state.learners.name(learner))
        || text.occurs(in: state.learners.alias(learner))
        || text.occurs(in: state.learners.rollNumber(learner))
    }
    return Array(found.prefix(limit))
  }

  /// Moves the program's time on to the wall clock's and closes what is due, as an engine does.
  func tick() {
    let (state, wall) = (state, wall)
    _ = try? commit { buffer throws(Undecided) in state.decideTick(wall: wall, into: &buffer) }
    work()
  }

  /// Lets jobs do all of their work.
  func work() {
    var learners: [LearnerNumber]?
    var logs: [LearnerNumber: LearnerLog] = [:]
    while state.hasWork {
      do throws(Undecided) {
        try commit { buffer throws(Undecided) in
          try state.decideWork(learners: learners, logs: logs, into: &buffer)
        }
      } catch {
        switch error {
        case .needs(.histories(let asked)):
          logs = Dictionary(uniqueKeysWithValues: asked.map { ($0, log(of: $0)) })
        case .needs(.cold(let question)):
          guard case .learners(let found) = answer(question) else { return }
          learners = found
        default: preconditionFailure("a job can not go on: \(error)")
        }
      }
    }
  }

  private func touched(by parts: [ClosedRange<Position>]) -> [LearnerNumber] {
    var found: Set<LearnerNumber> = []
    for (index, change) in buffer.changes.enumerated()
    where parts.contains(where: { $0.contains(Position(rawValue: UInt64(index + 1))) }) {
      if !change.touched.isNone { found.insert(change.touched) }
    }
    return found.sorted()
  }

  private func taken(_ batch: BatchNumber, _ from: Position, _ count: Int) -> ColdAnswer {
    var found: [BatchTakenChange] = []
    for (index, change) in buffer.changes.enumerated() {
      let position = Position(rawValue: UInt64(index + 1))
      guard case .batchTaken(let taken) = change, taken.batch == batch, position >= from else {
        continue
      }
      guard found.count < count else { return .batchTaken(found, next: position) }
      found.append(taken)
    }
    return .batchTaken(found, next: nil)
  }

  /// Part of the board that a period closed with, as the store would read it; nil where it has none.
  private func closed(_ request: BoardRequest, _ part: ClosedPartRequest) -> ClosedPart? {
    var places: ContiguousArray<Standing> = []
    for change in buffer.changes {
      switch change {
      case .standings(let change) where change.period == request.period:
        if change.ranksGroups == request.ranksGroups {
          places += buffer.standings[change.places.range].filter(request.segment.holds)
        }
      case .closed(let change) where change.period == request.period:
        let population = buffer.populations[change.populations.range].first {
          $0.segment == request.segment && $0.ranksGroups == request.ranksGroups
        }
        return ClosedPlaces<Never>(places).part(
          part, population: Int(population?.count ?? 0), cut: change.cut)
      default: break
      }
    }
    return nil
  }

  private func facts(_ from: Position, _ filter: FactFilter, _ count: Int) -> ColdAnswer {
    var log = LearnerLog(learner: .none, positions: [], buffer: ChangeBuffer(), times: [])
    for (index, change) in buffer.changes.enumerated() {
      let position = Position(rawValue: UInt64(index + 1))
      guard position >= from, case .fact(let fact) = change else { continue }
      guard filter.learners?.contains(fact.learner) ?? true,
        filter.source ?? fact.source == fact.source, !filter.isPending || fact.status == .pending
      else { continue }
      if log.positions.count == count { return .facts(log, next: position) }
      log.buffer.append(change, from: buffer)
      log.positions.append(position)
      log.times.append(times[index])
    }
    return .facts(log, next: nil)
  }

  // MARK: Calls

  /// What a context would give: logs only once they were asked for, where `isStore`.
  struct Context: CommandContext, QueryContext {
    let world: World
    var state: ProgramState { world.state }
    var wall: Instant { world.wall }
    var principal: PrincipalNumber { world.principal }
    var fingerprint: Digest128 { world.fingerprint }
    var sight: Sight { world.sight }
    var seesServer: Bool { false }

    func commit<R>(_ body: (inout ChangeBuffer) throws(Undecided) -> R) throws(Undecided) -> R {
      try world.commit(body)
    }

    func answerNames(_ learner: LearnerNumber) { world.answered = learner }

    var rehearsals: [Rehearsal] { world.rehearsals }
    var rehearsalOf: String? { nil }
    var rehearsing: RehearsalProgress? { nil }

    func log(of learner: LearnerNumber?) -> LearnerLog? {
      guard let learner, world.fetched.contains(learner) || !world.isStore else { return nil }
      return world.log(of: learner)
    }

    func known(_ identity: Digest128) throws(Undecided) -> KnownRecord? { world.known(identity) }

    func record(at position: Position) throws(Undecided) -> KnownRecord {
      world.record(at: position)
    }

    func log(of learner: LearnerNumber) throws(Undecided) -> LearnerLog {
      guard world.fetched.contains(learner) || !world.isStore else {
        throw .needs(.histories([learner]))
      }
      return world.log(of: learner)
    }

    func cold(_ question: ColdQuestion) throws(Undecided) -> ColdAnswer { world.answer(question) }
  }

  /// Calls a method with its parameters as JSON text, and gives the outcome or the refusal as text.
  func call(_ method: String, _ params: String) -> String {
    do {
      guard let entry = MethodTable.entries.first(where: { $0.card.name == method }) else {
        return "no such method"
      }
      return try withValue(of: params.utf8) { value in
        switch entry.route {
        case .command(let method): try command(method, value)
        case .query(let method): try query(method, value)
        case .facts: try record(value)
        case .server: "answered at the edge"
        }
      }
    } catch let error as ParameterError {
      return "invalid_params \(error.field): \(error.reason.rawValue)"
    } catch {
      return "\(error)"
    }
  }

  private func command<M: CommandMethod>(_ method: M.Type, _ params: JSONValue) throws -> String {
    var fields = try Fields(params)
    let call = try M(&fields)
    _ = fields.optionalValue("idempotencyKey")
    try fields.finish()
    fingerprint = CanonicalForm.fingerprint(of: params, method: M.card)
    return told { context throws(Undecided) in try call.decide(context) }
  }

  private func query<M: QueryMethod>(_ method: M.Type, _ params: JSONValue) throws -> String {
    let call = try params.fields { fields throws(ParameterError) in try M(&fields) }
    return told { context throws(Undecided) in try call.answer(context) }
  }

  private func told(_ answer: (Context) throws(Undecided) -> [UInt8]) -> String {
    while true {
      do throws(Undecided) {
        return String(decoding: try answer(Context(world: self)), as: UTF8.self)
      } catch {
        switch error {
        case .refused(let refusal): return "\(refusal.reason.rawValue) \(refusal.field)"
        case .needs(.histories(let learners)):
          fetched.formUnion(learners)
          rounds += 1
        case .needs(let need): return "needs \(need)"
        }
      }
    }
  }

  private func record(_ params: JSONValue) throws -> String {
    var reader = FactReader(hash: World.hash)
    let request = try reader.read(params)
    var answer = FactsAnswer(rules: RuleNames(state.rulesByNumber))
    for var fact in request.batch.facts {
      do throws(Undecided) {
        fact.identity = fact.identity.scoped(to: state.number)
        if let known = known(fact.identity),
          case .fact(let recorded) = known.change
        {
          append(recorded, at: known.position, isReplayed: true, to: &answer)
          continue
        }
        let start = buffer.changes.count
        let (fact, wall, text) = (fact, wall, request.batch.text)
        try commit { buffer throws(Undecided) in
          try state.decide(fact, in: text, wall: wall, into: &buffer)
        }
        for index in start..<buffer.changes.count {
          guard case .fact(let recorded) = buffer.changes[index] else { continue }
          append(
            recorded, at: Position(rawValue: UInt64(index + 1)), isReplayed: false, to: &answer)
        }
      } catch {
        guard case .refused(let refusal) = error else { continue }
        answer.items.append(.refused(answer.refusals.count))
        answer.refusals.append(refusal)
      }
    }
    var writer = JSONWriter()
    writer.object { $0.outcomes(of: answer) }
    return writer.string
  }

  private func append(
    _ fact: FactChange, at position: Position, isReplayed: Bool, to answer: inout FactsAnswer
  ) {
    let start = UInt32(answer.outcomes.count)
    answer.outcomes.append(contentsOf: buffer.outcomes[fact.outcomes.range])
    answer.items.append(
      .recorded(
        FactsAnswer.Recorded(
          position: position, status: fact.status,
          outcomes: Run(start: start, count: fact.outcomes.count)), isReplayed: isReplayed))
  }
}

/// A class in Shanghai with three rules, as the tests use it.
let classProgram = """
  {"id":"class","name":"一班","zone":"Asia/Shanghai",\
  "terms":[{"id":"autumn","from":"2026-09-01","to":"2026-12-31"}],\
  "reasons":[{"code":"spoke","title":"发言","points":2}],\
  "rules":[{"id":"comment","verbs":["commented"],"points":3,"cap":{"points":9,"per":"day"}},\
  {"id":"quiz","verbs":["quiz"],"perValue":{"points":1,"each":10},"best":"object"}]}
  """

extension World {
  /// A world in which the class program is applied and two learners are on the roster.
  static func withClass() -> World {
    let world = World()
    _ = world.call("program.apply", #"{"program":\#(classProgram)}"#)
    _ = world.call(
      "roster.import",
      #"{"program":"class","learners":[{"id":"s-1","name":"王芳","cohort":"A","group":"g1"},"#
        + #"{"id":"s-2","name":"Li Lei","alias":"Leo","cohort":"B"}]}"#)
    return world
  }

  /// Records a comment.
  @discardableResult
  func comment(
    _ id: String, _ learner: String = "s-1", at time: String = "2026-09-07T10:00:00+08:00"
  ) -> String {
    call(
      "facts.record",
      #"{"program":"class","facts":[{"source":"lms","id":"\#(id)","learner":"\#(learner)","#
        + #""verb":"commented","occurredAt":"\#(time)"}]}"#)
  }
}
