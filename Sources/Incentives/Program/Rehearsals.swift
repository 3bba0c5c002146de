/// The rehearsals of a server, from its own log: copies of programs on which something is tried out.
///
/// Those that were dropped stay in the table, so that a number is never given again and a retried call
/// is known.
public struct Rehearsals: Sendable {
  /// The rehearsals by number.
  public private(set) var all: [Rehearsal] = []
  /// The calls that asked for a stage, by digest.
  private var calls: [Digest128: Call] = [:]

  /// A call that asked for something.
  struct Call: Sendable {
    let program: ProgramNumber
    let stage: RehearsalStage
  }

  /// The rehearsal with a number; nil where a program of this number is none.
  public subscript(number: ProgramNumber) -> Rehearsal? { all.first { $0.number == number } }

  /// The copies that were begun and are not finished, or not gone yet.
  public var unfinished: [Rehearsal] {
    all.filter { $0.stage == .copying || $0.stage == .dropping }
  }

  /// The rehearsals that may hold what a program holds: its copies and their copies, until all is gone.
  public func holding(copiesOf program: ProgramNumber) -> [Rehearsal] {
    var copied: Set<ProgramNumber> = [program]
    // A copy has a greater number than what it was copied from.
    return all.filter { rehearsal in
      guard copied.contains(rehearsal.source) else { return false }
      copied.insert(rehearsal.number)
      return rehearsal.stage != .dropped
    }
  }

  /// The rehearsal that has an id now, seen or not.
  func standing(as id: String) -> Rehearsal? { all.last { $0.id == id && $0.stage != .dropped } }

  /// What a call asked for that was made before.
  func call(_ digest: Digest128) -> Call? { calls[digest] }

  mutating func apply(_ change: RehearsalChange, id: String) {
    let rehearsal = Rehearsal(
      number: change.program, source: change.source, id: id, stage: change.stage,
      through: change.through, clock: change.clock)
    if let place = all.firstIndex(where: { $0.number == change.program }) {
      all[place] = rehearsal
    } else {
      all.append(rehearsal)
    }
    guard change.call != Rehearsal.noCall else { return }
    calls[change.call] = Call(program: change.program, stage: change.stage)
  }
}

/// A copy of a program under a number and an id of its own, with a manual clock.
public struct Rehearsal: Hashable, Sendable {
  /// The digest of no call.
  public static let noCall = Digest128(high: 0, low: 0)

  /// The number of the copy.
  public let number: ProgramNumber
  /// The program that was copied.
  public let source: ProgramNumber
  /// The id of the copy.
  public let id: String
  /// How far it is.
  public let stage: RehearsalStage
  /// The last record of the source that it holds.
  public let through: Position
  /// The source's time at that record.
  public let clock: Instant

  /// Joins the parts.
  public init(
    number: ProgramNumber, source: ProgramNumber, id: String, stage: RehearsalStage,
    through: Position, clock: Instant
  ) {
    self.number = number
    self.source = source
    self.id = id
    self.stage = stage
    self.through = through
    self.clock = clock
  }

  /// The rehearsal at another stage, as a record tells of it.
  public func change(
    _ stage: RehearsalStage, call: Digest128 = Rehearsal.noCall, into buffer: inout ChangeBuffer
  ) {
    buffer.changes.append(
      .rehearsal(
        RehearsalChange(
          program: number, source: source, stage: stage, through: through, clock: clock, call: call,
          id: buffer.text.append(id))))
  }
}

/// How far a copy is that is being made.
public struct RehearsalProgress: Hashable, Sendable {
  /// The copy.
  public let rehearsal: Rehearsal
  /// How many records are copied.
  public var copied: UInt64

  /// A copy of which so many records are there.
  public init(_ rehearsal: Rehearsal, copied: UInt64 = 0) {
    self.rehearsal = rehearsal
    self.copied = copied
  }
}

/// What a decision on a rehearsal came to.
public enum RehearsalDecision: Sendable {
  /// It begins now.
  case begins(Rehearsal)
  /// The same call was made before and has ended.
  case replayed(Rehearsal)
}

/// Decisions of the server's own state (`program.clone`, `program.drop`).
extension ProgramState {
  /// Decides that a program is copied as it stands now.
  ///
  /// `taken` tells whether a program has the id. Refuses `invalid_params`, `idempotency_key_reused`, and
  /// `busy` while the same call is being carried out.
  public func decideRehearsal(
    of source: ProgramState, as id: String, number: ProgramNumber, isTaken: Bool,
    call: Digest128, wall: Instant, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> RehearsalDecision {
    if let known = try known(call, .copying, of: id) {
      guard known.stage != .copying else {
        throw .refused(Refusal(.busy, "The copy is being made; ask again in a moment."))
      }
      return .replayed(known)
    }
    guard !isTaken, rehearsals.standing(as: id) == nil else {
      throw .refused(
        Refusal(.invalid, field: "as", "There is a program \(id) already; choose another id."))
    }
    let now = source.definition.clock == .manual ? source.clock : max(wall, source.clock)
    let rehearsal = Rehearsal(
      number: number, source: source.number, id: id, stage: .copying, through: source.position,
      clock: now)
    rehearsal.change(.copying, call: call, into: &buffer)
    return .begins(rehearsal)
  }

  /// Decides that a rehearsal is dropped; only a rehearsal ever is.
  ///
  /// A call that was made before and did not come to its end goes on. Refuses `not_found`,
  /// `invalid_params` for a program that is none, and `idempotency_key_reused`.
  public func decideDrop(
    of program: ProgramState?, named id: String, call: Digest128, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> RehearsalDecision {
    if let known = try known(call, .dropping, of: id) {
      return known.stage == .dropped ? .replayed(known) : .begins(known)
    }
    guard let program else {
      throw .refused(
        Refusal(
          .notFound, field: "program",
          "There is no program \(id); `laurel program list` shows them."))
    }
    guard let rehearsal = rehearsals[program.number], rehearsal.stage == .standing else {
      throw .refused(
        Refusal(
          .invalid, field: "program",
          "\(id) is no rehearsal; only a rehearsal can be dropped, a program stays."))
    }
    rehearsal.change(.dropping, call: call, into: &buffer)
    return .begins(rehearsal)
  }

  /// The rehearsal that the same call asked for; nil for a call that is new.
  private func known(
    _ call: Digest128, _ stage: RehearsalStage, of id: String
  ) throws(Undecided) -> Rehearsal? {
    guard let known = rehearsals.call(call), let rehearsal = rehearsals[known.program] else {
      return nil
    }
    guard known.stage == stage, rehearsal.id == id else {
      throw .refused(
        Refusal(
          .idempotencyKeyReused, field: "idempotencyKey",
          "This key was used for another command; draw a new key for each click."))
    }
    return rehearsal
  }

  /// Whether a rehearsal has an id that no program has yet: it is being copied, or removed.
  public func isReserved(_ id: String) -> Bool { rehearsals.standing(as: id) != nil }
}
