import Foundation
import Incentives

/// A program's log as lines of JSON (NDJSON), complete and repeatable.
///
///     {"laurel":"journal","version":1,"program":1,"id":"…","position":…,"head":"…"}
///     {"person":7,"key":"…","externalID":"…","name":"…","alias":"…"}        only with names
///     {"block":"base64…","first":1,"count":12,"time":"…","hash":"…","records":[…]}
///
/// Importing it elsewhere gives the same head: the blocks' bytes are the log. Without names nobody can
/// be told from it: texts that identify people stay sealed, and their keys stay behind.
extension Store {
  /// The version of the export's lines.
  public static let exportVersion = 1

  /// Writes a program's log, line by line; returns the head it ends at.
  public func exportJournal(
    of program: ProgramNumber, id: String, withNames: Bool, _ write: (Data) throws -> Void
  ) throws -> Head {
    let end = journal.head(of: program)
    try write(
      RecordView.line([
        "laurel": "journal", "version": Self.exportVersion, "program": Int(program.rawValue),
        "id": id, "position": end.position.rawValue, "head": end.hash.description,
      ]))
    if withNames {
      for person in try vault.people(of: program) { try write(RecordView.line(person.line)) }
    }
    let keys = VaultKeyring(vault: vault, program: program)
    try journal.blocks(of: program, from: Position(rawValue: 1)) { block in
      guard block.header.first <= end.position else { return false }
      var buffer = ChangeBuffer()
      if withNames {
        try block.decode(into: &buffer, keys: keys)
      } else {
        try block.decode(into: &buffer, keys: NoKeys())
      }
      try write(Self.line(block, buffer))
      return true
    }
    return end
  }

  private static func line(_ block: borrowing BlockView, _ buffer: ChangeBuffer) throws -> Data {
    var position = block.header.first
    var records: [[String: Any]] = []
    for change in buffer.changes {
      records.append(RecordView.make(change, at: position, in: buffer))
      position = position.next
    }
    return try RecordView.line([
      "block": Data(block.bytes).base64EncodedString(), "first": block.header.first.rawValue,
      "count": Int(block.header.count), "time": block.header.time.description,
      "hash": block.hash.description, "records": records,
    ])
  }

  /// Takes in the lines of an export; the program must not be in this store.
  ///
  /// Every block is verified after the one before, and the end compared with the head that the first
  /// line names. Throws `.unreadableExport` with the line's number; nothing is kept of an export that
  /// breaks off, since the store is then to be thrown away by the caller.
  public func importJournal(_ lines: some Sequence<String>) throws -> Head {
    var reader = ExportReader(store: self)
    for line in lines { try reader.read(line) }
    return try reader.finish()
  }
}

/// Reads the lines of an export into a store.
private struct ExportReader {
  let store: Store
  private var number = 0
  private var program = ProgramNumber.server
  private var expected = ""
  private var people: [VaultPerson] = []
  private var head = Head.none
  private var pending: [EncodedBlock] = []
  private var pendingBytes = 0

  init(store: Store) { self.store = store }

  mutating func read(_ line: String) throws {
    number += 1
    guard !line.isEmpty else { return }
    guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    else { throw problem("it is no JSON object") }
    if number == 1 {
      try begin(object)
    } else if object["person"] != nil {
      people.append(try person(object))
    } else {
      try take(object)
    }
  }

  mutating func finish() throws -> Head {
    try flush()
    guard store.journal.head(of: program).hash.description == expected else {
      throw problem("the log does not end at the head the first line names")
    }
    return store.journal.head(of: program)
  }

  private mutating func begin(_ object: [String: Any]) throws {
    guard object["laurel"] as? String == "journal", let version = object["version"] as? Int,
      let program = object["program"] as? Int, let head = object["head"] as? String
    else { throw problem("it does not begin an export of a journal") }
    guard version <= Store.exportVersion else {
      throw problem("it is of version \(version); this binary reads \(Store.exportVersion)")
    }
    self.program = ProgramNumber(rawValue: UInt32(program))
    expected = head
    guard store.journal.head(of: self.program) == .none else {
      throw problem("this store has a program with number \(program); import into a new store")
    }
  }

  private mutating func take(_ object: [String: Any]) throws {
    guard let text = object["block"] as? String, let bytes = Data(base64Encoded: text) else {
      throw problem("it holds no block")
    }
    try bytes.withUnsafeBytes { raw in
      let block = try BlockView(raw)
      guard block.header.program == program else { throw problem("it is another program's block") }
      try block.verify(after: head)
      head = block.head
      pending.append(EncodedBlock(copying: block))
      pendingBytes += raw.count
    }
    if pendingBytes > 16 << 20 { try flush() }
  }

  private mutating func flush() throws {
    if !people.isEmpty {
      try store.vault.adopt(people, of: program)
      people.removeAll()
    }
    guard !pending.isEmpty else { return }
    try store.journal.append(pending)
    pending.removeAll()
    pendingBytes = 0
  }

  private func person(_ object: [String: Any]) throws -> VaultPerson {
    guard let number = object["person"] as? Int, let learner = UInt32(exactly: number),
      let key = (object["key"] as? String).flatMap(LearnerKey.init(hexadecimal:)),
      let externalID = object["externalID"] as? String
    else { throw problem("it describes nobody") }
    return VaultPerson(
      learner: LearnerNumber(rawValue: learner), key: key, externalID: Array(externalID.utf8),
      name: Array((object["name"] as? String ?? "").utf8),
      alias: Array((object["alias"] as? String ?? "").utf8))
  }

  private func problem(_ text: String) -> LedgerError {
    .unreadableExport(line: number, problem: text)
  }
}

extension VaultPerson {
  fileprivate var line: [String: Any] {
    [
      "person": Int(learner.rawValue), "key": key.hexadecimal,
      "externalID": String(decoding: externalID, as: UTF8.self),
      "name": String(decoding: name, as: UTF8.self),
      "alias": String(decoding: alias, as: UTF8.self),
    ]
  }
}

extension LearnerKey {
  fileprivate var hexadecimal: String {
    [high, low].map { half in
      let text = String(half, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
  }

  fileprivate init?(hexadecimal: String) {
    guard hexadecimal.utf8.count == 32, let high = UInt64(hexadecimal.prefix(16), radix: 16),
      let low = UInt64(hexadecimal.suffix(16), radix: 16)
    else { return nil }
    self.init(low: low, high: high)
  }
}
