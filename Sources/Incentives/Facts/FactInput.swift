/// A fact as an edge hands it over: parsed, within limits, hashed, and nothing looked up yet.
///
/// Small and trivially copyable: a call of a thousand facts is one array of these and one arena.
@frozen public struct FactInput: Sendable, BitwiseCopyable {
  /// The keyed hash of (source, id), in no program yet.
  public var identity: Digest128
  /// The keyed hash of the learner's external id.
  public var learnerHash: UInt64
  /// The keyed hash of the source.
  public var sourceHash: UInt64
  /// The keyed hash of the verb.
  public var verbHash: UInt64
  /// The keyed hash of the object.
  public var objectHash: UInt64
  /// Who reports it.
  public var source: TextRef
  /// The source's id of it.
  public var id: TextRef
  /// The learner's external id.
  public var learner: TextRef
  /// What was done.
  public var verb: TextRef
  /// To what: kind, a zero byte, id; empty where the fact names no object.
  public var object: TextRef
  /// Metadata in the form of `Metadata`; empty where absent.
  public var metadata: TextRef
  /// When it happened, as given.
  public var time: FactTime
  /// Its value; nil where absent.
  public var value: Int64?

  /// Joins the parts.
  @inlinable public init(
    identity: Digest128, learnerHash: UInt64, sourceHash: UInt64, verbHash: UInt64,
    objectHash: UInt64, source: TextRef, id: TextRef, learner: TextRef, verb: TextRef,
    object: TextRef, metadata: TextRef, time: FactTime, value: Int64?
  ) {
    self.identity = identity
    self.learnerHash = learnerHash
    self.sourceHash = sourceHash
    self.verbHash = verbHash
    self.objectHash = objectHash
    self.source = source
    self.id = id
    self.learner = learner
    self.verb = verb
    self.object = object
    self.metadata = metadata
    self.time = time
    self.value = value
  }

  /// The greatest absolute value of a fact.
  public static let valueMax: Int64 = 1_000_000_000_000
}

/// When a fact happened, as its source wrote it.
@frozen public enum FactTime: Hashable, Sendable, BitwiseCopyable {
  /// `occurredAt` with an offset.
  case instant(Instant)
  /// `occurredAt` without an offset, in microseconds since 1970 of the program's zone.
  case local(Int64)
  /// `occurredOn`: counts as the first instant of its local day.
  case day(LocalDay)
}

/// The facts of one call and their texts.
public struct FactBatch: Sendable {
  /// The facts in the order of the call.
  public var facts: ContiguousArray<FactInput> = []
  /// Their texts.
  public var text = ByteArena()

  /// Makes a batch without facts.
  public init() {}
}
