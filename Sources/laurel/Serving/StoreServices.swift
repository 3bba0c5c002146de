import API
import Incentives
import Ledger
import Server

/// The long work that a server lends to `system.verify` and `system.backup`, done by `Ledger`.
enum StoreServices {
  /// The services of every server that this program starts.
  static let all = ServerServices(
    verify: { store, question in
      let heads = question.heads.compactMap { head in
        BlockHash(hexadecimal: head.hash).map {
          KnownHead(program: head.program, position: head.position, hash: $0)
        }
      }
      var report = store.verifyJournal(rules: question.judgesRules, known: heads)
      report.lines.append(store.verifyTables())
      return report.lines.map { VerifyStore.Check($0.check, status($0.status), $0.detail) }
    },
    backup: { store, directory in
      let backup = try refusing { try store.backUp(to: directory) }
      let programs = try backup.heads.sorted { $0.key < $1.key }
        .filter { $0.key != .server }
        .map { number, head in
          BackUpStore.Outcome.Program(
            program: try store.programID(of: number), position: head.position,
            head: "\(head.hash)")
        }
      return BackUpStore.Outcome(programs: programs, bytes: backup.bytes)
    })

  private static func status(_ status: VerifyReport.Status) -> VerifyStore.Check.Status {
    switch status {
    case .ok: .ok
    case .difference: .difference
    case .unchecked: .unchecked
    }
  }

  /// A full disk is an answer that callers know; every other failure is told as it is.
  private static func refusing<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch LedgerError.storage(.storageFull(let operation)) {
      throw Refusal(
        .storageFull, field: "directory",
        "The disk is nearly full (\(operation)); make room, or name a directory on another disk.")
    }
  }
}
