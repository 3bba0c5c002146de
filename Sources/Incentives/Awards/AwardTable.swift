/// The awards of a program: what was decided, who got what, what was nominated.
///
/// Resident for every award there ever was, some hundred bytes each; proofs and texts are in the log.
public struct AwardTable: Sendable {
  /// Awards that were given, by number − 1.
  public private(set) var given: ContiguousArray<GivenAward> = []
  /// Decisions on stars, by number − 1.
  public private(set) var decisions: ContiguousArray<StarDecision> = []
  /// Nominations, by number − 1.
  public private(set) var nominations: ContiguousArray<Nomination> = []
  /// Who came first in decisions that wait for staff.
  public private(set) var waiting: [DecisionNumber: [StarCandidate]] = [:]
  /// The last award of each learner.
  private var latestOf: [LearnerNumber: GivenNumber] = [:]
  private var decided: [Contested: DecisionNumber] = [:]
  private var ofPayment: [Position: GivenNumber] = [:]

  /// One star: what is decided once.
  private struct Contested: Hashable {
    var award: AwardNumber
    var period: Period
    var segment: Segment
  }

  init() {}

  /// Bytes held, about.
  public var bytes: Int {
    given.capacity * MemoryLayout<GivenAward>.stride
      + decisions.capacity * MemoryLayout<StarDecision>.stride
      + nominations.capacity * MemoryLayout<Nomination>.stride
      + latestOf.capacity * 8 + decided.capacity * 32 + ofPayment.capacity * 16
  }

  /// An award that was given; nil for a number there is not.
  public subscript(number: GivenNumber) -> GivenAward? {
    given.indices.contains(number.index - 1) ? given[number.index - 1] : nil
  }

  /// A decision; nil for a number there is not.
  public subscript(number: DecisionNumber) -> StarDecision? {
    decisions.indices.contains(number.index - 1) ? decisions[number.index - 1] : nil
  }

  /// A nomination; nil for a number there is not.
  public subscript(number: NominationNumber) -> Nomination? {
    nominations.indices.contains(number.index - 1) ? nominations[number.index - 1] : nil
  }

  /// The decision on a star; nil where it was not decided.
  public func decision(
    on award: AwardNumber, _ period: Period, _ segment: Segment
  ) -> DecisionNumber? {
    decided[Contested(award: award, period: period, segment: segment)]
  }

  /// The award that a record pays for; nil where it pays for none.
  public func award(paidBy position: Position) -> GivenNumber? { ofPayment[position] }

  /// The awards of a learner, latest first.
  public func awards(of learner: LearnerNumber) -> [GivenNumber] {
    var found: [GivenNumber] = []
    var here = latestOf[learner]
    while let number = here, let row = self[number] {
      found.append(number)
      here = row.older.isNone ? nil : row.older
    }
    return found
  }

  /// What a learner had of a star when the record at `cut` was made, in other periods than one.
  ///
  /// Revoked ones do not count. Those that wait for staff are told by `waitingStars`.
  func history(
    of award: AwardNumber, _ learner: LearnerNumber, term: TermNumber, without period: Period,
    asOf cut: Position
  ) -> StarHistory {
    var history = StarHistory()
    guard !latestOf.isEmpty else { return history }
    var here = latestOf[learner] ?? .none
    while !here.isNone {
      let row = given[here.index - 1]
      here = row.older
      guard row.award == award, row.stood(at: cut), let decision = self[row.decision],
        decision.period != period
      else { continue }
      history.add(row.day, isThisTerm: row.term == term)
    }
    return history
  }

  /// The stars that waited for staff when the record at `cut` was made, by who came first, for whom they
  /// count meanwhile.
  func waitingStars(
    of award: AwardNumber, without period: Period, asOf cut: Position
  ) -> [LearnerNumber: [StarDecision]] {
    let found = decisions.filter {
      $0.award == award && $0.period != period && !$0.first.isNone && $0.waited(at: cut)
    }
    return Dictionary(grouping: found, by: \.first)
  }

  /// The decisions whose time is over and which wait still, oldest first.
  func due(at time: Instant) -> [DecisionNumber] {
    waiting.keys.filter { self[$0].map { $0.deadline <= time } ?? false }.sorted()
  }

  /// When, after a time, the next decision that waits is due.
  public func nextDeadline(after time: Instant) -> Instant? {
    waiting.keys.compactMap { self[$0]?.deadline }.filter { $0 > time }.min()
  }

  /// The standing awards of a decision.
  func standing(of decision: DecisionNumber) -> [GivenAward] {
    given.filter { $0.decision == decision && $0.revokedAt.isNone }
  }

  /// The award that a decision gave last; nil where it gave none.
  func lastGiven(by decision: DecisionNumber) -> GivenAward? {
    given.last { $0.decision == decision }
  }

  /// Who got the star of a decision, revoked ones too.
  func everGiven(by decision: DecisionNumber) -> [LearnerNumber] {
    given.filter { $0.decision == decision }.map(\.learner)
  }

  mutating func apply(
    _ change: StarDecisionChange, day: LocalDay, term: (LearnerNumber) -> TermNumber,
    _ candidates: ArraySlice<StarCandidate>, at position: Position
  ) {
    precondition(
      change.decision.index == decisions.count + 1, "decisions are numbered in the order of the log"
    )
    let ranked = candidates.filter { !$0.isCooling }
    let first = ranked.first?.learner ?? .none
    decisions.append(
      StarDecision(
        award: change.award, period: change.period, segment: change.segment, day: day,
        term: first.isNone ? .outside : term(first), first: first, position: position,
        closedAt: change.closedAt, deadline: change.deadline, tied: change.tied,
        candidateCount: UInt32(candidates.count), isImprovement: change.isImprovement))
    decided[
      Contested(award: change.award, period: change.period, segment: change.segment)] =
      change.decision
    guard change.waits, !ranked.isEmpty else { return }
    waiting[change.decision] = ranked
  }

  mutating func apply(_ change: AwardGivenChange, at position: Position) {
    precondition(
      change.given.index == given.count + 1, "awards are numbered in the order of the log")
    given.append(
      GivenAward(
        number: change.given, award: change.award, learner: change.learner, day: change.day,
        term: change.term, cause: change.cause, decision: change.decision,
        nomination: change.nomination, principal: change.principal, position: position,
        payment: change.pays ? position.next : .none, older: latestOf[change.learner] ?? .none))
    latestOf[change.learner] = change.given
    if change.pays { ofPayment[position.next] = change.given }
    if !change.nomination.isNone { nominations[change.nomination.index - 1].given = change.given }
    guard !change.decision.isNone else { return }
    let index = change.decision.index - 1
    decisions[index].givenCount += 1
    guard waiting.removeValue(forKey: change.decision) != nil else { return }
    decisions[index].resolvedAt = position
  }

  /// Hands over all that a learner won, waits for and nominated, or was nominated for, to another.
  mutating func join(_ old: LearnerNumber, into survivor: LearnerNumber) {
    let numbers = (awards(of: old) + awards(of: survivor)).sorted()
    var older = GivenNumber.none
    for number in numbers {
      given[number.index - 1].learner = survivor
      given[number.index - 1].older = older
      older = number
    }
    latestOf[old] = nil
    if !older.isNone { latestOf[survivor] = older }
    for index in decisions.indices where decisions[index].first == old {
      decisions[index].first = survivor
    }
    for (number, candidates) in waiting where candidates.contains(where: { $0.learner == old }) {
      waiting[number] = candidates.renamed { $0 == old ? survivor : $0 }
    }
    for index in nominations.indices {
      if nominations[index].nominee == old { nominations[index].nominee = survivor }
      if nominations[index].nominator == old { nominations[index].nominator = survivor }
    }
  }

  mutating func apply(_ change: AwardRevocationChange, at position: Position) {
    given[change.given.index - 1].revokedAt = position
  }

  mutating func apply(_ change: NominationChange, at position: Position) {
    precondition(
      change.nomination.index == nominations.count + 1,
      "nominations are numbered in the order of the log")
    nominations.append(Nomination(change, at: position))
  }

  mutating func apply(_ change: WorkDecisionChange, at position: Position) {
    nominations[change.nomination.index - 1].decide(change, at: position)
  }
}

extension [StarCandidate] {
  /// The candidates under other numbers; who stands twice keeps the better place.
  func renamed(_ name: (LearnerNumber) -> LearnerNumber) -> [StarCandidate] {
    var seen: Set<LearnerNumber> = []
    return compactMap { candidate in
      var candidate = candidate
      candidate.learner = name(candidate.learner)
      return seen.insert(candidate.learner).inserted ? candidate : nil
    }
  }
}

/// What a learner had of a star.
struct StarHistory: Hashable {
  /// How many this term.
  var stars: UInt32 = 0
  /// The last day of the period of the last one; the least day where there was none.
  var last = LocalDay(number: .min)

  mutating func add(_ day: LocalDay, isThisTerm: Bool) {
    if isThisTerm { stars += 1 }
    last = max(last, day)
  }
}

extension ProgramState {
  /// The number of a declared award; nil where none of this id was ever declared.
  public func awardNumber(_ id: String) -> AwardNumber? {
    names.number(.award, id).map { AwardNumber(rawValue: UInt16($0)) }
  }

  /// The id of a declared award.
  public func awardID(_ award: AwardNumber) -> String {
    names.word(.award, UInt32(award.rawValue))
  }

  /// The declaration of an award that stands; the one that stood last where it is declared no more.
  public func award(_ award: AwardNumber) -> AwardDefinition? { awardsByNumber[award] }

  func apply(_ change: StarDecisionChange, in buffer: ChangeBuffer) {
    let day = lastDay(of: change.period) ?? self.day(at: change.closedAt)
    awards.apply(
      change, day: day,
      term: { self.term(on: day, cohort: self.learners.context(of: $0, on: day).cohort) },
      buffer.candidates[change.candidates.range], at: position)
    if change.waits { noteClosings() }
  }
}
