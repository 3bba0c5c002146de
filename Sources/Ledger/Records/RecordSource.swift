import Incentives

/// What changes point into while a block is encoded: the side arrays of their buffer, lent.
struct RecordSource {
  private let bytes: UnsafeRawBufferPointer
  private let allOutcomes: UnsafeBufferPointer<Outcome>
  private let allStandings: ContiguousArray<Standing>
  private let allPopulations: ContiguousArray<Population>
  private let allCandidates: ContiguousArray<StarCandidate>
  let definitions: ContiguousArray<ProgramDefinition>
  let zones: ContiguousArray<ZoneOffsets>

  /// Lends a buffer's arrays to a closure.
  @inline(__always)
  static func with(
    _ buffer: ChangeBuffer, _ body: (RecordSource) throws(LedgerError) -> Void
  ) throws(LedgerError) {
    // The standard library's closures are untyped here, so the outcome is carried out by hand.
    var failure: LedgerError?
    buffer.text.bytes.withUnsafeBytes { bytes in
      buffer.outcomes.withUnsafeBufferPointer { outcomes in
        let source = RecordSource(
          bytes: bytes, allOutcomes: outcomes, allStandings: buffer.standings,
          allPopulations: buffer.populations, allCandidates: buffer.candidates,
          definitions: buffer.definitions, zones: buffer.zones)
        do throws(LedgerError) { try body(source) } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }

  /// The bytes of a text; a text outside its buffer is a bug.
  @inline(__always)
  func text(_ text: TextRef) -> UnsafeRawBufferPointer {
    guard text.length > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let start = Int(text.offset)
    let end = start + Int(text.length)
    precondition(end <= bytes.count, "a change names a text outside its buffer")
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  /// The outcomes of a run; a run outside its buffer is a bug.
  @inline(__always)
  func outcomes(_ run: Run) -> UnsafeBufferPointer<Outcome> {
    let start = Int(run.start)
    let end = start + Int(run.count)
    precondition(end <= allOutcomes.count, "a fact names outcomes outside its buffer")
    return UnsafeBufferPointer(rebasing: allOutcomes[start..<end])
  }

  /// The places of a run; a run outside its buffer is a bug.
  func standings(_ run: Run) -> ArraySlice<Standing> { allStandings[run.range] }

  /// The candidates of a run; a run outside its buffer is a bug.
  func candidates(_ run: Run) -> ArraySlice<StarCandidate> { allCandidates[run.range] }

  /// The populations of a run; a run outside its buffer is a bug.
  func populations(_ run: Run) -> ArraySlice<Population> { allPopulations[run.range] }
}
