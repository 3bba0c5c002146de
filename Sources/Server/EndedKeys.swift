import Engine
import Incentives
import Ledger
import Synchronization

/// When members of staff lost the keys they had, as the engine tells it to the key desk.
///
/// An end is a matter of the program's log, not of the vault, so that no crash can part the two.
final class EndedKeys: Sendable {
  private let ends = Mutex<[ProgramNumber: [String: Instant]]>([:])

  /// Notes who ended in any program.
  func note(_ survey: Survey) {
    ends.withLock { ends in
      for program in survey.programs {
        for index in program.staff.indices.dropFirst()
        where program.staff[index].keysSince > .distantPast {
          let id = program.staffID(StaffNumber(rawValue: UInt32(index)))
          ends[program.number, default: [:]][id] = program.staff[index].keysSince
        }
      }
    }
  }

  /// When a key ended with its person's time; nil where it did not.
  func end(of key: APIKeyRecord) -> Instant? {
    guard case .staff(let id) = key.holder,
      let end = ends.withLock({ $0[key.program]?[id] }), key.created < end
    else { return nil }
    return end
  }
}
