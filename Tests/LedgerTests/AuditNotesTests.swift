import Incentives
import LMDB
import Testing

@testable import Ledger

/// What is noted beside the chain: counted by the minute, bounded, there after a restart.
@Suite("Notes of the audit")
struct AuditNotesTests {
  private let directory: TestDirectory

  init() throws { directory = try TestDirectory() }

  private let program = ProgramNumber(rawValue: 1)
  private let login = AuditedNote(principal: "", action: "system.authenticate")
  private let start = Instant(seconds: 1_788_000_000)

  private func open() throws -> Vault { try Vault.open(at: directory.file("vault")) }

  private func lines(
    _ vault: Vault, _ kind: AuditNotes.Kind = .refusal, before number: UInt64 = .max
  ) throws -> [(UInt64, AuditNote)] {
    var lines: [(UInt64, AuditNote)] = []
    try vault.forEachNote(kind, before: number) { number, note in
      lines.append((number, note))
      return true
    }
    return lines
  }

  private func refuse(_ vault: Vault, after seconds: Int64, _ note: AuditedNote? = nil) {
    vault.notes.refused(
      .unauthenticated, note ?? login, of: .server,
      at: start.advanced(byMicroseconds: seconds * 1_000_000))
  }

  @Test("the same refusal of the same caller is one line a minute, written once or many times")
  func minutes() throws {
    let vault = try open()
    for second in 0..<90 {
      refuse(vault, after: Int64(second))
      if second % 20 == 0 { try vault.writeNotes() }
    }
    try vault.writeNotes()
    let lines = try lines(vault)
    #expect(lines.map(\.1.count).reduce(0, +) == 90)
    #expect(lines.count == 2)
    #expect(lines[0].1.at > lines[1].1.until)
    try vault.close()
  }

  @Test("notes go on behind those that are there, and other callers have lines of their own")
  func restart() throws {
    var vault = try open()
    refuse(vault, after: 0)
    vault.notes.did(
      AuditedNote(principal: "owner", action: "key.create", subject: "ab of lms"), to: program,
      at: start)
    try vault.writeNotes()
    try vault.close()
    vault = try open()
    refuse(vault, after: 1)
    refuse(vault, after: 1, AuditedNote(principal: "T-1", action: "points.adjust"))
    try vault.writeNotes()
    #expect(try lines(vault).map(\.0) == [3, 2, 1])
    #expect(try lines(vault, before: 3).map(\.0) == [2, 1])
    #expect(try lines(vault, .deed).map(\.1.note.subject) == ["ab of lms"])
    // Compaction and backup take the notes along.
    try vault.erase([LearnerNumber(rawValue: 1)], of: program)
    #expect(try lines(vault).count == 3)
    try vault.backUp(to: directory.file("copy"))
    let copy = try Vault.open(at: directory.file("copy"))
    #expect(try lines(copy).map(\.1) == lines(vault).map(\.1))
    try copy.close()
    try vault.close()
  }

  @Test("the oldest lines make room")
  func ring() throws {
    var vault = try open()
    refuse(vault, after: 0)
    try vault.writeNotes()
    let first = try #require(try lines(vault).first?.1)
    try vault.exclusively {
      try vault.commit {
        try $0.put(VaultSchema.notes, AuditNoteKey(.refusal, AuditNotes.linesMax), first)
      }
    }
    try vault.close()
    vault = try open()
    refuse(vault, after: 60)
    try vault.writeNotes()
    #expect(try lines(vault).map(\.0) == [AuditNotes.linesMax + 1, AuditNotes.linesMax])
    try vault.close()
  }

  @Test("a flood of different callers is bounded in memory, and busy servers refuse nobody")
  func flood() throws {
    let vault = try open()
    for number in 0..<(AuditNotes.waitingMax + 100) {
      refuse(vault, after: 0, AuditedNote(principal: "p\(number)", action: "facts.record"))
    }
    vault.notes.refused(.busy, login, of: program, at: start)
    try vault.writeNotes()
    #expect(try lines(vault).count == AuditNotes.waitingMax)
    // What is written makes room for what comes.
    refuse(vault, after: 1)
    try vault.writeNotes()
    #expect(try lines(vault).count == AuditNotes.waitingMax + 1)
    try vault.close()
  }
}
