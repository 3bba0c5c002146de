import Incentives

extension Game {
  /// The state as a start would find it: from what a follower keeps in tables, not from the log.
  ///
  /// Stands in for the follower: structure in the order of the log, rows, scores and longer windows as
  /// they stand, and the records since the first open day once more.
  func restoredFromTables() -> ProgramState {
    let restored = ProgramState(number: Self.number, hash: hash)
    for (index, change) in log.buffer.changes.enumerated() {
      switch change {
      case .named, .learner, .learnerNamed, .erased, .row, .rowWithdrawn, .group, .batch,
        .batchPart, .batchReversed, .batchTaken, .program, .advanced, .job, .staff, .staffCohort,
        .staffNamed, .rehearsal, .recompute, .termKept, .recomputed, .proposed, .merged,
        .session, .attendance, .excused, .perfect, .attendanceJudged, .starDecided, .awardGiven,
        .awardRevoked, .workNominated, .workDecided:
        restored.restore(structure: change, at: GameLog.position(index), in: log.buffer)
      default: break
      }
    }
    restored.restore(clock: state.clock, closedThrough: state.closedThrough)
    restored.restore(state.budgets)
    for number in 0..<state.learners.count {
      let learner = LearnerNumber(rawValue: UInt32(number + 1))
      restored.restore(state.learners[learner], of: learner)
    }
    for (period, open) in state.periods {
      restored.restore(period, firstTouchedAt: open.firstPosition, closedAt: open.closedAt)
      for sums in open.starSums { restore(sums, in: period, of: restored) }
      open.learnerScores.forEach { index, score in
        restored.restore(scores: [score], from: UInt32(index), ranksGroups: false, in: period)
      }
      open.groupScores.forEach { index, score in
        restored.restore(scores: [score], from: UInt32(index), ranksGroups: true, in: period)
      }
      guard period.kind != .day, !state.isClosed(period) else { continue }
      open.windows.forEach { learner, rule, object, fold in
        let key = WindowKey(rule: rule, period: period, object: object)
        restored.restore(fold, of: learner, key)
      }
    }
    for lot in state.lots {
      lot.left.forEach { index, points in
        restored.restore(lots: [points], from: UInt32(index), of: lot.term, areExpired: false)
      }
      lot.expired.forEach { index, points in
        restored.restore(lots: [points], from: UInt32(index), of: lot.term, areExpired: true)
      }
    }
    for (key, sums) in state.pastSums { restore(sums, in: key.period, of: restored) }
    for (index, change) in log.buffer.changes.enumerated() {
      restored.restoreOpenDay(change, at: GameLog.position(index), in: log.buffer)
    }
    restored.finishRestoring(state.counters)
    return restored
  }

  private func restore(_ sums: StarSums, in period: Period, of restored: ProgramState) {
    sums.sums.forEach { index, sum in
      restored.restore(
        starSums: [sum], from: UInt32(index), scope: sums.scope.number, in: period)
    }
  }
}
