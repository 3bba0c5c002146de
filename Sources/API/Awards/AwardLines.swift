import Incentives
import JSONRPC

// The lines of `award.list`.

extension JSONWriter {
  /// Writes how the stars of open periods stand.
  mutating func provisional(_ stars: [ProvisionalStar], _ naming: AwardNaming) {
    guard !stars.isEmpty else { return }
    let state = naming.state
    array("provisional") { writer in
      for star in stars {
        writer.object { writer in
          writer.member("award", star.definition.id)
          writer.member("title", star.definition.title)
          writer.member("period", state.text(of: star.period))
          writer.member(of: star.segment, in: state)
          if let closes = state.closing(of: star.period) { writer.member("closes", closes) }
          let isImprovement = star.definition.star?.measure == .improvement
          writer.member("ties", star.definition.star?.ties.rawValue ?? "")
          writer.member("tied", star.tied)
          writer.candidates(
            "candidates", star.places, isImprovement: isImprovement, naming)
          writer.candidates("coolingOff", star.excluded, isImprovement: isImprovement, naming)
        }
      }
    }
  }

  /// Writes the stars that wait for staff.
  mutating func waiting(_ filter: AwardFilter, _ naming: AwardNaming) {
    let state = naming.state
    let waiting = state.awards.waiting.sorted { $0.key < $1.key }.compactMap { number, places in
      state.awards[number].map { (number, $0, places) }
    }.filter { _, decision, _ in
      (filter.award ?? decision.award) == decision.award
        && (filter.period ?? decision.period) == decision.period && filter.learner == nil
        && filter.sees(decision.segment, in: state)
    }
    guard !waiting.isEmpty else { return }
    array("waiting") { writer in
      for (number, decision, places) in waiting {
        writer.object { writer in
          writer.member("decision", number.description)
          writer.members(of: decision.award, in: state)
          writer.member("period", state.text(of: decision.period))
          writer.member(of: decision.segment, in: state)
          writer.member("deadline", decision.deadline)
          writer.member("ties", state.star(of: decision)?.star?.ties.rawValue ?? "")
          writer.member("tied", decision.tied)
          writer.candidates(
            "candidates", places, isImprovement: decision.isImprovement, naming)
          writer.candidates("coolingOff", [], isImprovement: false, naming)
        }
      }
    }
  }

  /// Writes an award that was given.
  mutating func members(
    of row: GivenAward, _ records: [Position: KnownRecord], showsProof: Bool,
    _ naming: AwardNaming
  ) {
    let state = naming.state
    member("id", row.number.description)
    members(of: row.award, in: state)
    members(of: row.learner, naming)
    member("day", row.day)
    member("status", row.revokedAt.isNone ? "standing" : "revoked")
    member("cause", row.cause.word)
    var points: Int64 = 0
    if case .granted(let paid)? = records[row.payment]?.change { points = paid.posting.points }
    member("points", points)
    memberUnlessEmpty("by", state.names.word(.principal, row.principal.rawValue))
    if naming.names(row.learner) {
      if let record = records[row.position], case .awardGiven(let given) = record.change {
        memberUnlessEmpty("citation", record.buffer.text.string(given.citation))
      }
      if let record = records[row.revokedAt], case .awardRevoked(let revoked) = record.change {
        memberUnlessEmpty("reason", record.buffer.text.string(revoked.reason))
      }
    }
    if !row.nomination.isNone { member("nomination", row.nomination.description) }
    guard let decision = state.awards[row.decision] else { return }
    member("decision", row.decision.description)
    member("period", state.text(of: decision.period))
    member(of: decision.segment, in: state)
    member("closedAt", decision.closedAt)
    guard showsProof, let record = records[decision.position],
      case .starDecided(let proof) = record.change
    else { return }
    object("proof") { writer in
      let candidates = record.buffer.candidates[proof.candidates.range]
      writer.member("ties", StarTies.allCases.first { $0.code == proof.ties }?.rawValue ?? "")
      writer.member("tied", proof.tied)
      writer.candidates(
        "candidates", candidates.filter { !$0.isCooling }, isImprovement: proof.isImprovement,
        naming)
      writer.candidates(
        "coolingOff", candidates.filter(\.isCooling), isImprovement: proof.isImprovement, naming)
    }
  }

  /// Writes a nomination.
  mutating func members(
    of row: Nomination, _ records: [Position: KnownRecord], _ naming: AwardNaming
  ) {
    let state = naming.state
    member("nomination", row.number.description)
    members(of: row.award, in: state)
    members(of: row.nominee, naming)
    member("as", row.role.word)
    if !row.nominator.isNone, naming.names(row.nominator) {
      member("nominator", state.learners.shownID(row.nominator))
    }
    member("by", state.names.word(.principal, row.principal.rawValue))
    member("day", row.day)
    if !row.fact.isNone { member("fact", row.fact) }
    if !row.object.isNone {
      let word = state.names.word(.object, row.object.rawValue)
      member("object", word.split(separator: "\0").joined(separator: ":"))
    }
    member("mutual", state.isMutual(row))
    member("status", row.status.rawValue)
    guard row.status != .open else { return }
    memberUnlessEmpty("decidedBy", state.names.word(.principal, row.decidedBy.rawValue))
    member("decidedOn", row.decidedOn)
    guard naming.names(row.nominee), let record = records[row.decidedAt],
      case .workDecided(let decision) = record.change
    else { return }
    memberUnlessEmpty("reason", record.buffer.text.string(decision.reason))
  }
}
