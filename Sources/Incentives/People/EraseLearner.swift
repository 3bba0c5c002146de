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
  /// Whoever was merged into the learner is erased as well: they are one person.
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
    let all = learners.alsoKnown(learner) + [learner]
    for one in all {
      let anchor = learners.order.anchor(of: one.rawValue) ?? 0
      buffer.changes.append(
        .erased(
          ErasureChange(
            learner: one, anchor: LearnerNumber(rawValue: anchor), principal: principal)))
    }
    return (learner, Self.told(of: all.map { learners.externalID($0) }, log))
  }

  private static func told(of externalIDs: [String], _ log: LearnerLog) -> ErasureTold {
    var told = ErasureTold()
    let needles = externalIDs.map { SearchText($0) }
    for case .fact(let fact) in log.buffer.changes {
      told.factCount += 1
      let names = log.buffer.text.withBytes(fact.id) { id in
        needles.contains { $0.occurs(in: id) }
      }
      guard names else { continue }
      told.factIDCount += 1
      if told.factIDs.count < erasedFactIDsMax {
        told.factIDs.append(log.buffer.text.string(fact.id))
      }
    }
    return told
  }
}
