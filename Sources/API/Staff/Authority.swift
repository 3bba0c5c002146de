import Incentives
import JSONRPC

/// A member of staff as a presented key names one.
public struct StaffKey: Hashable, Sendable {
  /// The id of the member of staff.
  public let staff: String
  /// When the key was made: an end of the person ends the keys made before.
  public let created: Instant

  /// Joins the parts.
  public init(staff: String, created: Instant) {
    self.staff = staff
    self.created = created
  }
}

extension ProgramState {
  /// What a member of staff may do at this moment, and whom they may see.
  ///
  /// Refuses who does not act today, by the wall clock and the program's zone, and a key that was made
  /// before the person ended.
  public func authority(
    of key: StaffKey, wall: Instant
  ) throws(Undecided) -> (roles: Roles, sight: Sight) {
    guard let number = staffNumber(key.staff) else { throw .refused(Self.wrongStaffKey) }
    let member = staffMember(number)
    guard key.created >= member.keysSince else { throw .refused(Self.wrongStaffKey) }
    guard member.acts(on: day(at: wall)) else {
      throw .refused(
        Refusal(
          .forbidden,
          "\(key.staff) does not act today; `laurel staff list` shows from when to when."))
    }
    return (
      Roles(rawValue: member.roles), member.isLimited ? .cohorts(member.cohorts) : .everything
    )
  }

  private static var wrongStaffKey: Refusal {
    Refusal(
      .unauthenticated, field: "key",
      "This key ended with the person's time; `laurel keys create --staff` makes a new one.")
  }

  /// Refuses a learner who is not seen as one who is not there; one who is not there passes.
  func check(
    learner id: String, field: String = "learner", _ sight: Sight, wall: Instant
  ) throws(Undecided) {
    guard sight.isLimited, let learner = learnerNumber(id) else { return }
    guard !sees(learner, with: sight, on: day(at: now(wall))) else { return }
    throw .refused(Refusal(.notFound, field: field, "There is no learner with this id."))
  }

  /// Refuses days on which a learner who is seen was in a cohort, or a group of one, that is not.
  func check(
    _ learner: String, from first: LocalDay, through last: LocalDay, field: String, _ sight: Sight
  ) throws(Undecided) {
    guard sight.isLimited, let learner = learnerNumber(learner),
      !sees(learner, with: sight, from: first, through: last)
    else { return }
    throw .refused(
      Refusal(
        .forbidden, field: field,
        "On some of these days the learner was not in your cohorts; ask an admin of the program."))
  }

  /// Refuses a group that is not seen as one that is not there; one that is not there passes.
  func check(group id: String, field: String = "group", _ sight: Sight) throws(Undecided) {
    guard sight.isLimited, let group = names.number(.group, id) else { return }
    guard !sees(GroupNumber(rawValue: group), with: sight) else { return }
    throw .refused(Refusal(.notFound, field: field, "There is no group with this id."))
  }
}

extension ProgramMethod {
  /// A method that does not say how it treats cohorts concerns the whole program.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    guard sight.isLimited else { return }
    throw .refused(
      Refusal(
        .forbidden,
        "\(Self.card.name) concerns the whole program; your roles hold in some cohorts only."))
  }

  /// The call speaks of no source of facts.
  public var reportedSource: String? { nil }
}

extension ProgramMethod {
  /// Who a member of staff is while the call is decided: whom they see, unless they may not call.
  public func admit(
    _ key: StaffKey, in state: ProgramState, wall: Instant
  ) throws(Undecided) -> (roles: Roles, sight: Sight) {
    let authority = try state.authority(of: key, wall: wall)
    if let refusal = Self.card.refusal(for: authority.roles) { throw .refused(refusal) }
    try check(authority.sight, in: state, wall: wall)
    return authority
  }
}

extension MethodCard {
  /// Why roles are not enough to call the method; nil where they are.
  public func refusal(for held: Roles) -> Refusal? {
    guard !roles.isEmpty, held.isDisjoint(with: roles) else { return nil }
    let needed = roles.words.joined(separator: " or ")
    return Refusal(.forbidden, "\(name) needs a key with the role \(needed).")
  }
}
