/// A member of staff 教职员: a person who acts in a program, from a local day to a local day.
public struct StaffMember: Hashable, Sendable {
  /// The name people read; empty where none was given, or where it was sealed for good.
  public var name = ""
  /// The roles, as bits whose meaning is the server's.
  public var roles: UInt32 = 0
  /// Whether the roles hold in `cohorts` only; else everywhere in the program.
  public var isLimited = false
  /// The cohorts of one who is limited, in the order they were said.
  public var cohorts: [CohortNumber] = []
  /// The first local day.
  public var first = LocalDay(number: .min)
  /// The last local day.
  public var last = LocalDay(number: .max)
  /// Who takes over the open work; none where nobody was named.
  public var successor = StaffNumber.none
  /// When the keys that were made before stopped being good: the person had ended.
  public var keysSince = Instant.distantPast

  /// Somebody who may do nothing.
  public init() {}

  /// Whether they act on a day.
  public func acts(on day: LocalDay) -> Bool { first <= day && day <= last }
}

extension ProgramState {
  /// The number of a member of staff; nil where there is none of this id.
  public func staffNumber(_ id: String) -> StaffNumber? {
    names.number(.staff, id).map { StaffNumber(rawValue: $0) }
  }

  /// The id of a member of staff; empty for none.
  public func staffID(_ number: StaffNumber) -> String { names.word(.staff, number.rawValue) }

  /// What is known of a member of staff.
  public func staffMember(_ number: StaffNumber) -> StaffMember { staff[number.index] }

  /// Gives a member of staff the name that a start found in the vault.
  public func restore(staffName name: String, of number: StaffNumber) {
    staff[number.index].name = name
  }

  func apply(_ change: StaffChange) {
    staff[change.staff.index].roles = change.roles
    staff[change.staff.index].isLimited = change.isLimited
    staff[change.staff.index].cohorts = []
    staff[change.staff.index].first = change.first
    staff[change.staff.index].last = change.last
    staff[change.staff.index].successor = change.successor
    staff[change.staff.index].keysSince = change.keysSince
  }

  func apply(_ change: StaffCohortChange) {
    staff[change.staff.index].cohorts.append(change.cohort)
  }
}
