/// One row of what is true of a learner from a local day to a local day (rules.md §2).
///
/// A row speaks of the attributes in `speaksOf` and is silent about the others. On a day, each
/// attribute has the value of the covering row with the latest first day; among rows with the same
/// first day, of the one journaled last. So the order in which rows of different days arrive does not
/// matter.
@frozen public struct ContextRow: Hashable, Sendable, BitwiseCopyable {
  /// The first local day; `since ever` is the least day.
  public var first: LocalDay
  /// The last local day; without an end it is the greatest day.
  public var last: LocalDay
  /// What the row speaks of.
  public var speaksOf: Attributes
  /// The cohort.
  public var cohort: CohortNumber
  /// The tier.
  public var tier: TierNumber
  /// The flags.
  public var flags: LearnerFlags
  /// The group.
  public var group: GroupNumber

  /// Joins the parts.
  @inlinable public init(
    first: LocalDay, last: LocalDay, speaksOf: Attributes, cohort: CohortNumber = .none,
    tier: TierNumber = .none, flags: LearnerFlags = [], group: GroupNumber = .none
  ) {
    self.first = first
    self.last = last
    self.speaksOf = speaksOf
    self.cohort = cohort
    self.tier = tier
    self.flags = flags
    self.group = group
  }

  /// The attributes a row can speak of.
  @frozen public struct Attributes: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// The bits.
    public var rawValue: UInt8
    /// Wraps bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Being on the roster.
    public static let roster = Attributes(rawValue: 1)
    /// The cohort.
    public static let cohort = Attributes(rawValue: 2)
    /// The tier.
    public static let tier = Attributes(rawValue: 4)
    /// The flags.
    public static let flags = Attributes(rawValue: 8)
    /// The group, and whether the learner leads it.
    public static let group = Attributes(rawValue: 16)
    /// Whether name and work may be published.
    public static let publish = Attributes(rawValue: 32)
  }
}

/// What sets a learner apart: the first three are in no board, star, award, group score or statement.
@frozen public struct LearnerFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// The bits.
  public var rawValue: UInt8
  /// Wraps bits.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// A member of staff who tries things out.
  public static let staff = LearnerFlags(rawValue: 1)
  /// A test account.
  public static let test = LearnerFlags(rawValue: 2)
  /// Somebody who watches.
  public static let observer = LearnerFlags(rawValue: 4)
  /// The leader 组长 of the group the row names.
  public static let leader = LearnerFlags(rawValue: 8)
  /// Name and work may be published.
  public static let publish = LearnerFlags(rawValue: 16)
  /// The flags that keep a learner off every board.
  public static let offBoards: LearnerFlags = [.staff, .test, .observer]
}
