import Incentives
import LMDB

/// A learner as the vault knows one.
public struct VaultLearner: Hashable, Sendable {
  /// The learner's number.
  public let learner: LearnerNumber
  /// The id the organisation uses; empty for an erased learner.
  public let externalID: [UInt8]
  /// The name; empty where none was given.
  public let name: [UInt8]
  /// The alias; empty where none was given.
  public let alias: [UInt8]
  /// The number beside the id; empty where none was given.
  public let rollNumber: [UInt8]
  /// Whether the learner was erased.
  public let isErased: Bool
}

/// The vault as the keyring of one program.
public struct VaultKeyring: LearnerKeyring, Sendable {
  let vault: Vault
  let program: ProgramNumber

  /// The key of a learner; nil when the learner was erased or was never there.
  public func key(of learner: LearnerNumber) throws(LedgerError) -> LearnerKey? {
    do {
      return try vault.read {
        try $0.get(VaultSchema.learners, PersonKey(program, learner))?.key
      }
    } catch let error as LedgerError {
      throw error
    } catch {
      throw .corruptVault(problem: "\(error)")
    }
  }
}

extension Vault {
  /// The keys of a program's learners, read one at a time as they are asked for.
  public func keyring(of program: ProgramNumber) -> VaultKeyring {
    VaultKeyring(vault: self, program: program)
  }

  /// Makes durable what a block's personal texts need, and answers the keys to seal them with.
  ///
  /// Draws a key for each learner that a `.learner` change numbers, keeps external ids and names, all
  /// in one synced transaction. Changes without personal texts cost a look at each and nothing else;
  /// texts of learners known before cost a read. An erased learner's text is sealed under a key that
  /// nobody keeps. Throws `.keyMissing` for a learner the vault has never heard of.
  public func prepare(
    _ buffer: ChangeBuffer, _ range: Range<Int>, of program: ProgramNumber
  ) throws -> LearnerKeys {
    let needs = SealingNeeds(buffer, range)
    guard !needs.isEmpty else { return LearnerKeys() }
    return try exclusively {
      var keys = LearnerKeys()
      var rows: [(PersonKey, LearnerSecret)] = []
      let known = try read { transaction in
        try needs.learners.map {
          ($0, try transaction.get(VaultSchema.learners, PersonKey(program, $0)))
        }
      }
      for (learner, row) in known {
        // A row that is there already was left by a block that never became durable: its key was
        // used for nothing that lasts, under other nonces.
        let key = row?.key ?? .random()
        keys.set(key, for: learner)
        if row == .erased, learner <= .lastLearner {
          // Numbered in a copy of a log, whose original has no key any more: nothing is kept.
          continue
        } else if let externalID = needs.numbered[learner] {
          let secret = LearnerSecret(key: key, externalID: externalID)
          rows.append((PersonKey(program, learner), secret))
        } else if row == nil {
          throw LedgerError.keyMissing(program: program, learner: learner)
        }
      }
      let erased = Set(known.lazy.filter { $0.1 == .erased }.map(\.0))
      let names = needs.named.filter { !erased.contains($0.key) }
      try put(rows, names, of: program)
      return keys
    }
  }

  private func put(
    _ rows: [(PersonKey, LearnerSecret)], _ names: [LearnerNumber: LearnerNames],
    of program: ProgramNumber
  ) throws {
    guard !rows.isEmpty || !names.isEmpty else { return }
    try commit { transaction in
      for (key, secret) in rows {
        try transaction.put(VaultSchema.learners, key, secret)
        // The name of whoever had this number in a block that never became durable.
        try transaction.delete(VaultSchema.names, key)
      }
      for (learner, names) in names {
        try transaction.put(VaultSchema.names, PersonKey(program, learner), names)
      }
    }
  }

  /// Destroys the keys, ids and names of learners, then rewrites the vault without them.
  ///
  /// When it returns, nothing sealed for them can be opened any more. The vault remembers that there
  /// was a learner with this number, and nothing else. Interrupted, the next opening ends it.
  public func erase(_ learners: [LearnerNumber], of program: ProgramNumber) throws {
    try exclusively {
      try destroyRows(learners, of: program)
      try compact()
    }
  }

  /// Destroys the rows of learners and notes that their bytes are still in the file; only inside
  /// `exclusively`.
  func destroyRows(_ learners: [LearnerNumber], of program: ProgramNumber) throws {
    try commit { transaction in
      for learner in learners {
        let key = PersonKey(program, learner)
        try transaction.put(VaultSchema.learners, key, .erased)
        try transaction.delete(VaultSchema.names, key)
      }
      try transaction.put(VaultSchema.duties, VaultDuty.rewriting, VaultDuty())
    }
  }

  /// What the vault knows of one learner; nil when it has never heard of the number.
  public func learner(_ learner: LearnerNumber, of program: ProgramNumber) throws -> VaultLearner? {
    let key = PersonKey(program, learner)
    return try read { transaction in
      guard let secret = try transaction.get(VaultSchema.learners, key) else { return nil }
      return VaultLearner(learner, secret, try transaction.get(VaultSchema.names, key))
    }
  }

  /// Visits all learners of a program by number, in slices, so that others are not held up.
  ///
  /// After a crash the last numbers may be of learners whose block was never durable; the caller knows
  /// from the journal how many there are.
  public func forEachLearner(
    of program: ProgramNumber, _ body: (VaultLearner) throws -> Void
  ) throws {
    try forEachRow(
      from: PersonKey(program, .none), through: PersonKey(program, .lastLearner)
    ) { rows in
      for row in rows { try body(VaultLearner(row.person.learner, row.secret, row.names)) }
    }
  }
}

extension VaultLearner {
  init(_ learner: LearnerNumber, _ secret: LearnerSecret, _ names: LearnerNames?) {
    self.init(
      learner: learner, externalID: secret.externalID, name: names?.name ?? [],
      alias: names?.alias ?? [], rollNumber: names?.rollNumber ?? [], isErased: secret.key == nil)
  }
}
