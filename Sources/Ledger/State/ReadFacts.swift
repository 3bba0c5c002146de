import Incentives
import LMDB

/// Lists of facts, page by page in the order they were recorded.
extension StateReader {
  /// Records looked at for one page; a rare source's list is then continued by the caller.
  private static var examinedMax: Int { 200_000 }

  /// A page of facts from a position on, and where the next page begins.
  ///
  /// A learner's facts and those that wait are found in the tables; others by reading the journal. A page
  /// may hold fewer than `count` facts and still have a next one.
  public func facts(
    of program: ProgramNumber, from position: Position, filter: FactFilter, count: Int
  ) throws -> ColdAnswer {
    if filter.isPending {
      return try page(
        of: program, at: try pending(of: program, from: position, filter.learners), filter, count)
    }
    if let learners = filter.learners {
      let days = LocalDay(number: .min)...LocalDay(number: .max)
      let positions = try positions(of: learners, in: program, days: days)
      return try page(
        of: program, at: ContiguousArray(positions.drop { $0 < position }), filter, count)
    }
    return try scan(program, from: position, filter, count)
  }

  /// The facts that wait for the roster, ascending.
  func pending(
    of program: ProgramNumber, from position: Position, _ learners: [LearnerNumber]?
  ) throws -> ContiguousArray<Position> {
    var found: ContiguousArray<Position> = []
    try read { transaction in
      try transaction.scan(
        StateSchema.pending, from: PositionKey(program, position),
        through: PositionKey(program, Position(rawValue: .max))
      ) { key, row in
        if learners?.contains(row.learner) ?? true { found.append(key.position) }
        return .next
      }
    }
    return found
  }

  /// Fetches records until a page is full of facts.
  private func page(
    of program: ProgramNumber, at positions: ContiguousArray<Position>, _ filter: FactFilter,
    _ count: Int
  ) throws -> ColdAnswer {
    var found = LearnerLog(
      learner: filter.learners?.first ?? .none, positions: [], buffer: ChangeBuffer(), times: [])
    var rest = positions[...]
    while !rest.isEmpty {
      var fetched = LearnerLog(
        learner: .none, positions: [], buffer: ChangeBuffer(), times: [])
      let slice = rest.prefix(max(16, count))
      try records(of: program, at: ContiguousArray(slice), into: &fetched)
      rest = rest.dropFirst(slice.count)
      for index in fetched.positions.indices where fetched.isFact(at: index, filter) {
        guard found.positions.count < count else {
          return .facts(found, next: fetched.positions[index])
        }
        found.append(index, of: fetched)
      }
    }
    return .facts(found, next: nil)
  }

  private func scan(
    _ program: ProgramNumber, from position: Position, _ filter: FactFilter, _ count: Int
  ) throws -> ColdAnswer {
    var found = LearnerLog(learner: .none, positions: [], buffer: ChangeBuffer(), times: [])
    var next: Position?
    var examined = 0
    let keys = vault.keyring(of: program)
    let start = max(position, Position(rawValue: 1))
    try journal.blocks(of: program, from: start) { block in
      var fetched = LearnerLog(
        learner: .none, positions: [], buffer: ChangeBuffer(), times: [])
      try block.decode(into: &fetched.buffer, keys: keys)
      for index in fetched.buffer.changes.indices {
        fetched.positions.append(block.header.first.advanced(by: index))
        fetched.times.append(block.header.time)
        guard fetched.positions[index] >= start, fetched.isFact(at: index, filter) else { continue }
        guard found.positions.count < count else {
          next = fetched.positions[index]
          return false
        }
        found.append(index, of: fetched)
      }
      examined += Int(block.header.count)
      next = block.header.last.next
      return examined < Self.examinedMax
    }
    let isAtEnd = next.map { $0 > journal.head(of: program).position } ?? true
    return .facts(found, next: isAtEnd ? nil : next)
  }
}

extension LearnerLog {
  /// Whether the record at an index is a fact that a filter lets through.
  fileprivate func isFact(at index: Int, _ filter: FactFilter) -> Bool {
    guard case .fact(let fact) = buffer.changes[index] else { return false }
    return filter.source == nil || filter.source == fact.source
  }

  /// Appends a record of another log.
  fileprivate mutating func append(_ index: Int, of other: LearnerLog) {
    buffer.append(other.buffer.changes[index], from: other.buffer)
    positions.append(other.positions[index])
    times.append(other.times[index])
  }
}
