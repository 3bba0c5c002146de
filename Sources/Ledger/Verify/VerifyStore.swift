import Foundation
import Incentives
import LMDB

/// The end of a program's log as somebody kept it elsewhere.
public struct KnownHead: Hashable, Sendable {
  /// The program's id.
  public var program: String
  /// The position of the last record.
  public var position: Position
  /// The hash of the block that ends there.
  public var hash: BlockHash

  /// Joins the parts.
  public init(program: String, position: Position, hash: BlockHash) {
    self.program = program
    self.position = position
    self.hash = hash
  }

  /// Reads `program:position:hash`, as write replies carry the last two; nil for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    // A program's id may have colons of its own.
    guard parts.count >= 3, let position = UInt64(parts[parts.count - 2]), position > 0,
      let hash = BlockHash(hexadecimal: String(parts[parts.count - 1]))
    else { return nil }
    self.init(
      program: parts.dropLast(2).joined(separator: ":"), position: Position(rawValue: position),
      hash: hash)
  }
}

extension Store {
  /// Checks the journal of every program at the position where it now ends.
  ///
  /// May run while others write: blocks are read in short slices. `known` are heads kept elsewhere; one
  /// of a program that the journal does not have is a difference.
  public func verifyJournal(rules: Bool, known: [KnownHead] = []) -> VerifyReport {
    var report = VerifyReport()
    var missing = known
    for number in journal.programs() {
      // What can not be read here is told by the check itself.
      let id = number == .server ? "server" : (try? programID(of: number)) ?? ""
      missing.removeAll { $0.program == id }
      var check = JournalVerification(
        store: self, program: number, known: known.filter { $0.program == id })
      report.lines += check.run(rules: rules && number != .server).lines
    }
    for head in missing {
      report.lines.append(
        .init("known head", .difference, "the journal has no program \(head.program)"))
    }
    return report
  }

  /// Reads the files of a store at rest with ordinary reads, before a map touches them.
  ///
  /// Throws `.storage(.damagedFile)` with the first page that the disk can not read.
  public static func readThrough(_ path: String) throws {
    for part in ["journal", "vault"] {
      try storing { try FileSystem.readThrough("\(path)/\(part)/data.mdb") }
    }
  }

  /// Reads all of a copy once: every hash in its chain, every record, every seal its vault can open.
  ///
  /// What the records say is not replayed: they are the very bytes of the store that was copied.
  func verifyCopy() -> VerifyReport {
    var report = VerifyReport()
    for program in journal.programs() {
      do {
        var head = Head.none
        var buffer = ChangeBuffer()
        let keys = vault.keyring(of: program)
        try journal.blocks(of: program, from: Position(rawValue: 1)) { block in
          try block.verify(after: head)
          head = block.head
          buffer.removeAll()
          try block.decode(into: &buffer, keys: keys)
          return true
        }
        report.lines.append(.init("bytes and chain", .ok, "\(program.rawValue)"))
      } catch {
        report.lines.append(.init("bytes and chain", failedBy: error, "\(program.rawValue)"))
      }
    }
    return report
  }

  /// The id that a program was declared with: its log begins with its first definition.
  public func programID(of number: ProgramNumber) throws -> String {
    var id = ""
    var buffer = ChangeBuffer()
    try journal.blocks(of: number, from: Position.none.next) { block in
      buffer.removeAll()
      try block.decode(into: &buffer, keys: NoKeys())
      for case .program(let change) in buffer.changes {
        id = buffer.definitions[Int(change.definition)].id
        return false
      }
      return true
    }
    return id
  }
}

extension Store {
  /// Builds the tables again from the journal and compares every row, at one position.
  ///
  /// May run while the follower does: the rows are those of one moment. Their pages are not used again
  /// until the comparison ends, so the tables' file may grow meanwhile. Without tables there is nothing
  /// to compare; the next start makes them.
  public func verifyTables() -> VerifyReport.Line {
    let draft = path + "/state.verify"
    defer { try? FileManager.default.removeItem(atPath: draft) }
    do {
      guard try storing({ try FileSystem.byteCount(of: statePath + "/data.mdb") }) != nil else {
        return .init("tables", .ok, "there are none yet; the next start makes them")
      }
      let options = try options.environment(at: statePath, readsAhead: false)
      let standing = try tables ?? StateStore.open(at: statePath, options: options)
      defer { if tables == nil { try? standing.close() } }
      let neededBytes = try standing.usage().usedBytes + Backup.freeBytesMin
      guard try storing({ try FileSystem.freeBytes(at: path) }) >= neededBytes else {
        return .init("tables", .unchecked, "the disk has no room to build them again beside")
      }
      try? FileManager.default.removeItem(atPath: draft)
      let found = try StateVerification.firstDifference(
        standing, from: journal, rebuiltAt: draft, secret: identitySecret)
      if let found {
        return .init("tables", .difference, "\(found.table), row \(found.key)")
      }
      return .init("tables", .ok, "every row is what the journal makes it")
    } catch {
      let line = VerifyReport.Line("tables", failedBy: error, "the state")
      guard line.status == .difference else { return line }
      return .init("tables", .difference, "\(error); remove \(statePath), it is made anew")
    }
  }
}
