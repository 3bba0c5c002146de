/// The accounts of one learner (rules.md §3).
///
/// For every learner, always:
///
///     earned + bonus + prizes + adjusted + writtenOff + returned − redeemed − expired
///       = spendable − debt + held
///
/// Each posting moves both sides by the same amount, so the identity holds after every change; `verify`
/// checks it for each row.
@frozen public struct Accounts: Hashable, Sendable, BitwiseCopyable {
  /// 成长值: what rules, milestones, quests, badges and counting awards and grants paid.
  public var earned: Int64 = 0
  /// Awards and grants that do not count.
  public var bonus: Int64 = 0
  /// Prizes of settlements.
  public var prizes: Int64 = 0
  /// Adjustments.
  public var adjusted: Int64 = 0
  /// What was taken back after it was spent, and forgiven.
  public var writtenOff: Int64 = 0
  /// Points of returned redemptions.
  public var returned: Int64 = 0
  /// Points of fulfilled redemptions.
  public var redeemed: Int64 = 0
  /// Points of expired lots.
  public var expired: Int64 = 0
  /// 积分: what can be redeemed; never below 0.
  public var spendable: Int64 = 0
  /// 待抵扣: what the next earnings pay off; never below 0.
  public var debt: Int64 = 0
  /// What open redemptions hold.
  public var held: Int64 = 0

  /// Makes empty accounts.
  public init() {}

  /// The most an account may hold; a fact that would go beyond is refused (`amount_too_large`).
  public static let amountMax: Int64 = 4_000_000_000_000_000_000

  /// Whether the identity holds and neither balance is negative.
  public var isBalanced: Bool {
    let income = earned &+ bonus &+ prizes &+ adjusted &+ writtenOff &+ returned
    return income &- redeemed &- expired == spendable &- debt &+ held && spendable >= 0
      && debt >= 0 && held >= 0
  }

  /// Adds a posting to an account, and to spendable what debt and write-off leave of it.
  public mutating func post(_ posting: Posting, to account: PointsAccount = .earned) {
    switch account {
    case .earned: earned += posting.points
    case .bonus: bonus += posting.points
    case .adjusted: adjusted += posting.points
    case .expired: expired -= posting.points
    }
    debt += posting.debt
    writtenOff += posting.writtenOff
    spendable += posting.spendable
  }

  /// Adds what people gave or took.
  public mutating func post(_ grant: GrantChange) {
    post(grant.posting, to: grant.account)
    post(Posting(points: grant.adjusted), to: .adjusted)
  }

  /// Adds what other accounts hold, each to its own.
  public mutating func add(_ other: Accounts) {
    earned += other.earned
    bonus += other.bonus
    prizes += other.prizes
    adjusted += other.adjusted
    writtenOff += other.writtenOff
    returned += other.returned
    redeemed += other.redeemed
    expired += other.expired
    spendable += other.spendable
    debt += other.debt
    held += other.held
  }

  /// The largest amount in any of them, whatever its sign.
  var fullest: Int64 {
    let all = [
      earned, bonus, prizes, adjusted, writtenOff, returned, redeemed, expired, spendable, debt,
      held,
    ]
    return all.reduce(0) { max($0, Int64(clamping: $1.magnitude)) }
  }

  /// How points reach this learner: debt is paid first; what was spent already becomes a write-off,
  /// or debt where `owes`.
  public func posting(of points: Int64, owes: Bool = false) -> Posting {
    if points >= 0 { return Posting(points: points, debt: -min(debt, points)) }
    let missing = max(0, -points - spendable)
    return owes
      ? Posting(points: points, debt: missing) : Posting(points: points, writtenOff: missing)
  }
}

/// The accounts that points come from or go to, beside spendable, debt and write-off.
@frozen public enum PointsAccount: UInt8, Hashable, Sendable, BitwiseCopyable {
  /// What ranks and levels read.
  case earned = 0
  /// Awards and grants that do not count.
  case bonus = 1
  /// Adjustments that do not count.
  case adjusted = 2
  /// What expired; points go there out of spendable, as if they were taken.
  case expired = 3

  /// The word on the wire.
  public var word: String {
    switch self {
    case .earned: return "earned"
    case .bonus: return "bonus"
    case .adjusted: return "adjusted"
    case .expired: return "expired"
    }
  }
}
