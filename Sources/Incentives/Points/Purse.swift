/// What one learner has, lot by lot, while a decision moves it.
///
///     records say:   add(points, of: term)   what rules and people gave or took back
///                    take(points)            what is spent
///     then:          settle(…)               debt, write-off, and what each lot gains or loses
///
/// Earnings of a term go into its lot, after debt is paid. What is taken back comes out of the lot it went
/// into; what is spent, and what a lot lacks because it was spent, comes out of the lots that expire
/// first, and at last out of what never expires. What comes for a lot that expired expires at once; what
/// is taken back from it comes out of what expired of it first, and so becomes no debt.
public struct Purse: Sendable {
  /// A lot, as far as the learner has a part in it.
  public struct Lot: Hashable, Sendable {
    /// The term whose earnings it holds.
    public let term: TermNumber
    /// The first local day on which it can not be spent any more.
    public let expires: LocalDay
    /// Whether that day has come.
    public let isExpired: Bool
    /// What is left to spend.
    public fileprivate(set) var left: Int64
    /// What expired.
    public fileprivate(set) var expired: Int64
    /// What expired and is not posted yet.
    fileprivate var unposted: Int64
    /// What the decision's records add.
    fileprivate var flow: Int64 = 0
  }

  /// How a decision settles.
  struct Settlement {
    /// Debt and write-off, to be posted with its last record.
    var posting = Posting(points: 0)
    /// What each lot gains or loses, to follow the records.
    var lots: [LotChange] = []
  }

  /// The accounts; of a decision that goes on: spendable, debt, write-off and expired.
  public private(set) var accounts: Accounts
  /// The lots, those that expire first ahead.
  public private(set) var lots: [Lot] = []
  private let learner: LearnerNumber
  /// What the decision's records add to what never expires.
  private var restFlow: Int64 = 0
  private var spent: Int64 = 0

  init(_ accounts: Accounts, of learner: LearnerNumber) {
    self.accounts = accounts
    self.learner = learner
  }

  /// Adds a lot, behind those that expire before it.
  mutating func hold(
    _ left: Int64, expired: Int64, of term: TermNumber, until expires: LocalDay, isExpired: Bool
  ) {
    let unposted = isExpired ? left : 0
    accounts.post(Posting(points: -unposted), to: .expired)
    lots.append(
      Lot(
        term: term, expires: expires, isExpired: isExpired, left: left - unposted,
        expired: expired + unposted, unposted: unposted))
  }

  /// Notes points that records add to a term, or take off it.
  mutating func add(_ points: Int64, of term: TermNumber) {
    if let place = lots.firstIndex(where: { $0.term == term }) {
      lots[place].flow &+= points
    } else {
      restFlow &+= points
    }
  }

  /// Notes points that are spent: out of the lots that expire first.
  mutating func take(_ points: Int64) { spent &+= points }

  /// Settles what was noted; `day` is that of the records.
  ///
  /// What is missing is written off, or becomes debt where `owes`.
  mutating func settle(owes: Bool = false, on day: LocalDay) -> Settlement {
    let before = lots
    var neverExpires = accounts.spendable - lots.reduce(0) { $0 + $1.left }
    var net = restFlow - spent
    var short = spent
    for place in lots.indices {
      if lots[place].isExpired {
        let loss = lots[place].settleExpired(&accounts)
        net -= loss
        short += loss
      } else {
        net += lots[place].flow
        short += lots[place].settleOpen()
      }
    }
    neverExpires += restFlow
    short += max(0, -neverExpires)
    let posting = accounts.posting(of: net, owes: owes)
    // What is missing is in no lot; debt that is paid goes into none.
    takeFromLots(short - posting.debt - posting.writtenOff)
    accounts.debt += posting.debt
    accounts.writtenOff += posting.writtenOff
    accounts.spendable += posting.spendable
    let changes = changes(since: before, on: day)
    (restFlow, spent) = (0, 0)
    for place in lots.indices { (lots[place].flow, lots[place].unposted) = (0, 0) }
    return Settlement(
      posting: Posting(points: 0, debt: posting.debt, writtenOff: posting.writtenOff),
      lots: changes)
  }

  /// Pays debt out of what can be spent; answers what each lot loses.
  mutating func payDebt(_ points: Int64, on day: LocalDay) -> [LotChange] {
    take(points)
    let settled = settle(on: day)
    accounts.debt -= points
    return settled.lots
  }

  private mutating func takeFromLots(_ points: Int64) {
    var rest = points
    for place in lots.indices where rest > 0 && !lots[place].isExpired {
      let part = min(rest, lots[place].left)
      lots[place].left -= part
      rest -= part
    }
  }

  private func changes(since before: [Lot], on day: LocalDay) -> [LotChange] {
    var changes: [LotChange] = []
    for (old, new) in zip(before, lots) where old.unposted != 0 {
      changes.append(
        LotChange(
          learner: learner, term: new.term, day: new.expires, points: -old.unposted,
          expired: old.unposted, cause: .expiry))
    }
    for (old, new) in zip(before, lots) where old.left != new.left || old.expired != new.expired {
      changes.append(
        LotChange(
          learner: learner, term: new.term, day: day, points: new.left - old.left,
          expired: new.expired - old.expired, cause: spent > 0 ? .spend : .payment))
    }
    return changes
  }
}

extension Purse.Lot {
  /// Moves what was noted into or out of a lot that can be spent; answers what it lacks.
  fileprivate mutating func settleOpen() -> Int64 {
    let own = max(flow, -left)
    left += own
    return own - flow
  }

  /// Expires what comes too late, takes back what had expired; answers what was spent before.
  fileprivate mutating func settleExpired(_ accounts: inout Accounts) -> Int64 {
    let own = max(flow, -expired)
    expired += own
    // The records post the whole flow to spendable, and expiring takes this part out again.
    accounts.expired += own
    return own - flow
  }
}
