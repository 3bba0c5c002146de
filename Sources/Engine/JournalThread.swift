import Glibc
import Incentives
import Ledger
import Synchronization

/// A batch on its way to the disk.
struct SealedBatch: Sendable {
  let parts: ContiguousArray<OpenBatch.Part>
  let waiting: ContiguousArray<OpenBatch.Waiting>
  let time: Instant
}

/// Makes batches durable, one commit and one sync each, and only then lets their replies go.
///
/// Encodes each program's part as a block, creates the keys of new learners in the vault first, appends
/// the blocks in one transaction. Replies leave in one call for each door. A failure ends the process:
/// memory is ahead of the disk and must not speak again.
final class JournalThread: Sendable {
  private let store: Store
  private let inbox = Mailbox<SealedBatch>()
  private let engine: Mailbox<EngineLetter>
  private let figures: FigureBox
  private let configuration: EngineConfiguration
  private let wasFull = Atomic(false)

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
  func put(_ batch: SealedBatch) { inbox.put(batch) }

  /// Ends the thread once everything put before is durable.
  func close() { inbox.close() }

  /// The thread's main function.
  func run() {
    var encoder = BlockEncoder()
    var batches: ContiguousArray<SealedBatch> = []
    var headFileTime = WallClock.monotonic()
    while true {
      inbox.take(waiting: nil, into: &batches)
      guard !batches.isEmpty else { break }
      for batch in batches {
        do {
          try commit(batch, &encoder)
          if WallClock.monotonic() - headFileTime > 1_000_000 {
            try store.writeHeadFile()
            headFileTime = WallClock.monotonic()
          }
        } catch {
          configuration.failed(error)
          return
        }
      }
    }
    do { try store.writeHeadFile() } catch { configuration.failed(error) }
    engine.put(.journalEnded)
  }

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
      store.noteDurable(
        changes: changes, bytes: blocks.reduce(0) { $0 + $1.bytes.count })
    }
    engine.put(
      .durable(blocks.map { ($0.header.program, $0.header.last) }))
    deliver(batch.waiting)
  }

  /// Tells the engine when the disk is nearly full, before a block is written that would not fit.
  private func watchDisk(unsyncedBytes: Int) throws {
    let free = try store.journal.space().diskFreeBytes
    let isFull = free < configuration.diskReserveBytes + 2 * unsyncedBytes
    guard isFull != wasFull.load(ordering: .relaxed) else { return }
    wasFull.store(isFull, ordering: .relaxed)
    engine.put(.storage(isFull: isFull))
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
