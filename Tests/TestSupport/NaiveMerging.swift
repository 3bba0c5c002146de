import Incentives

/// Two accounts that are one person's, in the model: everything under one id, and found anew.
extension NaiveModel {
  /// Whom an id stands for.
  func who(_ id: String) -> String { survivors[id] ?? id }

  /// All that one account has is the other's; what both were paid for is paid once.
  mutating func merge(_ old: String, into survivor: String) {
    for (id, person) in survivors where person == old { survivors[id] = survivor }
    survivors[old] = survivor
    rows[survivor, default: []] += lacking(survivor, beside: old)
    rows[old] = nil
    for (name, fact) in facts where fact.learner == old { facts[name]?.learner = survivor }
    let (kept, given) = (grants[survivor] ?? [], grants[old] ?? [])
    grants[survivor] = (kept + given).sorted { $0.position < $1.position }
    grants[old] = nil
    purses[survivor] = (purses[survivor] ?? Purse()).joined(with: purses[old] ?? Purse())
    purses[old] = nil
    for (term, points) in settled[old] ?? [:] {
      settled[survivor, default: [:]][term, default: 0] += points
    }
    settled[old] = nil
    forget(old)
    // What one owes is paid by what the other has.
    receive([:], of: survivor)
    settle(survivor)
    takeBackOpenings(of: survivor, kept: kept, given: given)
  }

  /// A learner has one opening balance of a term: the survivor's own, or else the first.
  private mutating func takeBackOpenings(of survivor: String, kept: [Grant], given: [Grant]) {
    var opened: Set<String?> = []
    for grant in kept + given where grant.isOpening {
      let cohort = context(of: survivor, on: grant.day).cohort
      guard !opened.insert(time.term(on: grant.day, cohort: cohort)).inserted else { continue }
      grants[survivor]?.removeAll { $0.position == grant.position }
      settle(survivor, others: [grant.term ?? "": -grant.adjusted])
      purses[survivor]?.adjusted -= grant.adjusted
    }
  }

  /// What was said of one account on the days on which nothing was said of the other, matter by matter.
  private func lacking(_ survivor: String, beside old: String) -> [LearnerRecord] {
    typealias Copy = (LearnerRecord, inout LearnerRecord) -> Void
    let matters: [(speaks: (LearnerRecord) -> Bool, copy: Copy)] = [
      ({ $0.isRoster }, { _, new in new.isRoster = true }),
      ({ $0.cohort != nil }, { said, new in new.cohort = said.cohort }),
      ({ $0.tier != nil }, { said, new in new.tier = said.tier }),
      ({ $0.flags != nil }, { said, new in new.flags = said.flags }),
      ({ $0.group != nil }, { said, new in (new.group, new.leads) = (said.group, said.leads) }),
    ]
    let all = (rows[survivor] ?? []) + (rows[old] ?? [])
    let ends = all.flatMap { [$0.from, $0.to] }.compactMap { $0 }
    let first = (ends.min() ?? LocalDay(number: 0)).previous
    let last = (ends.max() ?? LocalDay(number: 0)).next
    return matters.flatMap { speaks, copy in
      var found: [LearnerRecord] = []
      var day = first
      func standing(on day: LocalDay) -> Int? {
        place(of: survivor, on: day, speaks) == nil ? place(of: old, on: day, speaks) : nil
      }
      while day <= last {
        let (begin, place) = (day, standing(on: day))
        while day <= last, standing(on: day) == place { day = day.next }
        guard let place, let said = rows[old]?[place] else { continue }
        var new = LearnerRecord(
          id: survivor, from: begin == first ? nil : begin, to: day > last ? nil : day.previous,
          isRoster: false)
        copy(said, &new)
        found.append(new)
      }
      return found
    }
  }

  /// The place of the row that says a matter on a day.
  private func place(
    of learner: String, on day: LocalDay, _ speaks: (LearnerRecord) -> Bool
  ) -> Int? {
    var byFirst: [LocalDay: Int] = [:]
    let rows = rows[learner] ?? []
    for (place, row) in rows.enumerated() where speaks(row) {
      byFirst[row.from ?? LocalDay(number: .min)] = place
    }
    return byFirst.filter { $0.key <= day && day <= rows[$0.value].to ?? LocalDay(number: .max) }
      .max { $0.key < $1.key }?.value
  }
}

extension NaiveModel.Purse {
  /// Both purses in one.
  fileprivate func joined(with other: NaiveModel.Purse) -> NaiveModel.Purse {
    var all = self
    all.earned += other.earned
    all.bonus += other.bonus
    all.adjusted += other.adjusted
    all.spendable += other.spendable
    all.debt += other.debt
    all.writtenOff += other.writtenOff
    all.redeemed += other.redeemed
    all.expired += other.expired
    all.left.merge(other.left) { $0 + $1 }
    all.gone.merge(other.gone) { $0 + $1 }
    return all
  }
}
