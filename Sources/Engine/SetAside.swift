import Incentives
import Ledger

/// The number of a request that waits for rows.
struct SetAsideNumber: Hashable, Sendable {
  let rawValue: UInt64
}

/// Rows that a reader thread found.
struct Fetched: Sendable {
  var logs: [LearnerNumber: LearnerLog] = [:]
  var records: [Position: KnownRecord] = [:]
  var cold: [ColdQuestion: ColdAnswer] = [:]
  var failure: String?

  /// Adds what another fetch found.
  mutating func merge(_ other: Fetched) {
    logs.merge(other.logs) { $1 }
    records.merge(other.records) { $1 }
    cold.merge(other.cold) { $1 }
    failure = failure ?? other.failure
  }
}

/// Requests that wait for rows, and what happens to those rows meanwhile.
///
/// `decide` never waits: a request that needs a log or a record is parked here, a reader thread fetches
/// the rows, and the request is decided again. Records that concern an awaited learner and are applied
/// in between are absorbed, so that the log is whole when it is used.
struct SetAside {
  /// A parked request.
  struct Parked {
    let request: Request
    let caller: Caller
    let program: ProgramNumber
    var rows: Fetched
    var awaited: [LearnerNumber: LearnerLog]
    /// Whom somebody was merged into meanwhile: their logs lack records and are asked for again.
    var outdated: Set<LearnerNumber> = []
  }

  private struct Awaited: Hashable {
    let program: ProgramNumber
    let learner: LearnerNumber
  }

  private var parked: [SetAsideNumber: Parked] = [:]
  /// Who waits for a learner's log.
  private var waiting: [Awaited: [SetAsideNumber]] = [:]
  private var last: UInt64 = 0
  /// Bytes that the requests hold.
  private(set) var bytes = 0

  /// Whether nothing waits.
  var isEmpty: Bool { parked.isEmpty }
  /// How many requests wait.
  var count: Int { parked.count }

  /// Parks a request with the rows it has; records that concern `learners`, or whoever's log it has,
  /// are absorbed from now on.
  mutating func park(
    _ request: Request, _ caller: Caller, program: ProgramNumber, rows: Fetched,
    awaiting learners: [LearnerNumber]
  ) -> SetAsideNumber {
    last += 1
    let number = SetAsideNumber(rawValue: last)
    var awaited = rows.logs
    for learner in learners {
      awaited[learner] = LearnerLog(
        learner: learner, positions: [], buffer: ChangeBuffer(), times: [])
    }
    for learner in awaited.keys {
      waiting[Awaited(program: program, learner: learner), default: []].append(number)
    }
    bytes += caller.bytes
    parked[number] = Parked(
      request: request, caller: caller, program: program, rows: rows, awaited: awaited)
    return number
  }

  /// Takes a request back, with its rows whole.
  mutating func take(_ number: SetAsideNumber, _ found: Fetched) -> Parked? {
    guard var entry = parked.removeValue(forKey: number) else { return nil }
    bytes -= entry.caller.bytes
    var logs: [LearnerNumber: LearnerLog] = [:]
    logs.reserveCapacity(entry.awaited.count)
    for (learner, tail) in entry.awaited {
      forget(Awaited(program: entry.program, learner: learner), number)
      if entry.outdated.contains(learner) { continue }
      logs[learner] = found.logs[learner].map { $0.continued(by: tail) } ?? tail
    }
    entry.rows.merge(found)
    entry.rows.logs = logs
    entry.awaited = [:]
    entry.outdated = []
    return entry
  }

  private mutating func forget(_ awaited: Awaited, _ number: SetAsideNumber) {
    waiting[awaited]?.removeAll { $0 == number }
    if waiting[awaited]?.isEmpty == true { waiting[awaited] = nil }
  }

  /// Shows an applied change to the logs that are being fetched.
  mutating func absorb(
    _ change: Change, at position: Position, of program: ProgramNumber, in buffer: ChangeBuffer,
    time: Instant
  ) {
    guard !waiting.isEmpty else { return }
    let learner = change.learner
    guard !learner.isNone,
      let numbers = waiting[Awaited(program: program, learner: learner)]
    else { return }
    for number in numbers {
      if case .merged = change { parked[number]?.outdated.insert(learner) }
      parked[number]?.awaited[learner]?.absorb(change, at: position, in: buffer, time: time)
    }
  }
}

extension LearnerLog {
  /// The log with what was absorbed since, each record once.
  fileprivate func continued(by tail: LearnerLog) -> LearnerLog {
    var whole = self
    let end = positions.last ?? .none
    for (place, change) in tail.buffer.changes.enumerated() where tail.positions[place] > end {
      whole.absorb(change, at: tail.positions[place], in: tail.buffer, time: tail.times[place])
    }
    return whole
  }
}

/// The threads that fetch: one for what decisions need, one for long lists, one for what reads a whole
/// log, so that a late fact does not wait behind somebody's pages, nor these behind a preview.
struct ReaderThreads: Sendable {
  let rows: ReaderThread
  let lists: ReaderThread
  let previews: ReaderThread

  init(store: Store, engine: Mailbox<EngineLetter>) {
    rows = ReaderThread(store: store, engine: engine)
    lists = ReaderThread(store: store, engine: engine)
    previews = ReaderThread(store: store, engine: engine)
  }

  /// Hands an order to the thread it belongs to.
  func put(_ order: ReaderThread.Order) {
    let isPreview = order.cold.contains { if case .recompute = $0 { true } else { false } }
    (isPreview ? previews : order.cold.isEmpty ? rows : lists).put(order)
  }

  /// Ends them.
  func close() {
    rows.close()
    lists.close()
    previews.close()
  }
}

/// Fetches rows for requests that wait: cold reads, off the engine thread.
///
/// A log is read from the follower's tables once they reach the position at which it was asked for, so
/// that what the tables hold and what the engine absorbs since then make the whole.
final class ReaderThread: Sendable {
  /// What a parked request needs.
  struct Order: Sendable {
    let number: SetAsideNumber
    let program: ProgramNumber
    /// The position up to which the tables must reach.
    let position: Position
    let learners: [LearnerNumber]
    /// Whose records are theirs since a merge.
    let alsoKnown: [LearnerNumber: [LearnerNumber]]
    let records: [Position]
    let cold: [ColdQuestion]
  }

  private let store: Store
  private let inbox = Mailbox<Order>()
  private let engine: Mailbox<EngineLetter>

  init(store: Store, engine: Mailbox<EngineLetter>) {
    self.store = store
    self.engine = engine
  }

  /// Asks for rows; they come to the engine as a letter.
  func put(_ order: Order) { inbox.put(order) }

  /// Ends the thread.
  func close() { inbox.close() }

  /// The thread's main function.
  func run() {
    var orders: ContiguousArray<Order> = []
    while true {
      inbox.take(waiting: nil, into: &orders)
      guard !orders.isEmpty else { return }
      for order in orders { engine.put(.fetched(order.number, fetch(order))) }
    }
  }

  private func fetch(_ order: Order) -> Fetched {
    var found = Fetched()
    do {
      for record in try store.records(order.program, order.records) {
        found.records[record.position] = record
      }
      guard !order.learners.isEmpty || !order.cold.isEmpty else { return found }
      let reader = try store.reader(of: order.program, at: order.position)
      for learner in order.learners {
        found.logs[learner] = try reader.log(
          of: learner, alsoKnown: order.alsoKnown[learner] ?? [], in: order.program)
      }
      for question in order.cold {
        found.cold[question] = try reader.answer(question, of: order.program)
      }
    } catch {
      found.failure = "\(error)"
    }
    return found
  }
}
