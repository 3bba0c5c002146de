/// A batch: what one import, delivery or run of the command line made, and can be taken back as one
/// (rules.md §1).
///
/// Resident for every batch there ever was; some hundred bytes each.
public struct BatchRow: Hashable, Sendable {
  /// Its number.
  public var number: BatchNumber
  /// What made it.
  public var kind: BatchKind
  /// Who opened it.
  public var principal: PrincipalNumber
  /// When.
  public var openedAt: Instant
  /// The file's name; empty where there is no file.
  public var fileName: String
  /// Whether the journal holds that name sealed.
  let hasSealedName: Bool
  /// The file's SHA-256, 64 hexadecimal digits; empty where there is no file.
  public var digest: String
  /// The records it made, ascending; runs that meet are one.
  public private(set) var parts: [ClosedRange<Position>] = []
  /// How many facts it recorded.
  public private(set) var factCount: UInt64 = 0
  /// How it was taken back; nil while it stands.
  public internal(set) var reversal: Reversal?

  /// How a batch was taken back.
  public struct Reversal: Hashable, Sendable {
    /// Who did it.
    public var principal: PrincipalNumber
    /// When.
    public var at: Instant
    /// Why.
    public var reason: String
    /// The record it began with; what it came to follows.
    public var position: Position
    /// Whether the job that does it has ended.
    public internal(set) var isDone = false
    /// How many learners it has come to.
    public internal(set) var learners: UInt32 = 0
    /// How many facts were reversed.
    public internal(set) var facts: UInt64 = 0
    /// How many grants, adjustments and opening balances were taken back.
    public internal(set) var grants: UInt64 = 0
    /// How many rows of context were withdrawn.
    public internal(set) var rows: UInt64 = 0
    /// How many records were corrected since, and stay as they are.
    public internal(set) var corrected: UInt64 = 0
    /// What moved in all.
    public internal(set) var posting = Posting(points: 0)

    init(_ change: BatchReversalChange, at position: Position, reason: String) {
      principal = change.principal
      at = change.reversedAt
      self.reason = reason
      self.position = position
    }

    mutating func add(_ taken: BatchTakenChange) {
      learners += 1
      facts += UInt64(taken.facts)
      grants += UInt64(taken.grants)
      rows += UInt64(taken.rows)
      corrected += UInt64(taken.corrected)
      posting.add(taken.posting)
    }
  }

  /// How many records of the log it made.
  public var recordCount: UInt64 {
    parts.reduce(0) { $0 + $1.upperBound.rawValue - $1.lowerBound.rawValue + 1 }
  }

  init(_ change: BatchChange, in buffer: ChangeBuffer) {
    number = change.batch
    kind = change.kind
    principal = change.principal
    openedAt = change.openedAt
    hasSealedName = change.naming == .sealed
    fileName = buffer.text.string(change.fileName)
    digest = buffer.text.string(change.digest)
  }

  /// Whether a caller sees it: who sees some cohorts only sees their own batches.
  public func isSeen(by caller: PrincipalNumber, _ sight: Sight) -> Bool {
    !sight.isLimited || !caller.isNone && principal == caller
  }

  /// Whether a record is the batch's own.
  public func made(_ record: Position) -> Bool {
    let place = parts.partitioningIndex { $0.upperBound >= record }
    return place < parts.count && parts[place].contains(record)
  }

  mutating func add(_ part: BatchPartChange) {
    factCount += UInt64(part.facts)
    // The record between two calls of one batch is the part of the first.
    if let last = parts.last, last.upperBound.next.next >= part.first {
      parts[parts.count - 1] = last.lowerBound...part.last
    } else {
      parts.append(part.first...part.last)
    }
  }
}

extension ProgramState {
  /// Gives a batch the name of its file, which a start reads from the vault.
  public func restore(fileName: String, of batch: BatchNumber) {
    // The vault runs ahead of the journal: it may hold the name of a batch that never was, or that
    // another one became.
    guard self.batch(batch)?.hasSealedName == true else { return }
    batches[batch.index - 1].fileName = fileName
  }

  /// The batch of a number; nil where there is none.
  public func batch(_ number: BatchNumber) -> BatchRow? {
    batches.indices.contains(number.index - 1) ? batches[number.index - 1] : nil
  }

  /// The batch of a number; refuses `not_found`, with what to do instead.
  public func known(_ number: BatchNumber, orElse advice: String) throws(Undecided) -> BatchRow {
    if let batch = batch(number) { return batch }
    throw .refused(Refusal(.notFound, field: "batch", "There is no batch \(number); \(advice)"))
  }

  /// The batch of a number as a caller sees it: to who sees some cohorts only, others' batches are none.
  public func known(
    _ number: BatchNumber, by principal: PrincipalNumber, _ sight: Sight, orElse advice: String
  ) throws(Undecided) -> BatchRow {
    guard let batch = batch(number), batch.isSeen(by: principal, sight) else {
      throw .refused(Refusal(.notFound, field: "batch", "There is no batch \(number); \(advice)"))
    }
    return batch
  }

  /// Refuses a batch of the caller's own with learners whom they do not see, or no longer.
  public func check(
    _ learners: [LearnerNumber], of batch: BatchRow, _ sight: Sight, today: LocalDay
  ) throws(Undecided) {
    guard !learners.allSatisfy({ sees($0, with: sight, on: today) }) else { return }
    throw .refused(
      Refusal(
        .forbidden, field: "batch",
        "Some learners of \(batch.number) are not in your cohorts now; ask an admin of the program."
      ))
  }

  /// Refuses a batch that is not there, that somebody else opened, or that takes nothing more because it
  /// was taken back.
  public func checkTakes(
    _ number: BatchNumber, from principal: PrincipalNumber, _ sight: Sight = .everything
  ) throws(Undecided) {
    let batch = try known(number, by: principal, sight, orElse: "batch.open makes one.")
    guard batch.principal == principal else {
      // Who opened it without a key got no name.
      let isNamed = batch.principal.index <= names.count(.principal)
      let opener =
        isNamed ? names.word(.principal, batch.principal.rawValue) : "somebody else"
      throw .refused(
        Refusal(
          .forbidden, field: "batch",
          "\(number) was opened by \(opener), who alone adds to it; batch.open makes your own."))
    }
    guard batch.reversal != nil else { return }
    throw .refused(
      Refusal(.alreadyReversed, field: "batch", "\(number) was taken back; open another batch."))
  }

  func apply(_ change: BatchChange, in buffer: ChangeBuffer) {
    precondition(
      change.batch.index == batches.count + 1, "batches are numbered in the order of the log")
    batches.append(BatchRow(change, in: buffer))
  }

  func apply(_ part: BatchPartChange) { batches[part.batch.index - 1].add(part) }

  func apply(_ reversal: BatchReversalChange, in buffer: ChangeBuffer) {
    batches[reversal.batch.index - 1].reversal = BatchRow.Reversal(
      reversal, at: position, reason: buffer.text.string(reversal.reason))
  }

  func apply(_ taken: BatchTakenChange) {
    batches[taken.batch.index - 1].reversal?.add(taken)
  }
}
