/// Takes a fact out of every set it was in (`fact.reverse`, rules.md §3).
public struct FactReversal: Hashable, Sendable {
  /// The source of the fact.
  public var source: String
  /// The source's id of the fact.
  public var id: String
  /// The keyed hash of its identity.
  public var identity: Digest128
  /// Why, which decides what happens to points already spent.
  public var cause: ReversalCause

  /// Names a fact and a cause.
  public init(source: String, id: String, identity: Digest128, cause: ReversalCause) {
    self.source = source
    self.id = id
    self.identity = identity
    self.cause = cause
  }
}

extension ProgramState {
  /// Decides the reversal of a recorded fact, given its record.
  ///
  /// Refuses `already_reversed`. What falls with the fact — moves of later facts, points already
  /// spent — is in the changes.
  public func decideReversal(
    of fact: FactChange, at position: Position, cause: ReversalCause, by principal: PrincipalNumber,
    log: LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let learner = learners.surviving(fact.learner)
    var known = try facts(of: learner, log: log)
    guard let index = known.index(of: position) else { throw .needs(.histories([learner])) }
    let previous = known.facts[index].status
    guard previous != .reversed else {
      throw .refused(
        Refusal(.alreadyReversed, field: "id", "The fact was reversed before; nothing is left."))
    }
    let rows = learners.contextRows(of: learner)
    let before = judge(known.facts, rows: rows)
    known.facts[index].status = .reversed
    let after = judge(known.facts, rows: rows)
    let mark = buffer.mark
    buffer.changes.append(
      .reversed(
        ReversalChange(
          fact: position, learner: learner, day: fact.day,
          previous: before.judgements[index].status, cause: cause, principal: principal)))
    if let row = withdrawals(of: position, fact.learner, by: principal) {
      buffer.changes.append(.attendance(row))
    }
    do throws(Undecided) {
      try append(
        known.facts, from: before, to: after, learner: learner, cause: .reversal,
        owes: cause != .mistake, to: &buffer)
    } catch {
      buffer.roll(back: mark)
      throw error
    }
  }

  /// Remembers a reversal whose fact has not come.
  public func decideAwaitedReversal(
    _ reversal: FactReversal, by principal: PrincipalNumber, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let source = try numberNaming(.source, reversal.source, max: Int(UInt16.max), into: &buffer)
    buffer.changes.append(
      .reversalAwaited(
        AwaitedReversalChange(
          identity: reversal.identity, source: SourceNumber(rawValue: UInt16(source)),
          id: buffer.text.append(reversal.id), cause: reversal.cause, principal: principal)))
  }

  /// The number of a word, given one in `buffer` if it is new there and in the state.
  func numberNaming(
    _ kind: NameKind, _ word: String, max: Int, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> UInt32 {
    if let known = names.number(kind, word) { return known }
    var next = UInt32(names.count(kind) + 1)
    for case .named(let name) in buffer.changes where name.kind == kind && name.number >= next {
      // Words are the same if their bytes are, as in the tables.
      let isSame = buffer.text.withBytes(name.text) { $0.elementsEqual(word.utf8) }
      if isSame { return name.number }
      next = name.number + 1
    }
    try checkRoomForName(of: kind)
    guard Int(next) <= max else {
      throw .refused(
        Refusal(.limitReached, field: "\(kind)", "A program has at most \(max) of these."))
    }
    buffer.changes.append(
      .named(NameChange(kind: kind, number: next, text: buffer.text.append(word))))
    return next
  }
}
