/// The changes of some decisions, in order, with the texts they point at.
///
/// A buffer is what `decide` fills, what `apply` reads, what the journal encodes, and what decoding a
/// block gives back: one shape on both sides of the disk.
public struct ChangeBuffer: Sendable {
  /// The changes, one journal record each.
  public var changes: ContiguousArray<Change> = []
  /// What rules paid, in runs that facts name.
  public var outcomes: ContiguousArray<Outcome> = []
  /// Places of closed boards, in runs that `.standings` changes name.
  public var standings: ContiguousArray<Standing> = []
  /// Rosters of closed boards, in runs that `.closed` changes name.
  public var populations: ContiguousArray<Population> = []
  /// Who competed for stars, in runs that `.starDecided` changes name.
  public var candidates: ContiguousArray<StarCandidate> = []
  /// Program definitions that `.program` changes name.
  public var definitions: ContiguousArray<ProgramDefinition> = []
  /// The zone table of each definition: the offsets that were in force when it was applied.
  public var zones: ContiguousArray<ZoneOffsets> = []
  /// The bytes of all texts.
  public var text = ByteArena()
  /// The facts whose metadata stayed sealed in decoding, as indices of changes.
  public var sealedFacts: ContiguousArray<UInt32> = []

  /// Makes an empty buffer.
  public init() {}

  /// Where the buffer ends, to come back to.
  public var mark: Mark {
    Mark(
      changes: changes.count, outcomes: outcomes.count, standings: standings.count,
      populations: populations.count, candidates: candidates.count,
      definitions: definitions.count, text: text.bytes.count)
  }

  /// Forgets what was appended since a mark.
  public mutating func roll(back mark: Mark) {
    changes.removeLast(changes.count - mark.changes)
    outcomes.removeLast(outcomes.count - mark.outcomes)
    standings.removeLast(standings.count - mark.standings)
    populations.removeLast(populations.count - mark.populations)
    candidates.removeLast(candidates.count - mark.candidates)
    definitions.removeLast(definitions.count - mark.definitions)
    zones.removeLast(zones.count - mark.definitions)
    text.bytes.removeLast(text.bytes.count - mark.text)
  }

  /// The end of a buffer at some moment.
  public struct Mark: Sendable {
    /// How many changes it held.
    public let changes: Int
    let outcomes: Int
    let standings: Int
    let populations: Int
    let candidates: Int
    let definitions: Int
    /// How many bytes of text it held.
    public let text: Int
  }

  /// Forgets everything, keeping the room.
  public mutating func removeAll() {
    changes.removeAll(keepingCapacity: true)
    outcomes.removeAll(keepingCapacity: true)
    standings.removeAll(keepingCapacity: true)
    populations.removeAll(keepingCapacity: true)
    candidates.removeAll(keepingCapacity: true)
    definitions.removeAll()
    zones.removeAll()
    text.removeAll()
    sealedFacts.removeAll()
  }
}
