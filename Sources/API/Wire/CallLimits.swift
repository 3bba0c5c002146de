import Incentives

/// The limits of what a call may say, each with its unit and reason; those of a frame are JSONRPC's.
public enum CallLimits {
  /// Facts in one call: so that the work of one frame stays within a few milliseconds.
  public static let factsMax = 1_000
  /// Rows of one roster import and members of one group: as for facts.
  public static let rowsMax = 1_000
  /// Bytes of an id, verb, kind or code: they are kept resident and indexed.
  public static let identifierBytesMax = 128
  /// Bytes of a name, title or notice: they are kept, and shown whole.
  public static let textBytesMax = 4_096
  /// Pairs of metadata a fact may carry.
  public static let metadataPairsMax = Metadata.pairsMax
  /// Bytes of a metadata key or value.
  public static let metadataBytesMax = Metadata.textBytesMax
  /// Printable ASCII characters of an idempotency key: room for any generator of unique names.
  public static let idempotencyKeyBytesMax = 255
  /// Learners and groups that one grant may name.
  public static let granteesMax = ProgramState.granteesMax
  /// Places of one page of a board.
  public static let placesMax = Int64(ProgramState.placesMax)
  /// Neighbours on each side of one's own place.
  public static let neighboursMax: Int64 = 100
  /// Facts on one page of a list.
  public static let listedFactsMax: Int64 = 1_000
  /// Batches on one page of a list.
  public static let listedBatchesMax: Int64 = 100
  /// Learners on one page of what taking back a batch came to.
  public static let listedLearnersMax: Int64 = 1_000
  /// Learners up to whom a list of awards looks at all open periods: each costs a look at every learner.
  public static let provisionalLearnersMax = 50_000
  /// Awards on one page of a list.
  public static let listedAwardsMax: Int64 = 100
  /// Entries on one page of a learner's history.
  public static let historyEntriesMax: Int64 = 200
  /// Lines on one page of the audit.
  public static let auditLinesMax: Int64 = 200
  /// Learners that one line of the audit names; it says how many there were.
  public static let auditLearnersMax = 20
  /// Learners that one search finds.
  public static let foundLearnersMax: Int64 = 100
  /// Cohorts to which one member of staff is limited: more than anybody teaches.
  public static let staffCohortsMax = 64
  /// Sources of facts that one system's key may speak for.
  public static let keySourcesMax = 64
  /// Bytes of a path on the server.
  public static let pathBytesMax = 4_096
}
