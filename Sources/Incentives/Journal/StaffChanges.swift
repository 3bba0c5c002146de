/// What a member of staff may do, and from which day to which; replaces what was said before.
///
/// The cohorts of one who is limited follow as `.staffCohort` changes; until they do, there are none.
@frozen public struct StaffChange: Sendable, BitwiseCopyable {
  /// Who it is.
  public var staff: StaffNumber
  /// The roles, as bits whose meaning is the server's.
  public var roles: UInt32
  /// Whether the roles hold in some cohorts only.
  public var isLimited: Bool
  /// The first local day.
  public var first: LocalDay
  /// The last local day.
  public var last: LocalDay
  /// Who takes over the open work; none where nobody was named.
  public var successor: StaffNumber
  /// When the keys that were made before stopped being good; the beginning of time while all are.
  public var keysSince: Instant

  /// Joins the parts.
  @inlinable public init(
    staff: StaffNumber, roles: UInt32, isLimited: Bool, first: LocalDay, last: LocalDay,
    successor: StaffNumber = .none, keysSince: Instant = .distantPast
  ) {
    self.staff = staff
    self.roles = roles
    self.isLimited = isLimited
    self.first = first
    self.last = last
    self.successor = successor
    self.keysSince = keysSince
  }
}

/// A cohort to which a member of staff is limited, one of several.
@frozen public struct StaffCohortChange: Sendable, BitwiseCopyable {
  /// Who it is.
  public var staff: StaffNumber
  /// The cohort.
  public var cohort: CohortNumber

  /// Joins the parts.
  @inlinable public init(staff: StaffNumber, cohort: CohortNumber) {
    self.staff = staff
    self.cohort = cohort
  }
}

/// The name of a member of staff; sealed in the journal.
@frozen public struct StaffNameChange: Sendable, BitwiseCopyable {
  /// Whose name it is.
  public var staff: StaffNumber
  /// The name.
  public var name: TextRef

  /// Joins the parts.
  @inlinable public init(staff: StaffNumber, name: TextRef) {
    self.staff = staff
    self.name = name
  }
}
