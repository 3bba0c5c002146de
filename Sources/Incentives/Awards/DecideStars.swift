/// Decides the stars of a period while it is closed, after its boards are written (rules.md §5).
///
/// The scores of a closed period do not move and people are read as of the job's cut, so what is found
/// does not depend on what comes while the job runs; after a crash it is found again. A decision and who
/// got the star are records of one step. Equals who share a star of very many get theirs in slices: how
/// many did is the cursor.
extension ProgramState {
  /// Awards written in one step; under 2 ms.
  static var awardsMax: Int { 128 }
  /// Contests decided in one step.
  private static var contestsMax: Int { 32 }

  /// Does the next step on the stars of a closing period; false where all are decided.
  ///
  /// Asks for the logs of those who are tied.
  func decideStars(
    _ job: Job, logs: [LearnerNumber: LearnerLog], into buffer: inout ChangeBuffer
  ) throws(Undecided) -> Bool {
    gathering?.race?.putInOrder()
    while let key = gathering?.race?.nextKeys(1).first, isDecided(key, job) {
      gathering?.race?.moveOn()
    }
    guard let keys = gathering?.race?.nextKeys(Self.contestsMax), !keys.isEmpty else {
      return false
    }
    var ranked: [StarRace.ContestKey] = []
    var missing: [LearnerNumber] = []
    for key in keys where !isDecided(key, job) {
      guard missing.count < StarRace.logsMax else { break }
      switch gathering?.race?.rank(key, logs: logs, max: Self.stepMax, in: self) {
      case .more?: return true
      case .needs(let learners)?: missing += learners
      case .ranked?: ranked.append(key)
      case nil: break
      }
    }
    guard missing.isEmpty else { throw .needs(.histories(Array(Set(missing)).sorted())) }
    var purses = StepPurses()
    var given = UInt32(awards.given.count)
    var decisions = UInt32(awards.decisions.count)
    for key in ranked {
      guard let race = gathering?.race else { break }
      let contest = race[key]
      guard contest.isAnybodyThere else { continue }
      decide(contest, race, number: &decisions, given: &given, purses: &purses, into: &buffer)
      if given >= UInt32(awards.given.count + Self.awardsMax) { break }
    }
    return true
  }

  /// Whether a star is decided and everybody who shares it has it.
  private func isDecided(_ key: StarRace.ContestKey, _ job: Job) -> Bool {
    guard let race = gathering?.race else { return true }
    let star = race.stars[key.star]
    guard let number = awards.decision(on: star.award, job.period, key.segment),
      let decision = awards[number]
    else { return false }
    // What was decided before the job began is of a period that closed once before.
    guard star.terms.ties == .shared, decision.position > job.cut else { return true }
    return decision.givenCount >= decision.tied
  }

  /// Appends a decision and its awards, or the next awards of one that very many share.
  private func decide(
    _ contest: StarContest, _ race: StarRace, number: inout UInt32, given: inout UInt32,
    purses: inout StepPurses, into buffer: inout ChangeBuffer
  ) {
    let star = contest.star
    let standing = awards.decision(on: star.award, race.period, contest.segment)
    let decision: DecisionNumber
    if let standing {
      decision = standing
    } else {
      number += 1
      decision = DecisionNumber(rawValue: number)
      append(contest, race, decision, to: &buffer)
    }
    for learner in winners(of: contest, after: standing) {
      given += 1
      append(
        GivenNumber(rawValue: given), of: star.award, star.definition, to: learner,
        on: race.rosterDay, title: "\(star.definition.title) \(text(of: race.period))",
        cause: .closing, decision: decision, asOf: race.cut, purses: &purses, to: &buffer)
    }
  }

  /// Who gets the star now: nobody where staff choose, the next ones where very many share it.
  private func winners(of contest: StarContest, after standing: DecisionNumber?)
    -> [LearnerNumber]
  {
    guard contest.star.terms.confirmMinutes == nil else { return [] }
    guard contest.star.terms.ties == .shared else {
      return contest.places.first.map { [$0.learner] } ?? []
    }
    let last = standing.flatMap(awards.lastGiven)?.learner ?? .none
    let next = contest.entries.partitioningIndex { $0.learner > last }
    return contest.entries[next...].lazy.filter { $0.score == contest.highest }
      .prefix(Self.awardsMax).map(\.learner)
  }

  private func append(
    _ contest: StarContest, _ race: StarRace, _ decision: DecisionNumber,
    to buffer: inout ChangeBuffer
  ) {
    let terms = contest.star.terms
    let start = buffer.candidates.count
    buffer.candidates.append(contentsOf: contest.places)
    buffer.candidates.append(contentsOf: contest.told)
    let closedAt = closing(of: race.period) ?? clock
    let waits = terms.confirmMinutes.flatMap { contest.places.isEmpty ? nil : $0 }
    let deadline = waits.map {
      closedAt.advanced(byMicroseconds: Int64($0) * Instant.microsecondsPerMinute)
    }
    buffer.changes.append(
      .starDecided(
        StarDecisionChange(
          decision: decision, award: contest.star.award, period: race.period,
          segment: contest.segment, closedAt: closedAt, deadline: deadline ?? .distantPast,
          ties: terms.ties.code, isImprovement: contest.star.isImprovement,
          tied: UInt32(contest.tied),
          candidates: Run(
            start: UInt32(start), count: UInt32(buffer.candidates.count - start)))))
  }

  /// Gives a star that waited for staff until now to who came first.
  ///
  /// Answers false where none is due.
  func decideDueStars(into buffer: inout ChangeBuffer) -> Bool {
    let due = awards.due(at: clock).prefix(Self.awardsMax)
    guard !due.isEmpty else { return false }
    var purses = StepPurses()
    var given = UInt32(awards.given.count)
    for number in due {
      guard let decision = awards[number], let award = star(of: decision) else { continue }
      given += 1
      append(
        GivenNumber(rawValue: given), of: decision.award, award, to: decision.first,
        on: decision.day, title: title(of: decision, award), cause: .deadline, decision: number,
        asOf: nil, purses: &purses, to: &buffer)
    }
    return true
  }

  /// The declaration by which a star was decided.
  public func star(of decision: StarDecision) -> AwardDefinition? {
    stars(of: decision.period).first { $0.award == decision.award }?.definition
      ?? award(decision.award)
  }

  /// What a star's payment is called.
  func title(of decision: StarDecision, _ award: AwardDefinition) -> String {
    "\(award.title) \(text(of: decision.period))"
  }

  private func text(of period: Period) -> String {
    guard period.kind == .term, termIDs.indices.contains(Int(period.index) - 1) else {
      return period.description
    }
    return termIDs[Int(period.index) - 1]
  }

  /// Appends that a learner gets an award, and its payment.
  ///
  /// What finds no room in an account is not paid: the award stands without it.
  func append(
    _ number: GivenNumber, of award: AwardNumber, _ definition: AwardDefinition,
    to learner: LearnerNumber, on day: LocalDay, title: String, cause: AwardCause,
    decision: DecisionNumber = .none, nomination: NominationNumber = .none,
    by principal: PrincipalNumber = .none, citation: String = "", asOf cut: Position?,
    purses: inout StepPurses, to buffer: inout ChangeBuffer
  ) {
    let context =
      cut.map { learners.context(of: learner, on: day, asOf: $0) }
      ?? learners.context(of: learner, on: day)
    let now = learners.context(of: learner, on: day)
    let term = term(on: day, cohort: now.cohort)
    let points = definition.points
    let pays = points > 0 && purses.hasRoom(for: points, of: learner, in: self)
    buffer.changes.append(
      .awardGiven(
        AwardGivenChange(
          given: number, award: award, learner: learner, day: day,
          term: self.term(on: day, cohort: context.cohort), cause: cause, pays: pays,
          decision: decision, nomination: nomination, principal: principal,
          citation: citation.isEmpty ? .empty : buffer.text.append(citation))))
    guard pays else { return }
    let settled = purses.post(points, of: learner, term: term, on: day, in: self)
    var posting = settled.posting
    posting.points = points
    buffer.changes.append(
      .granted(
        GrantChange(
          learner: learner, day: day, group: .none, term: term, counts: definition.counts,
          kind: .award, cohort: now.cohort, decidedOn: self.day(at: clock), posting: posting,
          reason: buffer.text.append(title), principal: principal)))
    for lot in settled.lots { buffer.changes.append(.lot(lot)) }
  }
}

extension StarContest {
  /// Whether there is anything to tell.
  var isAnybodyThere: Bool { !places.isEmpty || !excluded.isEmpty }

  /// Those excluded who would have come before, or with, the first.
  var told: [StarCandidate] {
    guard let first = places.first else { return excluded }
    return excluded.filter { $0.score >= first.score }
  }
}

/// What learners hold while one step gives several awards.
struct StepPurses {
  private var purses: [LearnerNumber: (purse: Purse, points: Int64)] = [:]

  init() {}

  /// Whether points find room.
  func hasRoom(for points: Int64, of learner: LearnerNumber, in state: ProgramState) -> Bool {
    let standing = state.learners[learner].accounts
    let fullest = max(standing.fullest, state.allTime.learnerScores[learner.index])
    return points <= Accounts.amountMax - fullest - (purses[learner]?.points ?? 0)
  }

  /// How points reach a learner, after what the step gave before.
  mutating func post(
    _ points: Int64, of learner: LearnerNumber, term: TermNumber, on day: LocalDay,
    in state: ProgramState
  ) -> Purse.Settlement {
    var (purse, before) = purses[learner] ?? (state.purse(of: learner), 0)
    purse.add(points, of: term)
    let settled = purse.settle(on: day)
    purses[learner] = (purse, before + points)
    return settled
  }
}
