/// A member of staff as a caller declares one; what is nil stays as it is.
public struct StaffRecord: Hashable, Sendable {
  /// The id the organisation uses.
  public var id: String
  /// The name people read.
  public var name: String?
  /// The roles, as bits whose meaning is the server's.
  public var roles: UInt32?
  /// The cohorts in which the roles hold; empty: everywhere.
  public var cohorts: [String]?
  /// The first local day.
  public var from: LocalDay?
  /// The last local day.
  public var to: LocalDay?
  /// Who takes over the open work.
  public var successor: String?

  /// Describes a member of staff.
  public init(
    id: String, name: String? = nil, roles: UInt32? = nil, cohorts: [String]? = nil,
    from: LocalDay? = nil, to: LocalDay? = nil, successor: String? = nil
  ) {
    self.id = id
    self.name = name
    self.roles = roles
    self.cohorts = cohorts
    self.from = from
    self.to = to
    self.successor = successor
  }
}

extension ProgramState {
  /// The most people who ever acted in a program: they are resident, with their names.
  public static let staffMax = 10_000

  /// Decides what is true of a member of staff.
  ///
  /// A successor is named with an end and is somebody else who is known; a later `to` without one
  /// takes the end back and the successor with it.
  /// Whoever ends today or ended before loses the keys made until now, for good: `wall` is when.
  public func decide(
    _ record: StaffRecord, wall: Instant, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard version > 0 else {
      throw .refused(
        Refusal(.notFound, field: "program", "Apply a program definition first (program.apply)."))
    }
    let known = staffNumber(record.id)
    let standing = known.map(staffMember) ?? StaffMember()
    try check(record, isNew: known == nil)
    var member = standing
    member.name = record.name ?? standing.name
    member.roles = record.roles ?? standing.roles
    member.first = record.from ?? standing.first
    if let to = record.to {
      member.last = to
      member.successor = .none
    }
    guard member.first <= member.last else {
      throw .refused(
        Refusal(.invalid, field: "to", "The last day comes before the first, \(member.first)."))
    }
    if let successor = record.successor {
      member.successor = try successorNumber(successor, record)
    }
    let staff = StaffNumber(
      rawValue: try numberNaming(.staff, record.id, max: Self.staffMax, into: &buffer))
    if let words = record.cohorts {
      member.isLimited = !words.isEmpty
      member.cohorts = []
      for word in words {
        let cohort = CohortNumber(
          rawValue: UInt16(
            try numberNaming(.cohort, word, max: Int(UInt16.max), into: &buffer)))
        if !member.cohorts.contains(cohort) { member.cohorts.append(cohort) }
      }
    }
    // Who comes back gets new keys, and an end that is said again ends what is ended already.
    let today = day(at: wall)
    if member.last != standing.last, min(member.last, standing.last) <= today, known != nil {
      member.keysSince = wall
    }
    append(member, of: staff, standing: known == nil ? nil : standing, to: &buffer)
  }

  private func check(_ record: StaffRecord, isNew: Bool) throws(Undecided) {
    guard isNew else { return }
    guard record.roles != nil || record.to == nil else {
      throw .refused(
        Refusal(
          .notFound, field: "id",
          "There is no member of staff \(record.id); staff.list shows those there are."))
    }
    guard record.roles != nil else {
      throw .refused(
        Refusal(
          .invalid, field: "roles",
          "\(record.id) is not known yet; say which roles a new member of staff has."))
    }
    // Somebody who acts under this word already is a system: the two would be one in every record.
    guard names.number(.principal, record.id) == nil else {
      throw .refused(
        Refusal(
          .invalid, field: "id",
          "A system acts under the name \(record.id) here; choose another id for the person."))
    }
  }

  private func successorNumber(
    _ id: String, _ record: StaffRecord
  ) throws(Undecided) -> StaffNumber {
    guard record.to != nil else {
      throw .refused(
        Refusal(.invalid, field: "successor", "Name a successor together with the last day, `to`."))
    }
    guard id != record.id else {
      throw .refused(
        Refusal(.invalid, field: "successor", "Somebody else takes over; name another member."))
    }
    guard let number = staffNumber(id) else {
      throw .refused(
        Refusal(.notFound, field: "successor", "There is no member of staff with this id."))
    }
    return number
  }

  private func append(
    _ member: StaffMember, of staff: StaffNumber, standing: StaffMember?,
    to buffer: inout ChangeBuffer
  ) {
    if member.name != standing?.name ?? "" {
      buffer.changes.append(
        .staffNamed(StaffNameChange(staff: staff, name: buffer.text.append(member.name))))
    }
    var unnamed = standing
    unnamed?.name = member.name
    guard member != unnamed else { return }
    buffer.changes.append(
      .staff(
        StaffChange(
          staff: staff, roles: member.roles, isLimited: member.isLimited, first: member.first,
          last: member.last, successor: member.successor, keysSince: member.keysSince)))
    for cohort in member.cohorts {
      buffer.changes.append(.staffCohort(StaffCohortChange(staff: staff, cohort: cohort)))
    }
  }
}
