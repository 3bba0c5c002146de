import Incentives

/// A program's log written once more, under another number and id: the log of a rehearsal.
///
///     source   block ── block ── block ┊ block …          through: the last record that is copied
///     copy     block ── block ── block                    own number, own chain, same positions
///
/// Record for record and block for block, with the times of the original, so that whatever names a
/// record names the same one. Definitions carry the new id and a manual clock. Sealed texts are opened
/// and sealed again under keys of the copy's own; those whose key is gone stay closed for good. Used
/// idempotency keys leave a vacant place: a copy is asked with keys of its own.
///
/// Reads the journal in slices and holds nobody up; the blocks are appended by whoever `append` is.
public struct ProgramCopy: Sendable {
  private let store: Store
  private let rehearsal: Rehearsal
  private let appendBytes: Int

  /// Bytes of blocks that are appended at once: some milliseconds of the journal's time.
  public static let appendBytes = 1 << 20

  /// Describes a copy that has not begun.
  public init(_ rehearsal: Rehearsal, in store: Store, appendBytes: Int = Self.appendBytes) {
    self.store = store
    self.rehearsal = rehearsal
    self.appendBytes = appendBytes
  }

  /// Copies all blocks; tells how many records are copied after each that was appended.
  ///
  /// `append` returns when the blocks are durable.
  public func run(
    append: ([EncodedBlock]) throws -> Void, copied: (Position) -> Void
  ) throws {
    var encoder = BlockEncoder()
    var head = Head.none
    var pending: [EncodedBlock] = []
    var pendingBytes = 0
    var buffer = ChangeBuffer()
    func flush() throws {
      guard !pending.isEmpty else { return }
      try append(pending)
      copied(head.position)
      pending.removeAll(keepingCapacity: true)
      pendingBytes = 0
    }
    let keys = store.vault.keyring(of: rehearsal.source)
    try store.journal.blocks(of: rehearsal.source, from: Position.none.next) { block in
      guard block.header.first <= rehearsal.through else { return false }
      try block.verify()
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      let encoded = try encode(&buffer, of: block.header, after: head, with: &encoder)
      head = encoded.head
      pending.append(encoded)
      pendingBytes += encoded.bytes.count
      if pendingBytes >= appendBytes { try flush() }
      return true
    }
    try flush()
    guard head.position == rehearsal.through else {
      throw LedgerError.noSuchRecord(program: rehearsal.source, position: rehearsal.through)
    }
  }

  /// Applies the copied log to a new state, as a start would, and tells the identities it brought.
  public func load(known: (IdentityHash, Position) throws -> Void) throws -> ProgramState {
    let state = ProgramState(number: rehearsal.number, hash: store.identitySecret)
    try JournalTail.apply(to: state, store.journal, store.vault, known: known)
    return state
  }

  private func encode(
    _ buffer: inout ChangeBuffer, of header: BlockHeader, after head: Head,
    with encoder: inout BlockEncoder
  ) throws -> EncodedBlock {
    let count = min(Int(header.count), Int(rehearsal.through.rawValue - head.position.rawValue))
    try store.vault.noteErased(Self.nameless(buffer, count), of: rehearsal.number)
    adopt(&buffer, count)
    let keys = try store.vault.prepare(buffer, 0..<count, of: rehearsal.number)
    return try encoder.encode(
      buffer, 0..<count, of: rehearsal.number, after: head, time: header.time, keys: keys)
  }

  /// The learners who are numbered here and whose ids do not open.
  private static func nameless(_ buffer: ChangeBuffer, _ count: Int) -> [LearnerNumber] {
    buffer.changes[..<count].compactMap { change in
      guard case .learner(let learner) = change, learner.externalID.isEmpty else { return nil }
      return learner.learner
    }
  }

  /// Makes the records of the original those of the copy.
  private func adopt(_ buffer: inout ChangeBuffer, _ count: Int) {
    for index in 0..<count {
      switch buffer.changes[index] {
      case .program(let change):
        buffer.definitions[Int(change.definition)].id = rehearsal.id
        buffer.definitions[Int(change.definition)].clock = .manual
      case .keyUsed:
        buffer.changes[index] = .vacancy(VacancyChange(original: .usedKey))
      default: break
      }
    }
    for index in buffer.sealedFacts where Int(index) < count {
      guard case .fact(var fact) = buffer.changes[Int(index)] else { continue }
      // Something was said of the fact, and nobody can read it: sealed under a key that is not kept.
      fact.metadata = buffer.text.append("?")
      buffer.changes[Int(index)] = .fact(fact)
    }
  }
}
