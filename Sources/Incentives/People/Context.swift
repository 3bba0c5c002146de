/// What is true of a learner on one local day.
@frozen public struct Context: Hashable, Sendable, BitwiseCopyable {
  /// Whether the roster covers the day.
  public var isOnRoster = false
  /// The cohort.
  public var cohort = CohortNumber.none
  /// The tier.
  public var tier = TierNumber.none
  /// The flags.
  public var flags: LearnerFlags = []
  /// The group the learner is in.
  public var group = GroupNumber.none
  /// Whether the learner leads that group.
  public var isLeader = false
  /// Whether name and work may be published.
  public var mayPublish = false

  /// Nobody known.
  public init() {}

  /// The group whose score the learner's points belong to: none for who is kept off boards.
  @inlinable public var scoringGroup: GroupNumber {
    flags.isDisjoint(with: .offBoards) ? group : .none
  }
}

/// Finds what holds on a day among the rows of a learner's context, seen in any order.
///
/// Each attribute takes the covering row with the latest first day. No two rows with the same first
/// day speak of the same attribute: a new row silences older ones when it is added, also where it
/// ends sooner, which is how an end is corrected.
struct ContextResolver {
  private let day: LocalDay
  private var firsts = (
    roster: LocalDay?.none, cohort: LocalDay?.none, tier: LocalDay?.none,
    flags: LocalDay?.none, group: LocalDay?.none, publish: LocalDay?.none
  )
  private(set) var context = Context()

  init(day: LocalDay) { self.day = day }

  mutating func see(_ row: ContextRow) {
    guard row.first <= day, day <= row.last else { return }
    if row.speaksOf.contains(.roster), wins(row.first, over: &firsts.roster) {
      context.isOnRoster = true
    }
    if row.speaksOf.contains(.cohort), wins(row.first, over: &firsts.cohort) {
      context.cohort = row.cohort
    }
    if row.speaksOf.contains(.tier), wins(row.first, over: &firsts.tier) {
      context.tier = row.tier
    }
    if row.speaksOf.contains(.flags), wins(row.first, over: &firsts.flags) {
      context.flags = row.flags.intersection(.offBoards)
    }
    if row.speaksOf.contains(.group), wins(row.first, over: &firsts.group) {
      context.group = row.group
      context.isLeader = row.flags.contains(.leader)
    }
    if row.speaksOf.contains(.publish), wins(row.first, over: &firsts.publish) {
      context.mayPublish = row.flags.contains(.publish)
    }
  }

  private func wins(_ first: LocalDay, over best: inout LocalDay?) -> Bool {
    if let standing = best, standing >= first { return false }
    best = first
    return true
  }
}

/// The rows of one learner's context, each speaking only of what no later row replaced.
public struct ContextRows: Hashable, Sendable {
  /// The rows, oldest first.
  public private(set) var rows: [ContextRow]

  /// No rows.
  public init() { rows = [] }

  /// Adds a row, silencing older rows with the same first day on what the new one speaks of.
  public mutating func add(_ row: ContextRow) {
    for index in rows.indices where rows[index].first == row.first {
      rows[index].speaksOf.subtract(row.speaksOf)
    }
    rows.append(row)
  }

  /// What is true on a day.
  public func context(on day: LocalDay) -> Context {
    var resolver = ContextResolver(day: day)
    for row in rows { resolver.see(row) }
    return resolver.context
  }

  /// Whether a row would change nothing.
  public func alreadySay(_ row: ContextRow) -> Bool {
    rows.contains { standing in
      standing.first == row.first && standing.last == row.last
        && standing.speaksOf.isSuperset(of: row.speaksOf)
        && (!row.speaksOf.contains(.cohort) || standing.cohort == row.cohort)
        && (!row.speaksOf.contains(.tier) || standing.tier == row.tier)
        && (!row.speaksOf.contains(.flags) || standing.flags == row.flags)
        && (!row.speaksOf.contains(.group)
          || standing.group == row.group && standing.flags == row.flags)
        && (!row.speaksOf.contains(.publish)
          || standing.flags.contains(.publish) == row.flags.contains(.publish))
    }
  }
}
