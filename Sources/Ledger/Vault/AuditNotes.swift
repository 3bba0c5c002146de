import Incentives
import LMDB
import Synchronization

/// What the chain does not hold and `audit.list` shows: refusals, and what was done to the server's keys.
///
/// Whoever is refused is told at once; the note is a matter of memory, and a thread of its own writes it
/// to the vault about once a second. So no reply waits for it, and a crash may lose the notes of the last
/// second. The same refusal of the same caller is one line a minute, with how often it came: somebody who
/// tries keys all day leaves 1,440 lines. The last 100,000 lines of each kind stay, and none of them names
/// a learner, so that there is nothing in them to erase.
///
/// Threads: every method may be called from anywhere.
public final class AuditNotes: Sendable {
  /// Lines that stay, of refusals and of deeds each: some ten megabytes.
  public static let linesMax: UInt64 = 100_000
  /// Lines that wait to be written; what comes beyond them while the disk takes nothing is lost.
  static let waitingMax = 10_000

  /// What kind of line it is.
  enum Kind: UInt8, CaseIterable, Sendable {
    case refusal = 0
    case deed = 1
  }

  private struct Subject: Hashable {
    var kind: Kind
    var program: ProgramNumber
    var refusal: String
    var note: AuditedNote
  }

  private struct Line {
    var number: UInt64
    var row: AuditNote
    var isWritten: Bool
  }

  private struct State {
    /// The number of the next line of each kind.
    var next: [UInt64]
    /// The lines of this minute.
    var lines: [Subject: Line] = [:]
    /// Lines of earlier minutes that were not written yet.
    var earlier: [(key: AuditNoteKey, row: AuditNote)] = []

    /// Forgets what is written; should it come again in its minute, that is another line.
    mutating func forgetWritten() { lines = lines.filter { !$0.value.isWritten } }
  }

  private let state: Mutex<State>

  /// Goes on behind the lines that are there, by kind.
  init(next: [UInt64]) { state = Mutex(State(next: next)) }

  /// Notes that somebody was refused something; busy servers and full disks refuse nobody in particular.
  public func refused(
    _ reason: RefusalReason, _ note: AuditedNote, of program: ProgramNumber, at now: Instant
  ) {
    switch reason {
    case .busy, .storageFull, .unavailable: break
    default:
      add(Subject(kind: .refusal, program: program, refusal: reason.rawValue, note: note), now)
    }
  }

  /// Notes that somebody did something that is in no program's chain.
  public func did(_ note: AuditedNote, to program: ProgramNumber, at now: Instant) {
    add(Subject(kind: .deed, program: program, refusal: "", note: note), now)
  }

  private func add(_ subject: Subject, _ now: Instant) {
    state.withLock { state in
      if var line = state.lines[subject], line.row.isOfMinute(now) {
        line.row.count += 1
        line.row.until = max(line.row.until, now)
        line.isWritten = false
        state.lines[subject] = line
        return
      }
      if state.lines.count >= Self.waitingMax { state.forgetWritten() }
      guard state.lines.count < Self.waitingMax, state.earlier.count < Self.waitingMax else {
        return
      }
      if let line = state.lines[subject], !line.isWritten {
        state.earlier.append((AuditNoteKey(subject.kind, line.number), line.row))
      }
      let number = state.next[Int(subject.kind.rawValue)]
      state.next[Int(subject.kind.rawValue)] += 1
      state.lines[subject] = Line(
        number: number,
        row: AuditNote(
          at: now, until: now, program: subject.program, count: 1, refusal: subject.refusal,
          note: subject.note), isWritten: false)
    }
  }

  /// Takes what is to be written, in the order of the lines.
  fileprivate func takeUnwritten() -> [(key: AuditNoteKey, row: AuditNote)] {
    state.withLock { state in
      var taken = state.earlier
      state.earlier = []
      for (subject, line) in state.lines where !line.isWritten {
        taken.append((AuditNoteKey(subject.kind, line.number), line.row))
        state.lines[subject]?.isWritten = true
      }
      return taken.sorted { $0.key < $1.key }
    }
  }

  /// Takes back what could not be written; a line that grew meanwhile is written by itself.
  fileprivate func giveBack(_ rows: [(key: AuditNoteKey, row: AuditNote)]) {
    state.withLock { state in
      state.earlier = Array((rows + state.earlier).suffix(Self.waitingMax))
    }
  }
}

extension Vault {
  /// Writes the notes that wait; where it throws they wait on.
  public func writeNotes() throws {
    // Taken inside, so that an older count of a line never replaces a newer one.
    try exclusively {
      let rows = notes.takeUnwritten()
      guard !rows.isEmpty else { return }
      do {
        try commit { transaction in
          for (key, row) in rows { try transaction.put(VaultSchema.notes, key, row) }
          for kind in AuditNotes.Kind.allCases {
            guard let last = rows.last(where: { $0.key.kind == kind.rawValue })?.key.number,
              last > AuditNotes.linesMax
            else { continue }
            _ = try transaction.deleteRange(
              VaultSchema.notes, from: AuditNoteKey(kind, 0),
              through: AuditNoteKey(kind, last - AuditNotes.linesMax), limit: .max)
          }
        }
      } catch {
        notes.giveBack(rows)
        throw error
      }
    }
  }

  /// Visits the lines of a kind, the newest first, before a number.
  func forEachNote(
    _ kind: AuditNotes.Kind, before number: UInt64,
    _ body: (UInt64, AuditNote) throws -> Bool
  ) throws {
    guard number > 0 else { return }
    var high: AuditNoteKey? = AuditNoteKey(kind, number - 1)
    // In slices, each a short transaction: others wait meanwhile.
    while let start = high {
      var rows: [(UInt64, AuditNote)] = []
      try read { transaction in
        try transaction.scan(
          VaultSchema.notes, from: AuditNoteKey(kind, 0), through: start, order: .descending
        ) { key, row in
          rows.append((key.number, row))
          return rows.count < 512 ? .next : .stop
        }
      }
      for (number, row) in rows {
        guard try body(number, row) else { return }
      }
      guard rows.count == 512, let last = rows.last?.0, last > 0 else { return }
      high = AuditNoteKey(kind, last - 1)
    }
  }

  /// The numbers of the next lines, by kind.
  static func nextNotes(of live: Live) throws -> [UInt64] {
    try live.environment.read { transaction in
      try AuditNotes.Kind.allCases.map { kind in
        let last = try transaction.key(
          VaultSchema.notes, at: .atOrBefore(AuditNoteKey(kind, .max)))
        guard let last, last.kind == kind.rawValue else { return 1 }
        return last.number + 1
      }
    }
  }
}

/// A line of the notes: its kind, then its number.
struct AuditNoteKey: DomainKey, Hashable, Comparable {
  let kind: UInt8
  let number: UInt64

  init(_ kind: AuditNotes.Kind, _ number: UInt64) {
    self.kind = kind.rawValue
    self.number = number
  }

  var stored: Key2<UInt8, UInt64> { Key2(kind, number) }

  init(stored: Key2<UInt8, UInt64>) {
    kind = stored.first
    number = stored.second
  }

  static func < (left: AuditNoteKey, right: AuditNoteKey) -> Bool {
    (left.kind, left.number) < (right.kind, right.number)
  }
}

/// A line of the notes as the vault keeps it.
struct AuditNote: ValueCodec, Hashable {
  static let typeID: UInt32 = 6
  static let formatVersion: UInt8 = 1

  /// When it came first.
  var at: Instant
  /// When it came last, within the same minute.
  var until: Instant
  /// Which program it concerns; the server where it concerns none.
  var program: ProgramNumber
  /// How often it came.
  var count: UInt32
  /// The word of the refusal; empty for what was done.
  var refusal: String
  /// Who, what and to what.
  var note: AuditedNote

  init(
    at: Instant, until: Instant, program: ProgramNumber, count: UInt32, refusal: String,
    note: AuditedNote
  ) {
    self.at = at
    self.until = until
    self.program = program
    self.count = count
    self.refusal = refusal
    self.note = note
  }

  /// Whether an instant lies in the minute the line stands for.
  func isOfMinute(_ instant: Instant) -> Bool {
    at.microseconds / 60_000_000 == instant.microseconds / 60_000_000
  }

  private var words: [String] { [refusal, note.principal, note.action, note.subject] }

  var byteCount: Int { 24 + words.reduce(0) { $0 + 4 + $1.utf8.count } }

  func encode(into writer: inout ValueWriter) {
    writer.append(at.microseconds)
    writer.append(until.microseconds)
    writer.append(program.rawValue)
    writer.append(count)
    for word in words {
      writer.append(UInt32(word.utf8.count))
      writer.append(Array(word.utf8))
    }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    at = Instant(microseconds: try reader.next())
    until = Instant(microseconds: try reader.next())
    program = ProgramNumber(rawValue: try reader.next())
    count = try reader.next()
    refusal = try Self.word(&reader)
    note = AuditedNote(
      principal: try Self.word(&reader), action: try Self.word(&reader),
      subject: try Self.word(&reader))
  }

  private static func word(_ reader: inout ValueReader) throws(InvalidValue) -> String {
    let count = Int(try reader.next(as: UInt32.self))
    return String(decoding: try reader.nextBytes(count), as: UTF8.self)
  }
}
