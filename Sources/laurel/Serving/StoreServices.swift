import API
import Incentives
import Ledger
import Server

/// The long work that a server lends to `system.verify` and `system.backup`, done by `Ledger`.
enum StoreServices {
  /// The services of every server that this program starts.
  static let all = ServerServices(
    verify: { store, judgesRules in
      // The tables move while the server runs; they are compared where the store is at rest.
      store.verifyJournal(rules: judgesRules).lines.map { line in
        VerifyStore.Check(line.check, status(line.status), line.detail)
      }
    },
    backup: { store, directory in
      let backup = try store.backUp(to: directory)
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
}

extension Store {
  /// The id that a program was declared with: its log begins with its first definition.
  func programID(of number: ProgramNumber) throws -> String {
    var id = ""
    var buffer = ChangeBuffer()
    try journal.blocks(of: number, from: Position.none.next) { block in
      buffer.removeAll()
      try block.decode(into: &buffer, keys: vault.keyring(of: number))
      for case .program(let change) in buffer.changes {
        id = buffer.definitions[Int(change.definition)].id
        return false
      }
      return true
    }
    return id
  }
}
