/// Where grants count when the roster of their day changes: the group and the term of that day.
///
/// A grant stays what it was decided to be; only its share in boards follows the learner, so that a
/// transfer before the grant and one that comes after it leave the same scores.
extension ProgramState {
  /// What brings a learner's counting grants to where rows say they belong: from the old place, to the
  /// new one.
  func grantMoves(in log: LearnerLog, to rows: ContextRows) -> [Move] {
    log.standingGrants.flatMap { position, grant -> [Move] in
      guard grant.counts, grant.posting.points != 0 else { return [] }
      let context = rows.context(on: grant.day)
      let term = term(on: grant.day, cohort: context.cohort)
      let group = context.scoringGroup(of: grant.kind)
      guard grant.group != group || grant.term != term else { return [] }
      func move(_ points: Int64, _ group: GroupNumber, _ term: TermNumber) -> Move {
        Move(
          fact: position, learner: grant.learner, rule: .none, day: grant.day, group: group,
          term: term, points: points, isSpent: grant.posting.points < 0)
      }
      return [
        move(-grant.posting.points, grant.group, grant.term),
        move(grant.posting.points, group, term),
      ]
    }
  }
}

extension Context {
  /// The group whose score what people gave belongs to.
  func scoringGroup(of kind: GrantKind) -> GroupNumber { kind.isShared ? scoringGroup : .none }
}

extension LearnerLog {
  /// The grants and the like that were not taken back, each in the group and term where it counts now.
  var standingGrants: [(position: Position, grant: GrantChange)] {
    var grants: [(position: Position, grant: GrantChange)] = []
    for (index, change) in buffer.changes.enumerated() {
      switch change {
      case .granted(let grant) where !grant.undoes.isNone:
        grants.removeAll { $0.position == grant.undoes }
      case .granted(var grant):
        // Given under another id, it is the surviving learner's.
        grant.learner = learner
        grants.append((positions[index], grant))
      case .moved(let move) where move.rule.isNone:
        guard let place = grants.firstIndex(where: { $0.position == move.fact }),
          // The half of a move that brings it says where it counts now.
          move.posting.points == grants[place].grant.posting.points
        else { continue }
        (grants[place].grant.group, grants[place].grant.term) = (move.group, move.term)
      default: break
      }
    }
    return grants
  }
}
