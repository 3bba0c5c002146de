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

extension LearnerNumber {
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
}
