/// A membership that was recorded wrongly (`membership.correct`, rules.md §2).
///
/// How it differs from a transfer: a transfer says that somebody moved on a day. It holds until the
/// next move that is known, and whatever was earned before that day stays with the old group. A
/// correction says that the record of a time was wrong. It replaces everything that was said of the
/// group on the days from `from` to `to`, later moves included, and leaves every other day as it was;
/// the points of that time move to the group it names.
public struct MembershipCorrection: Hashable, Sendable {
  /// The learner, by external id.
  public var learner: String
  /// The group the learner really was in; empty for none.
  public var group: String
  /// The first day that was wrong; nil means since ever.
  public var from: LocalDay?
  /// The last day that was wrong; nil means until further notice.
  public var to: LocalDay?
  /// Whether the learner led the group.
  public var leads: Bool

  /// Says what is to be corrected.
  public init(
    learner: String, group: String, from: LocalDay? = nil, to: LocalDay? = nil, leads: Bool = false
  ) {
    self.learner = learner
    self.group = group
    self.from = from
    self.to = to
    self.leads = leads
  }
}

extension ProgramState {
  /// Decides a correction, and what it moves; correcting to what is known already changes nothing.
  ///
  /// Refuses `not_found` for who or what is not known, `invalid_params` for days that can not be,
  /// `term_frozen`, `amount_too_large`. `today` is the program's day: what lies ahead was never wrong.
  public func decide(
    _ correction: MembershipCorrection, today: LocalDay, log: LearnerLog? = nil,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard let learner = learnerNumber(correction.learner) else {
      throw .refused(
        Refusal(.notFound, field: "learner", "There is no learner with this id."))
    }
    var group = GroupNumber.none
    if !correction.group.isEmpty {
      guard let number = names.number(.group, correction.group) else {
        throw .refused(Refusal(.notFound, field: "group", "There is no group with this id."))
      }
      group = GroupNumber(rawValue: number)
    }
    let first = correction.from ?? LocalDay(number: .min)
    let last = correction.to ?? LocalDay(number: .max)
    guard first <= last else {
      throw .refused(Refusal(.invalid, field: "to", "The last day lies before the first."))
    }
    // A manual clock may lie behind what was recorded already.
    guard first <= max(today, learners[learner].lastDay) else {
      throw .refused(
        Refusal(
          .invalid, field: "from",
          "Only what was can have been wrong; from \(first) on, use membership.transfer."))
    }
    try checkNotFrozen(learner, from: first, to: last, field: "from")
    let row = ContextRow(
      first: first, last: last, speaksOf: .group, flags: correction.leads ? .leader : [],
      group: group)
    let rows = learners.contextRows(of: learner).correction(to: row)
    guard !rows.isEmpty else { return }
    let mark = buffer.mark
    do throws(Undecided) {
      try append(rows, of: learner, cause: .correction, log: log, into: &buffer)
    } catch {
      buffer.roll(back: mark)
      throw error
    }
  }
}

extension ContextRows {
  /// The rows that make a row's group true on all its days and leave all other days as they are; none
  /// where it is true already.
  ///
  ///     said before   A ─────────────────────────────▶     of the first row, beneath
  ///                          B ──────────────────────▶     B since the tenth
  ///     corrected       C ─────────┤                       C from the fifth to the fourteenth
  ///     new rows        C ─────────┤
  ///                          ┤                             an empty row silences B
  ///                                 B ───────────────▶     what B said of the days after
  func correction(to row: ContextRow) -> [ContextRow] {
    let ofGroup = rows.filter { $0.speaksOf.contains(.group) }
    let ends = [row.first] + ofGroup.flatMap { [$0.first, $0.last.after].compactMap(\.self) }
    let isTrue = ends.filter { row.first <= $0 && $0 <= row.last }.allSatisfy { day in
      guard let standing = groupRow(on: day) else { return row.group.isNone }
      return standing.group == row.group
        && standing.flags.contains(.leader) == row.flags.contains(.leader)
    }
    guard !isTrue else { return [] }
    let silenced = ofGroup.filter { row.first <= $0.first && $0.first <= row.last }
    var new = [row]
    for first in Set(silenced.map(\.first)).sorted() where first != row.first {
      new.append(ContextRow(first: first, last: first.previous, speaksOf: .group))
    }
    return new + remainders(of: silenced, after: row.last, ends: ends)
  }

  /// What silenced rows said of the days after the last one that is corrected.
  private func remainders(
    of silenced: [ContextRow], after last: LocalDay, ends: [LocalDay]
  ) -> [ContextRow] {
    guard let begin = last.after else { return [] }
    let days = Set(ends.filter { $0 > begin } + [begin]).sorted()
    var left: [ContextRow] = []
    var before: ContextRow?
    for (index, day) in days.enumerated() {
      let standing = groupRow(on: day).flatMap { silenced.contains($0) ? $0 : nil }
      defer { before = standing }
      guard let standing else { continue }
      let next = index + 1 < days.count ? days[index + 1].previous : standing.last
      let last = min(next, standing.last)
      // What one row said stays one row: a part that began later would stand before what is said next.
      if standing == before {
        left[left.count - 1].last = last
      } else {
        left.append(
          ContextRow(
            first: day, last: last, speaksOf: .group,
            flags: standing.flags.intersection(.leader), group: standing.group))
      }
    }
    return left
  }

  /// The row that says the group of a day; nil where none does.
  private func groupRow(on day: LocalDay) -> ContextRow? {
    rows.filter { $0.speaksOf.contains(.group) && $0.first <= day && day <= $0.last }
      .max { $0.first < $1.first }
  }
}

extension LocalDay {
  /// The day after; nil after the last there is.
  fileprivate var after: LocalDay? { number < .max ? next : nil }
}
