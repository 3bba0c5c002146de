import Incentives
import LMDB

/// A learner's row of the vault, with the names that belong to it.
struct VaultRow {
  let person: PersonKey
  let secret: LearnerSecret
  let names: LearnerNames?
}

/// How the vault is read and copied as a whole: in slices, each a short transaction of its own.
///
/// Between two slices everybody else reads and writes. So a whole pass is no snapshot: it holds each
/// learner as it stood when its slice was read, id and names always together.
extension Vault {
  /// Rows read while others wait: under a millisecond.
  private static let sliceRows = 1_000

  /// Visits the learners of some programs in order.
  ///
  /// `rest` is called between two slices; it may write to the vault.
  func forEachRow(
    from low: PersonKey, through high: PersonKey, sliceRows: Int = Vault.sliceRows,
    rest: () throws -> Void = {}, _ body: ([VaultRow]) throws -> Void
  ) throws {
    var next: PersonKey? = low
    while let start = next {
      let slice = try rows(from: start, through: high, max: sliceRows)
      guard let last = slice.last else { return }
      try body(slice)
      next = slice.count < sliceRows ? nil : last.person.next
      try rest()
    }
  }

  private func rows(from low: PersonKey, through high: PersonKey, max: Int) throws -> [VaultRow] {
    try read { transaction in
      var secrets: [(PersonKey, LearnerSecret)] = []
      try transaction.scan(VaultSchema.learners, from: low, through: high) { person, secret in
        secrets.append((person, secret))
        return secrets.count < max ? .next : .stop
      }
      guard let last = secrets.last else { return [] }
      var rows: [VaultRow] = []
      rows.reserveCapacity(secrets.count)
      func takeSecrets(before person: PersonKey?) {
        while rows.count < secrets.count {
          let (next, secret) = secrets[rows.count]
          if let person, next >= person { return }
          rows.append(VaultRow(person: next, secret: secret, names: nil))
        }
      }
      // Both tables are in the order of the numbers, and not every learner has a name.
      try transaction.scan(VaultSchema.names, from: low, through: last.0) { person, names in
        takeSecrets(before: person)
        guard rows.count < secrets.count, secrets[rows.count].0 == person else {
          throw LedgerError.corruptVault(
            problem: "learner \(person.learner.rawValue) has only a name")
        }
        rows.append(VaultRow(person: person, secret: secrets[rows.count].1, names: names))
        return .next
      }
      takeSecrets(before: nil)
      return rows
    }
  }

  /// Copies every live row to a fresh vault in a directory, synced; `rest` as in `forEachRow`.
  func copy(
    to path: String, sliceRows: Int = Vault.sliceRows, rest: () throws -> Void = {}
  ) throws {
    try storing {
      let target = try Environment.open(
        at: path, format: VaultSchema.format, tables: VaultSchema.tables, options: options)
      try forEachRow(from: .lowest, through: .highest, sliceRows: sliceRows, rest: rest) { rows in
        try target.write { transaction in
          for row in rows {
            try transaction.append(VaultSchema.learners, row.person, row.secret)
            guard let names = row.names else { continue }
            try transaction.append(VaultSchema.names, row.person, names)
          }
        }
      }
      try copyTable(VaultSchema.secrets, to: target)
      try copyTable(VaultSchema.apiKeys, to: target)
      try copyTable(VaultSchema.commandSecrets, to: target)
      try copyTable(VaultSchema.notes, to: target)
      try target.close()
    }
  }

  /// Copies a table, in slices.
  private func copyTable<Key: KeyCodec & Hashable, Value: ValueCodec>(
    _ table: Table<Key, Value>, to target: Environment
  ) throws {
    var after: Key?
    repeat {
      var rows: [(Key, Value)] = []
      try read { transaction in
        try transaction.scan(table, from: after) { key, value in
          if key != after { rows.append((key, value)) }
          return rows.count < Self.sliceRows ? .next : .stop
        }
      }
      try target.write { transaction in
        for (key, value) in rows { try transaction.append(table, key, value) }
      }
      after = rows.count < Self.sliceRows ? nil : rows.last?.0
    } while after != nil
  }
}

extension PersonKey: Comparable {
  static let lowest = PersonKey(.server, .none)
  static let highest = PersonKey(
    ProgramNumber(rawValue: .max), LearnerNumber(rawValue: .max))

  /// The next key in order; nil behind the last.
  var next: PersonKey? {
    guard learner.rawValue == .max else {
      return PersonKey(program, LearnerNumber(rawValue: learner.rawValue + 1))
    }
    guard program.rawValue < .max else { return nil }
    return PersonKey(ProgramNumber(rawValue: program.rawValue + 1), .none)
  }

  static func < (left: PersonKey, right: PersonKey) -> Bool {
    (left.program, left.learner) < (right.program, right.learner)
  }
}
