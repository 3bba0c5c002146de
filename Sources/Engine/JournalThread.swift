import Glibc
import Incentives
import Ledger

/// A batch on its way to the disk.
struct SealedBatch: Sendable {
  let parts: ContiguousArray<OpenBatch.Part>
  let waiting: ContiguousArray<OpenBatch.Waiting>
  let time: Instant
}

/// What the journal's thread is asked to do.
enum JournalLetter: Sendable {
  /// A batch to be made durable.
  case batch(SealedBatch)
  /// A bounded piece of work that only this thread may do, between two batches.
  case errand(@Sendable () throws -> Void)
}

/// Makes batches durable, one commit and one sync each, and only then lets their replies go.
///
/// Encodes each program's part as a block, creates the keys of new learners in the vault first, appends
/// the blocks in one transaction. Replies leave in one call for each door. A failure ends the process:
/// memory is ahead of the disk and must not speak again.
final class JournalThread: Sendable {
  private let store: Store
  private let inbox = Mailbox<JournalLetter>()
  /// The ends of programs' logs that became durable, a letter for each batch.
  let durable = Mailbox<[(ProgramNumber, Position)]>()
  private let engine: Mailbox<EngineLetter>
  private let figures: FigureBox
  private let configuration: EngineConfiguration
  private let full = Flag()

  init(
    store: Store, engine: Mailbox<EngineLetter>, figures: FigureBox,
    configuration: EngineConfiguration
  ) {
    self.store = store
    self.engine = engine
    self.figures = figures
    self.configuration = configuration
  }

  /// Takes over a sealed batch.
  func put(_ batch: SealedBatch) { inbox.put(.batch(batch)) }

  /// Does a bounded piece of work on the thread and answers what it answers; never on the thread itself.
  ///
  /// A failure of it ends the process as that of a batch does.
  func errand<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) throws -> Result {
    let done = Mailbox<Swift.Result<Result, any Error>>()
    let isTaken = inbox.put(
      .errand {
        let result = Swift.Result { try work() }
        done.put(result)
        _ = try result.get()
      })
    var results: ContiguousArray<Swift.Result<Result, any Error>> = []
    if isTaken { done.take(waiting: nil, into: &results) }
    guard let result = results.first else { throw LedgerError.followerStopped }
    return try result.get()
  }

  /// Ends the thread once everything put before is durable.
  func close() { inbox.close() }

  /// The thread's main function.
  func run() {
    var encoder = BlockEncoder()
    var letters: ContiguousArray<JournalLetter> = []
    // When the oldest head became durable that the head file does not know.
    var unwrittenSince: Int64?
    do {
      while true {
        inbox.take(waiting: patience(unwrittenSince), into: &letters)
        if letters.isEmpty, inbox.closed { break }
        for letter in letters {
          switch letter {
          case .batch(let batch): try commit(batch, &encoder)
          case .errand(let work): try work()
          }
        }
        if isFull { try watchDisk(unsyncedBytes: 0) }
        let now = WallClock.monotonic()
        if !letters.isEmpty { unwrittenSince = unwrittenSince ?? now }
        guard let since = unwrittenSince, now - since >= Self.headFileMicroseconds else { continue }
        try store.writeHeadFile()
        unwrittenSince = nil
      }
      try store.writeHeadFile()
    } catch {
      configuration.failed(error)
      return
    }
    engine.put(.journalEnded)
  }

  /// The head file is written so long after a commit at the latest.
  private static let headFileMicroseconds: Int64 = 1_000_000

  /// How long the thread may wait for a batch, in microseconds; nil for ever.
  private func patience(_ unwrittenSince: Int64?) -> Int64? {
    let untilWriting = unwrittenSince.map {
      max(0, $0 + Self.headFileMicroseconds - WallClock.monotonic())
    }
    guard isFull else { return untilWriting }
    return min(untilWriting ?? .max, configuration.diskWatchMicroseconds)
  }

  private var isFull: Bool { full.isSet }

  private func commit(_ batch: SealedBatch, _ encoder: inout BlockEncoder) throws {
    let began = WallClock.monotonic()
    var blocks: [EncodedBlock] = []
    var changes = 0
    for part in batch.parts where !part.buffer.changes.isEmpty {
      let range = part.buffer.changes.indices
      let keys = try store.vault.prepare(part.buffer, range, of: part.program)
      blocks.append(
        try encoder.encode(
          part.buffer, range, of: part.program, after: store.journal.head(of: part.program),
          time: batch.time, keys: keys))
      changes += range.count
    }
    if !blocks.isEmpty {
      try watchDisk(unsyncedBytes: blocks.reduce(0) { $0 + $1.bytes.count })
      try store.journal.append(blocks)
      figures.committed(
        changes: changes, bytes: blocks.reduce(0) { $0 + $1.bytes.count },
        microseconds: WallClock.monotonic() - began)
      store.noteDurable()
      for part in batch.parts { try erase(part) }
    }
    durable.put(blocks.map { ($0.header.program, $0.header.last) })
    engine.put(.wake)
    deliver(batch.waiting)
  }

  /// Destroys the keys of learners whose erasure is durable now, before its reply leaves.
  ///
  /// Commits wait while the vault is rewritten: about a second for a million learners.
  private func erase(_ part: OpenBatch.Part) throws {
    let learners = part.buffer.changes.compactMap { change -> LearnerNumber? in
      if case .erased(let erasure) = change { erasure.learner } else { nil }
    }
    if !learners.isEmpty { try store.vault.erase(learners, of: part.program) }
  }

  /// Tells the engine when the disk is nearly full, before a block is written that would not fit, and
  /// when there is room again: an eighth of the reserve more, so that the answer does not waver.
  func watchDisk(unsyncedBytes: Int) throws {
    let reserve = configuration.diskReserveBytes
    let needed = reserve + max(2 * unsyncedBytes, isFull ? reserve / 8 : 0)
    let free = try configuration.freeBytes(store)
    let isShort = free < needed
    guard full.change(to: isShort) else { return }
    configuration.report(.room(isShort: isShort, bytes: free))
    engine.put(.storage(isFull: isShort))
  }

  private func deliver(_ waiting: ContiguousArray<OpenBatch.Waiting>) {
    var doors: [(door: any ReplyDoor, replies: ContiguousArray<Reply>)] = []
    for reply in waiting {
      let ready = Reply(
        token: reply.token, answer: reply.answer,
        head: reply.program.map { store.journal.head(of: $0) })
      if let last = doors.indices.last, doors[last].door === reply.door {
        doors[last].replies.append(ready)
      } else if let index = doors.firstIndex(where: { $0.door === reply.door }) {
        doors[index].replies.append(ready)
      } else {
        doors.append((reply.door, [ready]))
      }
    }
    for (door, replies) in doors { door.deliver(replies) }
  }
}
