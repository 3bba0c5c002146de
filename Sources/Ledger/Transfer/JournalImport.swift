import Foundation
import Incentives

/// An export that was read once and found whole, before anything of it is kept.
///
/// There is one only after the first pass: every block verified after the one before, every record and
/// every seal opened with the keys the export brings, the end compared with the head its first line
/// names. So a broken file leaves a store as it was.
public struct JournalImport<Lines: Sequence> where Lines.Element == String {
  /// The head that the import will give.
  public let head: Head
  private let program: ProgramNumber
  private let ids: Set<String>
  private let lines: Lines

  /// Reads all lines, which can be read once more.
  ///
  /// Throws `.unreadableExport` with the line's number, and what is wrong with a block or record.
  public init(examining lines: Lines) throws {
    var reader = ExportReader()
    var keys = LearnerKeys()
    var ids: Set<String> = []
    var buffer = ChangeBuffer()
    for line in lines {
      switch try reader.read(line) {
      case .person(let person): keys.set(person.key, for: person.learner)
      case .block(let bytes):
        buffer.removeAll()
        try bytes.withUnsafeBytes { try BlockView($0).decode(into: &buffer, keys: keys) }
        ids.formUnion(buffer.definitions.map(\.id))
      case .header, nil: break
      }
    }
    try reader.finish()
    self.lines = lines
    self.ids = ids
    program = reader.program
    head = reader.head
  }

  /// Takes the program into a store that has none of its number or id; answers its head.
  ///
  /// Throws `.programExists`. People go in before the blocks that speak of them.
  public func run(into store: Store) throws -> Head {
    for number in store.journal.programs() where number != .server {
      let id = try store.programID(of: number)
      guard number != program, !ids.contains(id) else { throw LedgerError.programExists(id: id) }
    }
    var reader = ExportReader()
    var taken = Taken(store: store, program: program)
    for line in lines {
      switch try reader.read(line) {
      case .header:
        guard reader.program == program else { throw reader.problem("the file has changed") }
        if let secret = reader.commandSecret {
          try store.vault.adopt(commandSecret: secret, of: program)
        }
      case .person(let person): try taken.add(person)
      case .block(let bytes): try taken.add(bytes)
      case nil: break
      }
    }
    try reader.finish()
    try taken.flush()
    return store.journal.head(of: program)
  }
}

/// What was read and is not in the store yet.
private struct Taken {
  let store: Store
  let program: ProgramNumber
  private var people: [VaultPerson] = []
  private var blocks: [EncodedBlock] = []
  private var blockBytes = 0

  private static let peopleMax = 20_000
  private static let blockBytesMax = 16 << 20

  init(store: Store, program: ProgramNumber) {
    self.store = store
    self.program = program
  }

  mutating func add(_ person: VaultPerson) throws {
    people.append(person)
    if people.count == Self.peopleMax { try flush() }
  }

  mutating func add(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { blocks.append(EncodedBlock(copying: try BlockView($0))) }
    blockBytes += bytes.count
    if blockBytes > Self.blockBytesMax { try flush() }
  }

  mutating func flush() throws {
    if !people.isEmpty { try store.vault.adopt(people, of: program) }
    people.removeAll()
    if !blocks.isEmpty { try store.journal.append(blocks) }
    blocks.removeAll()
    blockBytes = 0
  }
}

extension Store {
  /// Takes in the lines of an export, which are read twice; see `JournalImport`.
  public func importJournal(_ lines: some Sequence<String>) throws -> Head {
    try JournalImport(examining: lines).run(into: self)
  }
}
