import Foundation
import Incentives

/// How a rehearsal leaves a store: its keys, its tables, its blocks; what the server's log says stays.
///
/// The log says `dropping` before anything goes and `dropped` when nothing is left. In between a crash is
/// harmless: the next opening goes on, and does the same with a copy that was not finished.
extension Store {
  /// Blocks that are removed in one transaction: a few milliseconds of the journal's time.
  private static let removedBlocksMax = 64

  /// Removes all of a program, step by step.
  ///
  /// `onJournal` runs a step on the thread that appends, and answers what the step does.
  public func remove(
    _ program: ProgramNumber, at instant: Instant,
    onJournal: (@escaping @Sendable () throws -> Bool) throws -> Bool
  ) throws {
    // From here on nobody finds the log, and a journal without it is no rolled-back one.
    journal.forget(program)
    try writeHeadFile()
    try vault.forget(program, at: instant)
    try forgetTables(of: program)
    var isGone = false
    while !isGone {
      isGone = try onJournal { [journal] in
        try journal.removeBlocks(of: program, limit: Self.removedBlocksMax)
      }
    }
  }

  /// Ends what a crash left of copies and drops, before anybody else reads; answers whether it wrote.
  func finishRehearsals() throws -> Bool {
    let server = ProgramState(number: .server, hash: identitySecret)
    try JournalTail.apply(to: server, journal, vault) { _, _ in }
    let now = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    for rehearsal in server.rehearsals.unfinished {
      try remove(rehearsal.number, at: now) { try $0() }
      var buffer = ChangeBuffer()
      rehearsal.change(.dropped, into: &buffer)
      var encoder = BlockEncoder()
      let block = try encoder.encode(
        buffer, 0..<1, of: .server, after: journal.head(of: .server), time: now)
      try journal.append([block])
    }
    return !server.rehearsals.unfinished.isEmpty
  }
}
