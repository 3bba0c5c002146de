import Foundation
import Incentives

/// A program's log as lines of JSON (NDJSON), complete and repeatable.
///
///     {"laurel":"journal","version":1,"program":1,"id":"…","position":…,"head":"…"}
///     {"person":7,"key":"…","externalID":"…","name":"…","alias":"…","number":"…"}        only with names
///     {"block":"base64…","first":1,"count":12,"time":"…","hash":"…","records":[…]}
///
/// Importing it elsewhere gives the same head: the blocks' bytes are the log. Without names nobody can
/// be told from it: texts that identify people stay sealed, and their keys stay behind. With names the
/// first line also has `"commands"`, the secret by which retries of the program's commands are
/// recognised (`Vault.fingerprint`).
extension Store {
  /// The version of the export's lines.
  public static let exportVersion = 1

  /// Writes a program's log, line by line; returns the head it ends at.
  public func exportJournal(
    of program: ProgramNumber, id: String, withNames: Bool, _ write: (Data) throws -> Void
  ) throws -> Head {
    let end = journal.head(of: program)
    var header: [String: Any] = [
      "laurel": "journal", "version": Self.exportVersion, "program": Int(program.rawValue),
      "id": id, "position": end.position.rawValue, "head": end.hash.description,
    ]
    if withNames {
      let secret = vault.commandSecret(of: program)
      header["commands"] = LearnerKey(low: secret.low, high: secret.high).hexadecimal
    }
    try write(RecordView.line(header))
    if withNames {
      try vault.forEachPerson(of: program) { try write(RecordView.line($0.line)) }
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
      records.append(try RecordView.make(change, at: position, in: buffer))
      position = position.next
    }
    return try RecordView.line([
      "block": Data(block.bytes).base64EncodedString(), "first": block.header.first.rawValue,
      "count": Int(block.header.count), "time": block.header.time.description,
      "hash": block.hash.description, "records": records,
    ])
  }
}

extension VaultPerson {
  fileprivate var line: [String: Any] {
    [
      "person": Int(learner.rawValue), "key": key.hexadecimal,
      "externalID": String(decoding: externalID, as: UTF8.self),
      "name": String(decoding: name, as: UTF8.self),
      "alias": String(decoding: alias, as: UTF8.self),
      "number": String(decoding: rollNumber, as: UTF8.self),
    ]
  }
}

extension LearnerKey {
  /// The 128 bits as 32 hexadecimal digits.
  var hexadecimal: String {
    [high, low].map { half in
      let text = String(half, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
  }

  /// The key of 32 hexadecimal digits; nil for any other text.
  init?(hexadecimal: String) {
    guard hexadecimal.utf8.count == 32, let high = UInt64(hexadecimal.prefix(16), radix: 16),
      let low = UInt64(hexadecimal.suffix(16), radix: 16)
    else { return nil }
    self.init(low: low, high: high)
  }
}
