/// What the rules, asked again, would have decided otherwise (`verify --rules`).
public struct RuleDifference: Hashable, Sendable {
  /// The kinds of differences.
  public enum Kind: Hashable, Sendable {
    /// A rule's payment, net of moves, in one group and term.
    case payment(RuleNumber, posted: Int64, judged: Int64)
    /// The group, term or status the fact counts with, or the group or term of a grant.
    case place
    /// How far the learner is with a badge or quest.
    case recognition(RuleNumber, posted: Int, judged: Int)
    /// A move names another day than the fact or grant it moves.
    case dayOfMove
    /// It takes back what is not there any more, or something else than what was given.
    case takingBack
  }

  /// Whose fact or grant it is.
  public var learner: LearnerNumber
  /// The fact or grant.
  public var fact: Position
  /// What differs.
  public var kind: Kind
}

/// What judging a learner's facts as a set came to.
public struct RuleCheck: Sendable {
  /// The first difference; nil where all that could be judged agrees.
  public var difference: RuleDifference?
  /// Rules that look at metadata which stayed sealed: what they paid could not be judged.
  public var sealedRules: Set<RuleNumber> = []
}

extension ProgramState {
  /// Judges all facts of a learner as a set and compares with what was posted.
  ///
  /// The only check that can see a wrong decision: everything else compares projections with the log.
  /// Payments are compared by fact, rule, group and term; beside them the group, term and status that
  /// each fact counts with, and where grants that count do. `sealed` are the facts whose metadata could
  /// not be read: payments of rules that look at metadata are then left out, and named.
  public func checkRules(in log: LearnerLog, sealed: Set<Position> = []) -> RuleCheck {
    let book = rulebook(of: log.learner)
    let known = facts(from: log, by: book)
    let judged = judge(known.facts, rows: learners.contextRows(of: log.learner), by: book)
    var check = RuleCheck()
    if !sealed.isEmpty {
      // A recompute could not tell what rules of before had paid, either.
      for (number, rule) in rulesByNumber where !rule.equals.isEmpty {
        check.sealedRules.insert(number)
      }
      let sets = Array(book.sets) + book.keptSets
      if sets.contains(where: \.looksAtMetadata) {
        check.sealedRules.formUnion(sets.flatMap(\.recognitionNumbers))
      }
    }
    let ledger = PostedLedger(log)
    check.difference =
      ledger.misdated.map {
        RuleDifference(learner: log.learner, fact: $0, kind: .dayOfMove)
      }
      ?? ledger.mistaken.map {
        RuleDifference(learner: log.learner, fact: $0, kind: .takingBack)
      } ?? firstDifference(known.facts, judged, ledger, except: check.sealedRules, of: log.learner)
      ?? firstUnrecognized(judged.recognition, ledger, except: check.sealedRules, of: log.learner)
    return check
  }

  /// The first badge or quest that the log says the learner is further with, or less far, than the
  /// facts.
  private func firstUnrecognized(
    _ judged: RecognitionWalk, _ ledger: PostedLedger, except sealedRules: Set<RuleNumber>,
    of learner: LearnerNumber
  ) -> RuleDifference? {
    let earned = learners[learner].accounts.earned
    let numbers = Set(ledger.stages.keys).union(judged.standings.keys).subtracting(sealedRules)
    for number in numbers.sorted() {
      let posted = ledger.stages[number] ?? 0
      var stage = judged.standings[number]?.stage ?? 0
      let recognition = rulebook.recognition(number)
      if let recognition, recognition.readsEarned {
        stage = recognition.stage(
          after: 0, { allTime.windows.fold(learner, $0, .none).largest }, earned: { earned })
      }
      let isKept = recognition?.isSticky == true && posted > stage
      guard posted != stage, !isKept else { continue }
      return RuleDifference(
        learner: learner, fact: judged.standings[number]?.fact ?? .none,
        kind: .recognition(number, posted: posted, judged: stage))
    }
    return nil
  }

  private func firstDifference(
    _ facts: [HistoryFact], _ judged: Judged, _ ledger: PostedLedger,
    except sealedRules: Set<RuleNumber>, of learner: LearnerNumber
  ) -> RuleDifference? {
    var posted = ledger.posted.filter { !sealedRules.contains($0.key.rule) }
    for (index, fact) in facts.enumerated() {
      let judgement = judged.judgements[index]
      let place = PostedLedger.Place(
        group: judgement.group, term: judgement.term, status: judgement.status)
      // What was reversed counts nowhere, and is not moved any more.
      if judgement.status != .reversed, ledger.places[fact.position] != place {
        return RuleDifference(learner: learner, fact: fact.position, kind: .place)
      }
      for outcome in judgement.outcomes where !sealedRules.contains(outcome.rule) {
        let key = PostedLedger.Key(
          fact: fact.position, rule: outcome.rule, group: place.group, term: place.term)
        let net = posted.removeValue(forKey: key) ?? 0
        guard net != outcome.points else { continue }
        return RuleDifference(
          learner: learner, fact: fact.position,
          kind: .payment(outcome.rule, posted: net, judged: outcome.points))
      }
    }
    if let grant = misplacedGrant(in: ledger, taking: &posted, of: learner) {
      return RuleDifference(learner: learner, fact: grant, kind: .place)
    }
    let left = posted.filter { $0.value != 0 }.min { $0.key.fact < $1.key.fact }
    return left.map {
      RuleDifference(
        learner: learner, fact: $0.key.fact,
        kind: .payment($0.key.rule, posted: $0.value, judged: 0))
    }
  }

  /// The first grant that counts elsewhere than the roster says; takes what is right off the postings.
  private func misplacedGrant(
    in ledger: PostedLedger, taking posted: inout [PostedLedger.Key: Int64],
    of learner: LearnerNumber
  ) -> Position? {
    let rows = learners.contextRows(of: learner)
    return ledger.grants.first { grant in
      let context = rows.context(on: grant.day)
      // What was granted while a recompute is still to come stands in the new terms already.
      let terms = [rulebook(of: learner), rulebook].map {
        $0.term(on: grant.day, cohort: context.cohort)
      }
      return !terms.contains { term in
        let key = PostedLedger.Key(
          fact: grant.position, rule: .none, group: context.scoringGroup(of: grant.kind),
          term: term)
        guard posted[key] == grant.points else { return false }
        posted[key] = nil
        return true
      }
    }?.position
  }
}

/// What a learner's log says was paid, and where each fact counts; a grant is paid by no rule.
private struct PostedLedger {
  struct Key: Hashable {
    var fact: Position
    var rule: RuleNumber
    var group: GroupNumber
    var term: TermNumber
  }

  struct Place: Hashable {
    var group: GroupNumber
    var term: TermNumber
    var status: FactStatus
  }

  /// Payments with their moves.
  private(set) var posted: [Key: Int64] = [:]
  /// Where each fact counts, as the last record that speaks of it says.
  private(set) var places: [Position: Place] = [:]
  /// The grants that count for boards.
  private(set) var grants: [(position: Position, day: LocalDay, points: Int64, kind: GrantKind)] =
    []
  /// A fact or grant of which a move names another day.
  private(set) var misdated: Position?
  /// How far the learner is with badges and quests.
  private(set) var stages: [RuleNumber: Int] = [:]
  /// A record that takes back what is not there, or not the whole of it.
  private(set) var mistaken: Position?
  private var days: [Position: LocalDay] = [:]
  /// What people gave and nobody took back.
  private var given: [Position: GrantChange] = [:]

  init(_ log: LearnerLog) {
    for (index, change) in log.buffer.changes.enumerated() {
      if case .granted(let grant) = change { see(grant, at: log.positions[index]) }
      switch change {
      case .fact(let fact):
        let position = log.positions[index]
        days[position] = fact.day
        places[position] = Place(group: fact.group, term: fact.term, status: fact.status)
        for outcome in log.buffer.outcomes[fact.outcomes.range] {
          let key = Key(fact: position, rule: outcome.rule, group: fact.group, term: fact.term)
          posted[key, default: 0] += outcome.points
        }
      case .granted(let grant) where grant.counts && !grant.undoes.isNone:
        let key = Key(fact: grant.undoes, rule: .none, group: grant.group, term: grant.term)
        posted[key, default: 0] += grant.posting.points
        grants.removeAll { $0.position == grant.undoes }
      case .granted(let grant) where grant.counts && grant.posting.points != 0:
        let position = log.positions[index]
        days[position] = grant.day
        grants.append((position, grant.day, grant.posting.points, grant.kind))
        let key = Key(fact: position, rule: .none, group: grant.group, term: grant.term)
        posted[key, default: 0] += grant.posting.points
      case .moved(let move):
        let key = Key(fact: move.fact, rule: move.rule, group: move.group, term: move.term)
        posted[key, default: 0] += move.posting.points
        if days[move.fact] != move.day { misdated = misdated ?? move.fact }
      case .context(let context):
        places[context.fact] = Place(
          group: context.group, term: context.term, status: context.status)
      case .recognized(let change) where change.learner == log.learner:
        stages[change.recognition] = Int(change.stage)
      case .reversed(let reversal): places[reversal.fact]?.status = .reversed
      default: break
      }
    }
  }

  private mutating func see(_ grant: GrantChange, at position: Position) {
    guard !grant.undoes.isNone else {
      given[position] = grant
      return
    }
    let taken = given.removeValue(forKey: grant.undoes)
    guard let taken, taken.account == grant.account, taken.day == grant.day,
      taken.posting.points == -grant.posting.points, taken.adjusted == -grant.adjusted
    else {
      mistaken = mistaken ?? position
      return
    }
  }
}
