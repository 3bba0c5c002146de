/// A rehearsal as it stands now: a copy of a program under a number of its own (the server's log).
@frozen public struct RehearsalChange: Sendable, BitwiseCopyable {
  /// The number of the copy; never given again.
  public var program: ProgramNumber
  /// The program that was copied.
  public var source: ProgramNumber
  /// How far the copy is.
  public var stage: RehearsalStage
  /// The last record of the source that it holds.
  public var through: Position
  /// The source's time at that record, at which the copy's clock begins.
  public var clock: Instant
  /// The digest of the call that asked for this stage; zero where nobody asked.
  public var call: Digest128
  /// The id of the copy.
  public var id: TextRef

  /// Joins the parts.
  @inlinable public init(
    program: ProgramNumber, source: ProgramNumber, stage: RehearsalStage, through: Position,
    clock: Instant, call: Digest128, id: TextRef
  ) {
    self.program = program
    self.source = source
    self.stage = stage
    self.through = through
    self.clock = clock
    self.call = call
    self.id = id
  }
}

/// How far a rehearsal is.
@frozen public enum RehearsalStage: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// It is being copied and nobody sees it; found at a start, it is removed.
  case copying = 1
  /// It is a program like any other.
  case standing = 2
  /// It is no program any more and is being removed; found at a start, removing goes on.
  case dropping = 3
  /// Nothing is left of it but this.
  case dropped = 4
}

/// A record of a copied log whose original is not the copy's: positions are those of the original.
@frozen public struct VacancyChange: Sendable, BitwiseCopyable {
  /// What the original has there.
  public var original: VacantOriginal

  /// Names what the original has there.
  @inlinable public init(original: VacantOriginal) { self.original = original }
}

/// What a copy leaves behind.
@frozen public enum VacantOriginal: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// A used idempotency key: a copy has keys of its own.
  case usedKey = 1
}
