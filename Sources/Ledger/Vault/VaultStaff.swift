import Incentives

// Members of staff are persons of the vault as learners are: a key each, which opens their name and
// with which the name is gone. They stand behind all learners, in the upper half of the numbers, so that
// a backup, an export with names and the erasure of a person treat both alike.

extension StaffNumber {
  /// The number under which the vault keeps the person.
  var person: LearnerNumber {
    LearnerNumber(rawValue: LearnerNumber.firstStaff.rawValue | rawValue)
  }
}

// The names of files stand behind them, by the number of their batch: a key each, so that one can be
// destroyed without the others.

extension BatchNumber {
  /// The number under which the vault keeps the name of the batch's file.
  var person: LearnerNumber {
    LearnerNumber(rawValue: LearnerNumber.firstBatch.rawValue | rawValue)
  }
}

extension LearnerNumber {
  /// The number at which the vault's batches begin; no member of staff's number reaches it.
  static let firstBatch = LearnerNumber(rawValue: 3 << 30)
  /// The number at which the vault's members of staff begin; no learner's number reaches it.
  static let firstStaff = LearnerNumber(rawValue: 1 << 31)
  /// The last number that a learner may have.
  static let lastLearner = LearnerNumber(rawValue: 1 << 31 - 1)
}

extension Vault {
  /// The name of a member of staff; empty where none was given, or where it is gone.
  func name(of staff: StaffNumber, in program: ProgramNumber) throws -> String {
    String(decoding: try learner(staff.person, of: program)?.name ?? [], as: UTF8.self)
  }

  /// Gives the members of staff that a start found in the tables the names they have.
  func restoreStaffNames(of state: ProgramState) throws {
    for index in state.staff.indices.dropFirst() {
      let number = StaffNumber(rawValue: UInt32(index))
      state.restore(staffName: try name(of: number, in: state.number), of: number)
    }
  }

  /// Gives the batches that a start found in the tables the names of their files.
  func restoreFileNames(of state: ProgramState) throws {
    guard let last = state.batches.last?.number else { return }
    try forEachRow(
      from: PersonKey(state.number, .firstBatch), through: PersonKey(state.number, last.person)
    ) { rows in
      for row in rows {
        let batch = BatchNumber(
          rawValue: row.person.learner.rawValue & ~LearnerNumber.firstBatch.rawValue)
        state.restore(
          fileName: String(decoding: row.names?.name ?? [], as: UTF8.self), of: batch)
      }
    }
  }
}
