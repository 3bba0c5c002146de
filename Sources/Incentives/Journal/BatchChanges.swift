/// What made a batch.
@frozen public enum BatchKind: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// A file of facts.
  case facts = 0
  /// A file of learners.
  case roster = 1
  /// A delivery of a learning system.
  case delivery = 2
  /// A run of the command line.
  case run = 3
  /// Balances that learners begin a term with.
  case opening = 4

  /// The word on the wire.
  public var word: String {
    switch self {
    case .facts: "facts"
    case .roster: "roster"
    case .delivery: "delivery"
    case .run: "run"
    case .opening: "opening"
    }
  }
}

/// How the journal holds the name of a batch's file.
@frozen public enum BatchNaming: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// There is none.
  case none = 0
  /// In clear, as it did before names were sealed.
  case clear = 1
  /// Sealed under a key of the batch's own.
  case sealed = 2
}

/// A batch was opened: what follows under its number can be taken back as one.
@frozen public struct BatchChange: Sendable, BitwiseCopyable {
  /// Its number, from 1.
  public var batch: BatchNumber
  /// What makes it.
  public var kind: BatchKind
  /// Who opened it.
  public var principal: PrincipalNumber
  /// When.
  public var openedAt: Instant
  /// The file's name, without its folder; empty where there is no file.
  ///
  /// People name files after people: the journal holds it sealed, under a key of the batch's own.
  public var fileName: TextRef
  /// How the journal holds the name.
  public var naming: BatchNaming
  /// The file's SHA-256, 64 hexadecimal digits; empty where there is no file.
  public var digest: TextRef

  /// Joins the parts.
  @inlinable public init(
    batch: BatchNumber, kind: BatchKind, principal: PrincipalNumber, openedAt: Instant,
    fileName: TextRef, naming: BatchNaming, digest: TextRef
  ) {
    self.naming = naming
    self.batch = batch
    self.kind = kind
    self.principal = principal
    self.openedAt = openedAt
    self.fileName = fileName
    self.digest = digest
  }
}

/// The records of one call belong to a batch: all from the first to the last.
@frozen public struct BatchPartChange: Sendable, BitwiseCopyable {
  /// The batch.
  public var batch: BatchNumber
  /// The first record of the call.
  public var first: Position
  /// The last one.
  public var last: Position
  /// How many of them are facts.
  public var facts: UInt32

  /// Joins the parts.
  @inlinable public init(batch: BatchNumber, first: Position, last: Position, facts: UInt32) {
    self.batch = batch
    self.first = first
    self.last = last
    self.facts = facts
  }
}

/// A batch is taken back, by the job that begins with it: nothing more goes into it.
@frozen public struct BatchReversalChange: Sendable, BitwiseCopyable {
  /// The batch.
  public var batch: BatchNumber
  /// Who took it back.
  public var principal: PrincipalNumber
  /// When.
  public var reversedAt: Instant
  /// Why.
  public var reason: TextRef

  /// Joins the parts.
  @inlinable public init(
    batch: BatchNumber, principal: PrincipalNumber, reversedAt: Instant, reason: TextRef
  ) {
    self.batch = batch
    self.principal = principal
    self.reversedAt = reversedAt
    self.reason = reason
  }
}

/// What taking back a batch came to for one learner; it follows the changes that it sums up.
@frozen public struct BatchTakenChange: Hashable, Sendable, BitwiseCopyable {
  /// The batch.
  public var batch: BatchNumber
  /// Whose it was.
  public var learner: LearnerNumber
  /// How many facts were reversed.
  public var facts: UInt32
  /// How many grants, adjustments and opening balances were taken back.
  public var grants: UInt32
  /// How many rows of context were withdrawn.
  public var rows: UInt32
  /// How many records were corrected since, and stay as they are.
  public var corrected: UInt32
  /// What moved in all.
  public var posting: Posting

  /// Joins the parts.
  @inlinable public init(
    batch: BatchNumber, learner: LearnerNumber, facts: UInt32 = 0, grants: UInt32 = 0,
    rows: UInt32 = 0, corrected: UInt32 = 0, posting: Posting = Posting(points: 0)
  ) {
    self.batch = batch
    self.learner = learner
    self.facts = facts
    self.grants = grants
    self.rows = rows
    self.corrected = corrected
    self.posting = posting
  }
}
