import API
import Engine
import Incentives
import Ledger

/// A key that a connection presented and that was good then.
struct PresentedKey: Sendable {
  /// The public part.
  let id: APIKeyID
  /// What the server knows of it.
  let record: APIKeyRecord
  /// `KeysInUse.revocations` before the record was read.
  let revocations: UInt64

  /// The person whose key it is; nil for a system's.
  var person: StaffKey? {
    guard case .staff(let id) = record.holder else { return nil }
    return StaffKey(staff: id, created: record.created)
  }

  /// The sources of facts that a system speaks for; nil: any.
  var sources: [String]? {
    guard case .system(_, let sources) = record.holder else { return nil }
    return sources
  }

  /// What may be done with the key now: what it says, or what the person may whose key it is.
  func roles(in survey: Survey) throws(Undecided) -> Roles {
    guard let person else { return Roles(rawValue: record.roles) }
    guard let state = survey.programs.first(where: { $0.number == record.program }) else {
      throw .refused(Caller.wrongKey)
    }
    return try state.authority(of: person, wall: WallClock.now()).roles
  }
}
