/// Opens a batch (`batch.open`).
public struct BatchOpening: Hashable, Sendable {
  /// What makes it.
  public var kind: BatchKind
  /// The file's name, without its folder; empty where there is no file.
  public var fileName: String
  /// The file's SHA-256, 64 hexadecimal digits; empty where there is no file.
  public var digest: String

  /// Asks for a batch.
  public init(kind: BatchKind, fileName: String = "", digest: String = "") {
    self.kind = kind
    self.fileName = fileName
    self.digest = digest
  }
}

extension ProgramState {
  /// The most batches a program holds.
  public static let batchesMax = 10_000_000

  /// Decides the opening of a batch; answers its number, and whether it was there.
  ///
  /// The same file by the same caller goes on with its batch, unless that was taken back: an import that
  /// was cut off and is repeated is one batch. Refuses `limit_reached`.
  public func decide(
    _ opening: BatchOpening, now: Instant, by principal: PrincipalNumber,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> (batch: BatchNumber, isContinued: Bool) {
    if !opening.digest.isEmpty, let begun = begun(opening, by: principal) { return (begun, true) }
    guard batches.count < Self.batchesMax else {
      throw .refused(
        Refusal(
          .limitReached, field: "batch", "A program holds at most \(Self.batchesMax) batches."))
    }
    let number = BatchNumber(rawValue: UInt32(batches.count + 1))
    buffer.changes.append(
      .batch(
        BatchChange(
          batch: number, kind: opening.kind, principal: principal, openedAt: now,
          fileName: buffer.text.append(opening.fileName),
          naming: opening.fileName.isEmpty ? .none : .sealed,
          digest: buffer.text.append(opening.digest))))
    return (number, false)
  }

  private func begun(_ opening: BatchOpening, by principal: PrincipalNumber) -> BatchNumber? {
    batches.last { batch in
      batch.digest == opening.digest && batch.kind == opening.kind
        && batch.principal == principal && batch.reversal == nil
    }?.number
  }

  /// Notes that the records since a position belong to a batch; nothing where there are none.
  public func notePart(
    of batch: BatchNumber, since start: Position, facts: Int, into buffer: inout ChangeBuffer
  ) {
    guard position > start else { return }
    buffer.changes.append(
      .batchPart(
        BatchPartChange(
          batch: batch, first: start.next, last: position, facts: UInt32(facts))))
  }
}
