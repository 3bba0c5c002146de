/// The lot of a term that expires: what each learner has left of that term's earnings (rules.md §3
/// “Expiry”).
///
/// There is one for each declared term with an expiry, and none else: what is spendable and in no lot
/// never expires. Eight bytes a learner for what is left, and once it expired eight for what expired.
public final class TermLot {
  /// The term.
  public let term: TermNumber
  /// The first local day on which it can not be spent any more.
  public internal(set) var expires = LocalDay(number: .max)
  /// The first instant of that day.
  public internal(set) var expiry = Instant.distantFuture
  /// What each learner has left of it.
  public internal(set) var left = PagedArray<Int64>(initial: 0)
  /// What of each learner expired.
  public internal(set) var expired = PagedArray<Int64>(initial: 0)
  /// How many learners have something left.
  public private(set) var holders = 0

  init(_ term: TermNumber) { self.term = term }

  /// Bytes held.
  public var bytes: Int { left.bytes + expired.bytes }

  func add(_ points: Int64, to learner: LearnerNumber) {
    let (before, after) = left.update(learner.index) { left in
      let before = left
      left &+= points
      return (before, left)
    }
    holders += (after != 0 ? 1 : 0) - (before != 0 ? 1 : 0)
  }

  func expire(_ points: Int64, of learner: LearnerNumber) {
    expired.update(learner.index) { $0 &+= points }
  }
}

extension ProgramState {
  /// What a learner has, lot by lot; what is past its day counts as expired, posted or not.
  ///
  /// Without `time` it is the program's own.
  public func purse(of learner: LearnerNumber, at time: Instant? = nil) -> Purse {
    var purse = Purse(learners[learner].accounts, of: learner)
    for lot in lots {
      purse.hold(
        lot.left[learner.index], expired: lot.expired[learner.index], of: lot.term,
        until: lot.expires, isExpired: lot.expiry <= time ?? clock)
    }
    return purse
  }

  /// What a learner has together with another, who is to be one with them.
  func purse(of learner: LearnerNumber, joinedBy other: LearnerNumber) -> Purse {
    var accounts = learners[learner].accounts
    accounts.add(learners[other].accounts)
    var purse = Purse(accounts, of: learner)
    for lot in lots {
      purse.hold(
        lot.left[learner.index] + lot.left[other.index],
        expired: lot.expired[learner.index] + lot.expired[other.index], of: lot.term,
        until: lot.expires, isExpired: lot.expiry <= clock)
    }
    return purse
  }

  /// Hands over what is left and what expired of all lots.
  func handOverLots(from old: LearnerNumber, to survivor: LearnerNumber) {
    for lot in lots {
      let (left, expired) = (lot.left[old.index], lot.expired[old.index])
      if left != 0 {
        lot.add(-left, to: old)
        lot.add(left, to: survivor)
      }
      if expired != 0 {
        lot.expire(-expired, of: old)
        lot.expire(expired, of: survivor)
      }
    }
  }

  /// A learner's accounts; what is past its day counts as expired, posted or not.
  public func accounts(of learner: LearnerNumber, at time: Instant? = nil) -> Accounts {
    lots.isEmpty ? learners[learner].accounts : purse(of: learner, at: time).accounts
  }

  /// Decides out of which lots points are spent: those that expire first, before what never expires.
  ///
  /// Appends what each lot loses, to follow at once the record that posts the spending. Refuses
  /// `insufficient_points`, also while there is debt.
  public func decideTaking(
    _ points: Int64, from learner: LearnerNumber, on day: LocalDay, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    var purse = purse(of: learner)
    guard purse.accounts.debt == 0, 0...purse.accounts.spendable ~= points else {
      throw .refused(
        Refusal(
          .insufficientPoints, field: "points",
          "The learner has \(purse.accounts.spendable) to spend and owes \(purse.accounts.debt)."))
    }
    purse.take(points)
    for lot in purse.settle(on: day).lots { buffer.changes.append(.lot(lot)) }
  }

  /// Whether what a term paid can not be spent any more.
  public func isExpired(_ term: TermNumber, at time: Instant? = nil) -> Bool {
    lots.contains { $0.term == term && $0.expiry <= time ?? clock }
  }

  /// The lot of a term; nil where the term does not expire.
  func lot(of term: TermNumber) -> TermLot? { lots.first { $0.term == term } }

  /// What is wrong with the lots first; nil where nothing is.
  ///
  /// For each learner the lots and what never expires are what is spendable and held, none below zero;
  /// and what expired is what expired of the lots, of which there are none where no term expires.
  public var lotProblem: String? {
    for number in 0..<UInt32(learners.count) {
      let learner = LearnerNumber(rawValue: number + 1)
      let accounts = learners[learner].accounts
      var (left, expired) = (Int64(0), Int64(0))
      for lot in lots {
        let (ofLot, expiredOfLot) = (lot.left[learner.index], lot.expired[learner.index])
        guard ofLot >= 0, expiredOfLot >= 0 else {
          return "the lot of \(termIDs[lot.term.index - 1]) of learner "
            + "\(learners.shownID(learner)) is overdrawn"
        }
        left &+= ofLot
        expired &+= expiredOfLot
      }
      guard left <= accounts.spendable + accounts.held, expired == accounts.expired else {
        return "the lots of learner \(learners.shownID(learner)) are not what the accounts hold"
      }
    }
    return nil
  }

  /// Makes the lots those of the definition: the order is that in which they are spent.
  func applyLots() {
    let known = lots
    lots = definition.terms.compactMap { term in
      guard let expires = term.expires, let place = termIDs.firstIndex(of: term.id) else {
        return nil
      }
      let number = TermNumber(rawValue: UInt16(place + 1))
      let lot = known.first { $0.term == number } ?? TermLot(number)
      lot.expires = expires
      lot.expiry = firstInstant(of: expires)
      return lot
    }.sorted { ($0.expires, $0.term) < ($1.expires, $1.term) }
  }

  func apply(_ change: LotChange) {
    learners.rows.update(change.learner.index) { row in
      row.lastPosition = position
      row.accounts.post(Posting(points: -change.expired), to: .expired)
    }
    // A journal that speaks of a lot which is not there is found by `lotProblem`, not by a crash.
    guard let lot = lot(of: change.term) else { return }
    if change.points != 0 { lot.add(change.points, to: change.learner) }
    if change.expired != 0 { lot.expire(change.expired, of: change.learner) }
  }
}
