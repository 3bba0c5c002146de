import Incentives
import LMDB

/// Who did what, newest first: the lines of a program's chain, and the notes beside it, in one list.
///
/// Each of the three — chain, refusals, deeds — is in the order of time by itself; a page takes the newest
/// of their heads until it is full. A filter that hides much is given up for this page after so many
/// lines: the page is then short, and its cursor goes on.
extension StateReader {
  /// Rows of the chain looked at for one page: some million records.
  private static var rowsMax: Int { 1_024 }
  /// Notes of one kind looked at for one page.
  private static var notesMax: Int { 20_000 }

  /// What a page may take next: a line, or word that the search ended here for now.
  private struct Candidate {
    var time: Instant
    var key: UInt64
    var entry: AuditEntry?
  }

  /// A page of the audit.
  func audit(
    of program: ProgramNumber, _ filter: AuditFilter, before cursor: AuditCursor, count: Int
  ) throws -> ColdAnswer {
    do {
      try vault.writeNotes()
    } catch {
      // A disk that takes nothing must not hide what it holds; whoever writes the notes tells of it.
    }
    // One more than fits tells whether there is another page.
    let lists = [
      try commands(of: program, filter, before: cursor.record, count: count + 1),
      try notes(.refusal, of: program, filter, before: cursor.refusal, count: count + 1),
      try notes(.deed, of: program, filter, before: cursor.deed, count: count + 1),
    ]
    var ends = [cursor.record.rawValue, cursor.refusal, cursor.deed]
    var places = [0, 0, 0]
    var page: [AuditEntry] = []
    while let next = newest(of: lists, at: places) {
      let candidate = lists[next][places[next]]
      guard let entry = candidate.entry else {
        ends[next] = candidate.key
        return .audit(page, next: Self.cursor(ends))
      }
      guard page.count < count else { return .audit(page, next: Self.cursor(ends)) }
      page.append(entry)
      ends[next] = candidate.key
      places[next] += 1
    }
    return .audit(page, next: nil)
  }

  private func newest(of lists: [[Candidate]], at places: [Int]) -> Int? {
    lists.indices.filter { places[$0] < lists[$0].count }
      .max { lists[$0][places[$0]].time < lists[$1][places[$1]].time }
  }

  private static func cursor(_ ends: [UInt64]) -> AuditCursor {
    AuditCursor(record: Position(rawValue: ends[0]), refusal: ends[1], deed: ends[2])
  }

  // MARK: The chain

  private func commands(
    of program: ProgramNumber, _ filter: AuditFilter, before end: Position, count: Int
  ) throws -> [Candidate] {
    var found: [Candidate] = []
    guard var high = try lastRow(of: program, filter, before: end) else { return [] }
    var rows = 0
    while true {
      let row = try read { transaction in
        var row: (key: PositionKey, block: AuditBlock)?
        try transaction.scan(
          StateSchema.audit, from: PositionKey(program, .none), through: high, order: .descending
        ) { key, block in
          row = (key, block)
          return .stop
        }
        return row
      }
      guard let row else { return found }
      for entry in row.block.entries(from: row.key.position) where entry.position < end {
        if let from = filter.from, entry.at < from { return found }
        guard filter.shows(entry) else { continue }
        found.append(Candidate(time: entry.at, key: entry.position.rawValue, entry: entry))
        if found.count == count { return found }
      }
      guard row.key.position.rawValue > 0 else { return found }
      high = PositionKey(program, Position(rawValue: row.key.position.rawValue - 1))
      rows += 1
      if rows == Self.rowsMax, let time = row.block.firstTime {
        return found + [Candidate(time: time, key: row.key.position.rawValue, entry: nil)]
      }
    }
  }

  /// The last row that may hold a line before a record, and before the instant that the filter names.
  private func lastRow(
    of program: ProgramNumber, _ filter: AuditFilter, before end: Position
  ) throws -> PositionKey? {
    let last = Position(rawValue: end.rawValue - (end.rawValue > 0 ? 1 : 0))
    guard let newest = try row(of: program, atOrBefore: last) else { return nil }
    guard let to = filter.to else { return newest.key }
    // Times ascend with positions: halve the runs of positions in which the row may lie.
    var found: PositionKey?
    var low: UInt64 = 0
    var high = newest.key.position.rawValue / StateSchema.auditSpan + 1
    while low < high {
      let middle = (low + high) / 2
      let row = try row(
        of: program, atOrBefore: Position(rawValue: middle * StateSchema.auditSpan))
      if let row, row.firstTime >= to {
        high = min(middle, row.key.position.rawValue / StateSchema.auditSpan)
      } else {
        found = row?.key ?? found
        low = middle + 1
      }
    }
    return found
  }

  /// The row at or before a position, and the time of its first line.
  private func row(
    of program: ProgramNumber, atOrBefore position: Position
  ) throws -> (key: PositionKey, firstTime: Instant)? {
    try read { transaction in
      let wanted = PositionKey(program, position)
      guard let key = try transaction.key(StateSchema.audit, at: .atOrBefore(wanted)),
        key.program == program
      else { return nil }
      return (key, try transaction.get(StateSchema.audit, key)?.firstTime ?? .distantPast)
    }
  }

  // MARK: The notes

  private func notes(
    _ kind: AuditNotes.Kind, of program: ProgramNumber, _ filter: AuditFilter,
    before number: UInt64, count: Int
  ) throws -> [Candidate] {
    var found: [Candidate] = []
    var seen = 0
    try vault.forEachNote(kind, before: number) { number, row in
      if let from = filter.from, row.at < from { return false }
      if row.program == program || filter.showsServer && row.program == .server {
        let entry = AuditEntry(
          at: row.at, refusal: row.refusal,
          .note(row.note, count: row.count, until: row.until))
        if filter.shows(entry) {
          found.append(Candidate(time: row.at, key: number, entry: entry))
        }
      }
      seen += 1
      if seen == Self.notesMax, found.count < count {
        found.append(Candidate(time: row.at, key: number, entry: nil))
      }
      return found.count < count && seen < Self.notesMax
    }
    return found
  }
}

extension AuditBlock {
  /// The lines of a run that begins at a position, the newest first.
  fileprivate func entries(from first: Position) -> [AuditEntry] {
    let commands = commands.map { line in
      AuditEntry(
        at: line.time, position: first.advanced(by: Int(line.offset)), refusal: line.refusal,
        .command(line.command))
    }
    let facts = facts.map { line in
      AuditEntry(
        at: line.time, position: first.advanced(by: Int(line.offset)),
        .facts(line.source, count: line.count, until: line.until))
    }
    return (commands + facts).sorted { $0.position > $1.position }
  }
}
