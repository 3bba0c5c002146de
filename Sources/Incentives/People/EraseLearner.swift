/// Erases a learner (`learner.erase`, rules.md §3): what identifies them goes, number and points stay.
extension ProgramState {
  /// What an erasure leaves to be told.
  public struct ErasureTold: Sendable {
    /// How many facts the learner has.
    public var factCount = 0
    /// Ids of facts, as their sources gave them, that contain the learner's id: these stay.
    public var factIDs: [String] = []
    /// How many such ids there are in all.
    public var factIDCount = 0
  }

  /// The most fact ids that an erasure lists.
  public static let erasedFactIDsMax = 100

  /// Decides an erasure, given the learner's log; answers who it was, and what stays.
  ///
  /// Refuses `not_found`, also for who was erased before. The vault destroys the learner's key when the
  /// record is durable.
  public func decideErasure(
    of externalID: String, by principal: PrincipalNumber, log: LearnerLog?,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> (learner: LearnerNumber, told: ErasureTold) {
    guard let learner = learnerNumber(externalID) else {
      throw .refused(Refusal(.notFound, field: "learner", "There is no learner with this id."))
    }
    guard let log else { throw .needs(.histories([learner])) }
    let anchor = learners.order.anchor(of: learner.rawValue) ?? 0
    buffer.changes.append(
      .erased(
        ErasureChange(
          learner: learner, anchor: LearnerNumber(rawValue: anchor), principal: principal)))
    return (learner, Self.told(of: externalID, log))
  }

  private static func told(of externalID: String, _ log: LearnerLog) -> ErasureTold {
    var told = ErasureTold()
    let needle = SearchText(externalID)
    for case .fact(let fact) in log.buffer.changes {
      told.factCount += 1
      guard log.buffer.text.withBytes(fact.id, needle.occurs) else { continue }
      told.factIDCount += 1
      if told.factIDs.count < erasedFactIDsMax {
        told.factIDs.append(log.buffer.text.string(fact.id))
      }
    }
    return told
  }
}
