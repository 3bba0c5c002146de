/// Takes back everything a batch made (`batch.reverse`, rules.md §1), learner by learner.
///
/// Of a learner the facts of the batch are reversed as mistakes, its grants are taken back, and what it
/// said of their roster, cohort, tier, flags and group is withdrawn; what follows is posted at once. What
/// was corrected since — a fact reversed by itself, a row that a later one speaks over — stays as it is.
/// Who a batch brought stays known, without being on the roster.
extension ProgramState {
  /// Facts that one step of the job judges, about; under 2 ms.
  static var reversedFactsMax: Int { 512 }

  /// Decides that a batch is to be taken back: nothing goes into it from here on, and a job begins.
  ///
  /// Answers the batch as it stood. Refuses `not_found` and `already_reversed`.
  public func decideReversal(
    of number: BatchNumber, reason: String, now: Instant, by principal: PrincipalNumber,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> BatchRow {
    let batch = try known(number, orElse: "batch.list shows those there are.")
    try checkStands(batch)
    buffer.changes.append(
      .batchReversed(
        BatchReversalChange(
          batch: batch.number, principal: principal, reversedAt: now,
          reason: buffer.text.append(reason))))
    buffer.changes.append(
      .job(
        JobChange(
          job: lastJob + 1, kind: .reverseBatch, state: .running, period: .all, cursor: 0,
          batch: batch.number)))
    return batch
  }

  private func checkStands(_ batch: BatchRow) throws(Undecided) {
    guard batch.reversal != nil else { return }
    throw .refused(
      Refusal(.alreadyReversed, field: "batch", "\(batch.number) was taken back before."))
  }

  /// Does the next step of the job: a few learners, whose logs it asks for first.
  func decideReversing(
    _ job: Job, learners found: [LearnerNumber]?, logs: [LearnerNumber: LearnerLog],
    into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard let batch = batch(job.batch), let reversal = batch.reversal else {
      preconditionFailure("a job takes back a batch that was marked so")
    }
    // Who was merged since is taken back under the surviving learner.
    if let found { reversing = (job.number, Set(found.map { learners.surviving($0) }).sorted()) }
    guard let reversing, reversing.job == job.number else {
      throw .needs(.cold(.learnersTouched(batch.parts)))
    }
    let next = nextToTakeBack(of: batch, in: reversing.learners, after: job.cursor)
    guard let last = next.last else {
      buffer.changes.append(.job(job.change(.done)))
      return
    }
    guard next.allSatisfy({ logs[$0] != nil }) else { throw .needs(.histories(next)) }
    for learner in next {
      guard let log = logs[learner] else { continue }
      let taken = try takeBack(
        batch, of: learner, log: log, by: reversal.principal, at: reversal.at,
        into: &buffer)
      buffer.changes.append(.batchTaken(taken))
    }
    var moved = job
    moved.cursor = last.rawValue
    buffer.changes.append(.job(moved.change()))
  }

  /// The learners of the next step: as many as have, about, the facts that one step judges.
  private func nextToTakeBack(
    of batch: BatchRow, in learners: [LearnerNumber], after cursor: UInt32
  ) -> [LearnerNumber] {
    let start = learners.partitioningIndex { $0.rawValue > cursor }
    return Array(learners[start...].prefix(learnersOfStep(of: batch, in: learners)))
  }

  private func learnersOfStep(of batch: BatchRow, in learners: [LearnerNumber]) -> Int {
    let factsEach = max(1, Int(clamping: batch.factCount) / max(1, learners.count))
    return max(1, Self.reversedFactsMax / factsEach)
  }

  /// What taking back a batch would come to for a page of the learners it touched, and the first learner of
  /// the next page; nil at the end.
  ///
  /// Changes nothing. Asks for the learners' logs; a page is shorter than asked for where they have many
  /// facts. Refuses `already_reversed`.
  public func rehearseReversal(
    of batch: BatchRow, learners found: [LearnerNumber], from first: LearnerNumber, count: Int,
    now: Instant, by principal: PrincipalNumber,
    log: (LearnerNumber) -> LearnerLog?
  ) throws(Undecided) -> (taken: [BatchTakenChange], next: LearnerNumber?) {
    try checkStands(batch)
    let left = found[found.partitioningIndex { $0 >= first }...]
    let page = left.prefix(min(count, learnersOfStep(of: batch, in: found) * 4))
    let missing = page.filter { log($0) == nil }
    guard missing.isEmpty else { throw .needs(.histories(Array(missing))) }
    var taken: [BatchTakenChange] = []
    for learner in page {
      guard let log = log(learner) else { continue }
      var scratch = ChangeBuffer()
      taken.append(
        try takeBack(batch, of: learner, log: log, by: principal, at: now, into: &scratch))
    }
    return (taken, left.dropFirst(page.count).first)
  }

  /// Appends what taking back a batch changes for a learner; answers what it comes to.
  ///
  /// Taking back never needs room: should an account have none for what moves to another fact, that
  /// learner is left as they are and told as corrected.
  private func takeBack(
    _ batch: BatchRow, of learner: LearnerNumber, log: LearnerLog, by principal: PrincipalNumber,
    at now: Instant, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> BatchTakenChange {
    var taken = BatchTakenChange(batch: batch.number, learner: learner)
    var known = try facts(of: learner, log: log)
    let standing = learners.contextRows(of: learner)
    let before = judge(known.facts, rows: standing)
    let mark = buffer.mark
    for index in known.facts.indices where batch.made(known.facts[index].position) {
      guard known.facts[index].status != .reversed else {
        taken.corrected += 1
        continue
      }
      known.facts[index].status = .reversed
      taken.facts += 1
      buffer.changes.append(
        .reversed(
          ReversalChange(
            fact: known.facts[index].position, learner: learner, day: known.facts[index].day,
            previous: before.judgements[index].status, cause: .mistake, principal: principal)))
      let row = withdrawals(of: known.facts[index].position, learner, by: principal)
      if let row, row.origin == .fact { buffer.changes.append(.attendance(row)) }
    }
    let adding = try takeBackRows(
      of: batch, of: learner, log, by: principal, at: now, &taken, into: &buffer)
    var balance = purse(of: learner)
    for (position, grant) in log.standingGrants where batch.made(position) {
      let (reversal, lots) = takingBack(
        grant, at: position, in: log, owes: false, balance: &balance, on: day(at: now),
        by: principal)
      taken.posting.add(reversal.posting)
      taken.grants += 1
      buffer.changes.append(.granted(reversal))
      for lot in lots { buffer.changes.append(.lot(lot)) }
    }
    let rows = withdraw(batch, of: learner, &taken, into: &buffer)
    let moves = buffer.changes.count
    do throws(Undecided) {
      let others = grantMoves(in: log, to: rows).filter { !batch.made($0.fact) }
      try append(
        known, from: before, adding: adding, rows: rows, learner: learner, balance: balance,
        with: others, to: &buffer)
    } catch {
      guard case .refused = error else { throw error }
      buffer.roll(back: mark)
      return BatchTakenChange(
        batch: batch.number, learner: learner,
        corrected: taken.facts + taken.grants + taken.rows + taken.corrected)
    }
    for change in buffer.changes[moves...] {
      if case .moved(let move) = change { taken.posting.add(move.posting) }
      if case .fact(let fact) = change { taken.posting.add(posting(of: fact, buffer)) }
    }
    return taken
  }

  /// Withdraws what a batch said of a learner and nobody said anything later about; answers what is left.
  private func withdraw(
    _ batch: BatchRow, of learner: LearnerNumber, _ taken: inout BatchTakenChange,
    into buffer: inout ChangeBuffer
  ) -> ContextRows {
    let said = learners.said(of: learner)
    var left = ContextRows()
    for (index, entry) in said.enumerated() {
      guard batch.made(entry.position) else {
        left.add(entry.row)
        continue
      }
      let isSpokenOver = said[(index + 1)...].contains { later in
        !batch.made(later.position) && later.row.speaksOver(entry.row)
      }
      guard !isSpokenOver else {
        taken.corrected += 1
        left.add(entry.row)
        continue
      }
      taken.rows += 1
      buffer.changes.append(
        .rowWithdrawn(RowWithdrawalChange(learner: learner, row: entry.position)))
    }
    // What it said of an account that was merged since was said anew of the surviving learner.
    for other in learners.alsoKnown(learner) {
      taken.corrected += UInt32(learners.everSaid(of: other).count { batch.made($0) })
    }
    return left
  }
}

extension ContextRow {
  /// Whether this row speaks of something that another says of the same days.
  fileprivate func speaksOver(_ other: ContextRow) -> Bool {
    !speaksOf.isDisjoint(with: other.speaksOf) && first <= other.last && other.first <= last
  }
}
