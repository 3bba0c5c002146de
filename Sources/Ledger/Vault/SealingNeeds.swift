import Incentives

/// The learners whose personal texts a run of changes holds, and what the vault has to keep of them.
struct SealingNeeds {
  /// Everybody who needs a key, once each.
  private(set) var learners: [LearnerNumber] = []
  /// The external ids of learners that get their number here.
  private(set) var numbered: [LearnerNumber: [UInt8]] = [:]
  /// The last name that is given to each learner here.
  private(set) var named: [LearnerNumber: LearnerNames] = [:]

  var isEmpty: Bool { learners.isEmpty }

  init(_ buffer: ChangeBuffer, _ range: Range<Int>) {
    var seen: Set<LearnerNumber> = []
    for change in buffer.changes[range] {
      let learner: LearnerNumber
      switch change {
      case .fact(let fact):
        guard !fact.metadata.isEmpty else { continue }
        learner = fact.learner
      case .granted(let grant):
        guard grant.hasOwnWords, !grant.reason.isEmpty else { continue }
        learner = grant.learner
      case .badgeDecided(let decided):
        guard !decided.reason.isEmpty else { continue }
        learner = decided.learner
      case .merged(let merge): learner = merge.into
      case .attendance(let row):
        guard !row.note.isEmpty else { continue }
        learner = row.learner
      case .excused(let leave):
        guard !leave.note.isEmpty else { continue }
        learner = leave.learner
      case .awardGiven(let given):
        guard !given.citation.isEmpty else { continue }
        learner = given.learner
      case .awardRevoked(let revocation):
        guard !revocation.reason.isEmpty else { continue }
        learner = revocation.learner
      case .workDecided(let decision):
        guard !decision.reason.isEmpty else { continue }
        learner = decision.nominee
      case .learner(let numbering):
        learner = numbering.learner
        numbered[learner] = buffer.text.array(numbering.externalID)
      case .learnerNamed(let naming):
        learner = naming.learner
        named[learner] = LearnerNames(
          name: buffer.text.array(naming.name), alias: buffer.text.array(naming.alias),
          rollNumber: buffer.text.array(naming.rollNumber))
      case .staffNamed(let naming):
        learner = naming.staff.person
        // The first name draws the key; the key of one who has a name stays.
        numbered[learner] = []
        named[learner] = LearnerNames(name: buffer.text.array(naming.name), alias: [])
      case .batch(let batch):
        guard batch.naming == .sealed else { continue }
        learner = batch.batch.person
        numbered[learner] = []
        named[learner] = LearnerNames(name: buffer.text.array(batch.fileName), alias: [])
      case .keyUsed(let used):
        guard !used.learner.isNone else { continue }
        learner = used.learner
      default: continue
      }
      if seen.insert(learner).inserted { learners.append(learner) }
    }
  }
}

extension ByteArena {
  /// A copy of a text's bytes.
  fileprivate func array(_ text: TextRef) -> [UInt8] { withBytes(text) { Array($0) } }
}
