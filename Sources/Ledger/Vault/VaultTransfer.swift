import Incentives
import LMDB

/// A learner as an export with names carries it: what opens the sealed texts, and what they say.
public struct VaultPerson: Hashable, Sendable {
  /// The number in the program.
  public var learner: LearnerNumber
  /// The key that opens the learner's sealed texts.
  public var key: LearnerKey
  /// The id the organisation uses.
  public var externalID: [UInt8]
  /// The name people read; empty where none was given.
  public var name: [UInt8]
  /// The alias boards show; empty where none was given.
  public var alias: [UInt8]
  /// The number beside the id; empty where none was given.
  public var rollNumber: [UInt8]

  /// Joins the parts.
  public init(
    learner: LearnerNumber, key: LearnerKey, externalID: [UInt8], name: [UInt8], alias: [UInt8],
    rollNumber: [UInt8]
  ) {
    self.rollNumber = rollNumber
    self.learner = learner
    self.key = key
    self.externalID = externalID
    self.name = name
    self.alias = alias
  }
}

/// How the vault leaves for a backup or an export, and comes back.
extension Vault {
  /// Copies every live row to a fresh vault in a directory, while others read and write.
  ///
  /// Holds whoever was there when it began, and of those who come or change meanwhile some.
  public func backUp(to path: String) throws { try copy(to: path) }

  /// Visits the people of a program who were not erased, by number.
  public func forEachPerson(
    of program: ProgramNumber, _ body: (VaultPerson) throws -> Void
  ) throws {
    try forEachRow(
      from: PersonKey(program, .none),
      through: PersonKey(program, LearnerNumber(rawValue: .max))
    ) { rows in
      for row in rows {
        guard let key = row.secret.key else { continue }
        try body(
          VaultPerson(
            learner: row.person.learner, key: key, externalID: row.secret.externalID,
            name: row.names?.name ?? [], alias: row.names?.alias ?? [],
            rollNumber: row.names?.rollNumber ?? []))
      }
    }
  }

  /// Takes in the people of a program that is being imported.
  public func adopt(_ people: [VaultPerson], of program: ProgramNumber) throws {
    try exclusively {
      try commit { transaction in
        for person in people {
          let key = PersonKey(program, person.learner)
          try transaction.put(
            VaultSchema.learners, key,
            LearnerSecret(key: person.key, externalID: person.externalID))
          let names = LearnerNames(
            name: person.name, alias: person.alias, rollNumber: person.rollNumber)
          guard names != LearnerNames(name: [], alias: []) else { continue }
          try transaction.put(VaultSchema.names, key, names)
        }
      }
    }
  }
}
