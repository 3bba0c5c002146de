/// A program definition that was applied.
@frozen public struct ProgramChange: Sendable, BitwiseCopyable {
  /// The version, from 1.
  public var version: UInt32
  /// Facts from this instant on are judged by it.
  public var effectiveFrom: Instant
  /// The index of the definition in the buffer.
  public var definition: UInt32
  /// Joins the parts.
  @inlinable public init(version: UInt32, effectiveFrom: Instant, definition: UInt32) {
    self.version = version
    self.effectiveFrom = effectiveFrom
    self.definition = definition
  }
}

/// The program's time.
@frozen public struct AdvanceChange: Sendable, BitwiseCopyable {
  /// What time it is now.
  public var to: Instant
  /// Names a time.
  @inlinable public init(to: Instant) { self.to = to }
}

/// An idempotency key that was used, with the answer a retry gets.
///
/// Where the answer names a learner, answer and fingerprint are personal and the journal seals both
/// under that learner's key. Read without the key (erased, or imported without names) the answer is
/// empty and the fingerprint zero: `isSealed`.
@frozen public struct KeyChange: Sendable, BitwiseCopyable {
  /// The keyed hash of (program, principal, key); not journaled, recomputed on reading.
  public var identity: IdentityHash
  /// Whose key it is.
  public var principal: PrincipalNumber
  /// Which method was called; none in records of the time before this was kept.
  public var action: ActionNumber
  /// How many records right before this one the command made; 0 in records of the time before.
  public var records: UInt32
  /// The key.
  public var key: TextRef
  /// 128 bits over the canonical form of the command, under a secret of the program.
  public var fingerprint: IdentityHash
  /// Whom the answer names; none where it names nobody.
  public var learner: LearnerNumber
  /// The answer, as the bytes of its JSON object.
  public var answer: TextRef
  /// Whether the answer is a refusal.
  public var isRefusal: Bool
  /// Joins the parts.
  @inlinable public init(
    identity: IdentityHash, principal: PrincipalNumber, action: ActionNumber = .none,
    records: UInt32 = 0, key: TextRef, fingerprint: IdentityHash, learner: LearnerNumber = .none,
    answer: TextRef, isRefusal: Bool
  ) {
    self.identity = identity
    self.principal = principal
    self.action = action
    self.records = records
    self.key = key
    self.fingerprint = fingerprint
    self.learner = learner
    self.answer = answer
    self.isRefusal = isRefusal
  }

  /// Whether the answer stayed sealed, because the learner's key is gone.
  @inlinable public var isSealed: Bool { !learner.isNone && answer.isEmpty }
}

/// The store begins another epoch.
@frozen public struct EpochChange: Sendable, BitwiseCopyable {
  /// The epoch, drawn at random when the store was created or restored.
  public var epoch: UInt64
  /// Names an epoch.
  @inlinable public init(epoch: UInt64) { self.epoch = epoch }
}
