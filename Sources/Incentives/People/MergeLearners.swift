/// Two accounts that turned out to be one person's (`learner.merge`, rules.md §3).
///
/// The facts of both ids are one set from then on, judged in the joined context; totals are never added.
/// What the old account has is handed over as it stands, and the difference between what was posted and
/// what the joined set pays is posted as moves: a check-in under each id on one day, paid twice before,
/// is paid once after. Both ids answer as the surviving learner ever after.
public struct LearnerMerge: Hashable, Sendable {
  /// The account to give up, by external id.
  public var from: String
  /// The account to keep, by external id.
  public var into: String
  /// Why, in words.
  public var reason: String

  /// Says which two are one.
  public init(from: String, into: String, reason: String) {
    self.from = from
    self.into = into
    self.reason = reason
  }
}

/// What a merge comes to: the same in a rehearsal and in earnest.
public struct MergeTold: Sendable {
  /// The account given up.
  public var from: LearnerNumber
  /// The surviving learner.
  public var into: LearnerNumber
  /// What the account given up had.
  public var before: Accounts
  /// What the surviving learner had.
  public var beforeOfSurvivor: Accounts
  /// What the surviving learner has after it.
  public var after: Accounts
  /// How many facts came under the id given up.
  public var facts: Int
  /// How many facts came under the ids of the survivor.
  public var factsOfSurvivor: Int
  /// Opening balances of terms of which the survivor had one: these are taken back.
  public var openings: Int
}

extension ProgramState {
  /// Decides a merge, given the logs of both learners.
  ///
  /// Refuses `invalid_params` without a reason, for one learner twice and for an account that was merged
  /// before; `not_found` for who is not known or was erased; `busy` while a job runs;
  /// `term_frozen` where points of a frozen term would move; `amount_too_large`.
  public func decide(
    _ merge: LearnerMerge, now: Instant, by principal: PrincipalNumber,
    logs: [LearnerNumber: LearnerLog], into buffer: inout ChangeBuffer
  ) throws(Undecided) -> MergeTold {
    let (old, survivor) = try accounts(of: merge)
    // A board that is closing has its cut, and a batch its list of whom it concerns.
    guard !hasWork else {
      throw .refused(
        Refusal(.busy, "A period is being closed or a batch taken back; try again in a moment."))
    }
    guard let oldLog = logs[old], let survivorLog = logs[survivor] else {
      throw .needs(.histories([old, survivor]))
    }
    let mark = buffer.mark
    do throws(Undecided) {
      let world = try MergedWorld(of: oldLog, and: survivorLog, in: self)
      return try append(world, merge, now: now, by: principal, to: &buffer)
    } catch {
      buffer.roll(back: mark)
      throw error
    }
  }

  /// The two accounts, neither of which was merged before.
  private func accounts(
    of merge: LearnerMerge
  ) throws(Undecided) -> (old: LearnerNumber, survivor: LearnerNumber) {
    guard !merge.reason.isEmpty else {
      throw .refused(Refusal(.invalid, field: "reason", "Say why, in words."))
    }
    let old = try unmerged(merge.from, field: "from")
    let survivor = try unmerged(merge.into, field: "into")
    guard old != survivor else {
      throw .refused(
        Refusal(.invalid, field: "into", "Both ids are the same learner; name two accounts."))
    }
    return (old, survivor)
  }

  private func unmerged(_ id: String, field: String) throws(Undecided) -> LearnerNumber {
    guard let own = ownNumber(id) else {
      throw .refused(Refusal(.notFound, field: field, "There is no learner with this id."))
    }
    let survivor = learners.surviving(own)
    guard survivor == own else {
      throw .refused(
        Refusal(
          .invalid, field: field,
          "\(id) was merged into \(learners.shownID(survivor)) before, who answers for both."))
    }
    return own
  }

  /// The number that an id got, though its learner was merged into another.
  private func ownNumber(_ externalID: String) -> LearnerNumber? {
    var id = externalID
    return id.withUTF8 { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      return learners.ownNumber(of: raw, hash: hash.hash64(raw))
    }
  }

  /// Appends a merge: that both are one, whose rows hold, and what moves.
  private func append(
    _ world: MergedWorld, _ merge: LearnerMerge, now: Instant, by principal: PrincipalNumber,
    to buffer: inout ChangeBuffer
  ) throws(Undecided) -> MergeTold {
    let (old, survivor) = (world.old, world.survivor)
    let (from, into) = (learners[old].accounts, learners[survivor].accounts)
    guard from.fullest <= Accounts.amountMax - into.fullest else { throw .refused(Self.tooFull) }
    let today = day(at: now)
    var joined = purse(of: survivor, joinedBy: old)
    let debtPaid = min(joined.accounts.debt, joined.accounts.spendable)
    buffer.changes.append(
      .merged(
        MergeChange(
          from: old, into: survivor, decidedOn: today, debtPaid: debtPaid,
          reason: buffer.text.append(merge.reason), principal: principal)))
    for lot in joined.payDebt(debtPaid, on: today) { buffer.changes.append(.lot(lot)) }
    appendContext(of: world, to: &buffer)
    let openings = appendOpenings(
      of: world, today: today, by: principal, balance: &joined, to: &buffer)
    let moves = buffer.changes.count
    let others = grantMoves(in: world.log, to: world.rows).filter { !openings.contains($0.fact) }
    try append(
      world.facts, from: world.before, to: world.after, learner: survivor, cause: .merge,
      balance: joined, with: others, to: &buffer)
    try checkMoves(since: moves, beside: joined.accounts, in: buffer)
    var after = joined.accounts
    for change in buffer.changes[moves...] {
      if case .moved(let move) = change { after.post(move.posting) }
      if case .lot(let lot) = change { after.post(Posting(points: -lot.expired), to: .expired) }
    }
    appendWindows(from: world.oldWindows, to: [:], learner: old, to: &buffer)
    appendBadgeDecisions(of: old, to: survivor, in: &buffer)
    return MergeTold(
      from: old, into: survivor, before: from, beforeOfSurvivor: into, after: after,
      facts: world.oldFactCount, factsOfSurvivor: world.facts.count - world.oldFactCount,
      openings: openings.count)
  }

  /// Hands over what people decided of badges, where nothing was decided for the survivor.
  private func appendBadgeDecisions(
    of old: LearnerNumber, to survivor: LearnerNumber, in buffer: inout ChangeBuffer
  ) {
    for badge in definition.recognition.badges {
      let key = Self.total(of: ruleNumber(badge.decisionText))
      let decided = allTime.windows.fold(old, key.rule, .none)
      guard decided.count > 0 else { continue }
      if allTime.windows.fold(survivor, key.rule, .none).count == 0 {
        buffer.changes.append(.window(WindowChange(learner: survivor, key: key, fold: decided)))
      }
      buffer.changes.append(.window(WindowChange(learner: old, key: key, fold: .empty)))
    }
  }

  private static var tooFull: Refusal {
    Refusal(.amountTooLarge, field: "from", "One account could not hold the points of both.")
  }

  /// Withdraws the rows of the account given up, and says of the survivor what only they said.
  private func appendContext(of world: MergedWorld, to buffer: inout ChangeBuffer) {
    for said in learners.said(of: world.old) {
      buffer.changes.append(
        .rowWithdrawn(RowWithdrawalChange(learner: world.old, row: said.position)))
    }
    for row in world.newRows {
      buffer.changes.append(.row(ContextRowChange(learner: world.survivor, row: row)))
    }
    let (name, alias) = (learners.name(world.survivor), learners.alias(world.survivor))
    let (oldName, oldAlias) = (learners.name(world.old), learners.alias(world.old))
    guard name.isEmpty && !oldName.isEmpty || alias.isEmpty && !oldAlias.isEmpty else { return }
    buffer.changes.append(
      .learnerNamed(
        LearnerNameChange(
          learner: world.survivor, name: buffer.text.append(name.isEmpty ? oldName : name),
          alias: buffer.text.append(alias.isEmpty ? oldAlias : alias))))
  }

  /// Refuses what moves into or out of a frozen term, and what the joined account could not hold.
  private func checkMoves(
    since start: Int, beside joined: Accounts, in buffer: ChangeBuffer
  ) throws(Undecided) {
    var net: Int64 = 0
    for case .moved(let move) in buffer.changes[start...] {
      net += move.posting.points
      guard frozenTerms.contains(move.term) else { continue }
      let id = span(of: move.term)?.id ?? ""
      throw .refused(
        Refusal(
          .termFrozen, field: "from",
          "Points of term \(id) would move, which is frozen; unfreeze it before it is signed."))
    }
    guard net <= Accounts.amountMax - joined.fullest else { throw .refused(Self.tooFull) }
  }

  /// Takes back opening balances of terms of which the survivor has one: a learner has one a term.
  private func appendOpenings(
    of world: MergedWorld, today: LocalDay, by principal: PrincipalNumber,
    balance: inout Purse, to buffer: inout ChangeBuffer
  ) -> Set<Position> {
    var opened: Set<TermNumber> = []
    var takenBack: Set<Position> = []
    let openings = world.log.standingGrants.filter { $0.grant.kind == .opening }
    for isOld in [false, true] {
      for (position, grant) in openings where world.isOld(position) == isOld {
        let context = world.rows.context(on: grant.day)
        let term = term(on: grant.day, cohort: context.cohort)
        guard !opened.insert(term).inserted else { continue }
        let (reversal, lots) = takingBack(
          grant, at: position, in: world.log, owes: false, balance: &balance, on: today,
          by: principal)
        buffer.changes.append(.granted(reversal))
        for lot in lots { buffer.changes.append(.lot(lot)) }
        takenBack.insert(position)
      }
    }
    return takenBack
  }
}
