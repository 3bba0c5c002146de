/// What some rules paid each learner in a period: what a star compares.
///
/// Kept beside the board's scores, which also hold grants, and only in periods that a star looks at.
public final class StarSums {
  /// Which rules.
  public let scope: StarScope
  /// The points of each learner.
  public internal(set) var sums = PagedArray<Int64>(initial: 0)

  init(_ scope: StarScope) { self.scope = scope }
}

/// The rules whose payments a star adds up, by id, whatever versions they come in.
///
/// Scopes are numbered in the order in which programs declare them, and kept: stars that add up the same
/// share what is added up.
public final class StarScope {
  /// Its number in the program.
  public let number: UInt16
  /// The ids of the points rules, ascending; none means all of them.
  public let rules: [String]
  private var isIncluded: ContiguousArray<Bool> = []

  init(number: UInt16, rules: [String]) {
    self.number = number
    self.rules = rules
  }

  /// Whether what a rule pays is added up.
  @inline(__always)
  public func includes(_ rule: RuleNumber) -> Bool {
    rule.index < isIncluded.count && isIncluded[rule.index]
  }

  /// Learns of a points rule; what streaks, badges and quests pay is never added up.
  func learn(_ number: RuleNumber, id: String) {
    while isIncluded.count <= number.index { isIncluded.append(false) }
    isIncluded[number.index] = rules.isEmpty || rules.contains(id)
  }
}

/// The stars that are decided for periods from an instant on.
public struct StarSet {
  /// What begins from this instant on is decided by it, until the next set's instant.
  public let effectiveFrom: Instant
  /// The stars.
  public let stars: ContiguousArray<CompiledStar>
  private let timed: [StarScope]

  init(effectiveFrom: Instant, stars: ContiguousArray<CompiledStar>) {
    self.effectiveFrom = effectiveFrom
    self.stars = stars
    timed = stars.filter { $0.terms.ties == .earliest }.compactMap(\.scope)
  }

  /// Whether some star asks when facts happened.
  var isTimed: Bool { !timed.isEmpty }

  /// Whether some star asks when the facts that a rule paid happened.
  func asksWhen(_ rule: RuleNumber) -> Bool { timed.contains { $0.includes(rule) } }
}

/// A declared star, with its award and scope looked up.
public final class CompiledStar {
  /// The award.
  public let award: AwardNumber
  /// The declaration.
  public let definition: AwardDefinition
  /// How it is decided.
  public let terms: StarTerms
  /// Whose sums it compares; nil where it compares the board's scores.
  public let scope: StarScope?

  init(award: AwardNumber, definition: AwardDefinition, terms: StarTerms, scope: StarScope?) {
    self.award = award
    self.definition = definition
    self.terms = terms
    self.scope = scope
  }

  /// Whether improvement is compared.
  var isImprovement: Bool { terms.measure == .improvement }

  /// The least score that wins, as scores are compared.
  var minimum: Int64 { isImprovement ? terms.minimum * 2 : terms.minimum }
}

/// The sums of a closed period that the next two are compared with.
public struct PastSumsKey: Hashable, Sendable {
  /// The period.
  public var period: Period
  /// The number of the scope.
  public var scope: UInt16
}

extension ProgramState {
  /// The stars that are decided for a period: those in force at its first instant.
  ///
  /// What is declared while a period lasts begins with the next one: nothing was added up for it before.
  public func stars(of period: Period) -> [CompiledStar] {
    declaredStars(of: period).filter { star in
      star.terms.period.kind == period.kind
        && (!star.isImprovement
          || previous(of: period).allSatisfy { isAddedUp(star.scope, in: $0) })
    }
  }

  /// The stars that are declared where a period begins.
  private func declaredStars(of period: Period) -> ContiguousArray<CompiledStar> {
    guard let first = firstDay(of: period) else { return [] }
    return starSet(at: firstInstant(of: first))?.stars ?? []
  }

  /// The stars in force at an instant; nil where none are.
  func starSet(at instant: Instant) -> StarSet? {
    starSets.last { $0.effectiveFrom <= instant }
  }

  /// The scopes that are added up in a period, each once.
  public func starScopes(of period: Period) -> [StarScope] {
    guard !starScopes.isEmpty else { return [] }
    var found: [StarScope] = []
    for star in declaredStars(of: period) where star.terms.period.kind == period.kind {
      guard let scope = star.scope, !found.contains(where: { $0 === scope }) else { continue }
      found.append(scope)
    }
    return found
  }

  private func isAddedUp(_ scope: StarScope?, in period: Period) -> Bool {
    scope.map { scope in starScopes(of: period).contains { $0 === scope } } ?? false
  }

  /// The first day of a period; nil for all time and the endless term.
  func firstDay(of period: Period) -> LocalDay? {
    guard period.kind == .term else { return period.first }
    return span(of: TermNumber(rawValue: UInt16(period.index)))?.first
  }

  /// The two periods before one, with which its improvement is compared: of days, teaching days.
  public func previous(of period: Period) -> [Period] {
    switch period.kind {
    case .day:
      guard let one = calendar.teachingDay(before: LocalDay(number: period.index)),
        let two = calendar.teachingDay(before: one)
      else { return [] }
      return [.day(one), .day(two)]
    case .week, .month:
      return [1, 2].map { Period(kind: period.kind, index: period.index - $0) }
    case .term, .all: return []
    }
  }

  /// The scopes whose sums are kept when a period closes, because improvement will be compared with it.
  public func scopesKept(of period: Period) -> [StarScope] {
    starScopes(of: period).filter { scope in
      starSets.contains { set in
        set.stars.contains {
          $0.isImprovement && $0.scope === scope && $0.terms.period.kind == period.kind
        }
      }
    }
  }

  /// The oldest period of a kind whose sums are kept once one has closed; nil where none is.
  public func oldestKept(after period: Period) -> Period? {
    switch period.kind {
    case .day: previous(of: .day(LocalDay(number: period.index).next)).min()
    case .week, .month: Period(kind: period.kind, index: period.index - 1)
    case .term, .all: nil
    }
  }

  /// Keeps what a period that is let go of leaves to the next two.
  func keepSums(of open: OpenPeriod) {
    guard !open.starSums.isEmpty else { return }
    let kept = scopesKept(of: open.period)
    for sums in open.starSums where kept.contains(where: { $0 === sums.scope }) {
      pastSums[PastSumsKey(period: open.period, scope: sums.scope.number)] = sums
    }
    guard let oldest = oldestKept(after: open.period) else { return }
    for key in pastSums.keys where key.period.kind == oldest.kind && key.period < oldest {
      pastSums[key] = nil
    }
  }

  /// Makes room for the sums of a period, keeping those that are there.
  func fitStarSums(of open: OpenPeriod) {
    let scopes = starScopes(of: open.period)
    guard !scopes.isEmpty || !open.starSums.isEmpty else { return }
    let standing = open.starSums
    open.starSums = ContiguousArray(
      scopes.map { scope in standing.first { $0.scope === scope } ?? StarSums(scope) })
  }

  /// Adds a payment of a rule to what stars of the open periods compare.
  func addToStars(
    _ points: Int64, of rule: RuleNumber, for learner: LearnerNumber, in open: RecentPeriods
  ) {
    guard points != 0, !rule.isNone else { return }
    open.forEach { period in
      for sums in period.starSums where sums.scope.includes(rule) {
        sums.sums.update(learner.index) { $0 += points }
      }
    }
  }

  /// Hands over to a learner what another had in sums that stars compare.
  func handOverStars(from old: LearnerNumber, to survivor: LearnerNumber) {
    let ofOpen = periods.values.lazy.filter { !self.isClosed($0.period) }.flatMap(\.starSums)
    for sums in Array(ofOpen) + Array(pastSums.values) {
      let points = sums.sums[old.index]
      guard points != 0 else { continue }
      sums.sums.update(old.index) { $0 = 0 }
      sums.sums.update(survivor.index) { $0 += points }
    }
  }

  /// The scope of some rules, numbered if it is new.
  private func scope(of rules: [String]) -> StarScope {
    let ids = Set(rules).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if let known = starScopes.first(where: { $0.rules == ids }) { return known }
    let scope = StarScope(number: UInt16(starScopes.count), rules: ids)
    starScopes.append(scope)
    return scope
  }

  /// Lets the stars of the definition that was just applied hold from an instant on.
  ///
  /// A recompute decides no star anew and adds nothing up for stars that are new: theirs begin after the
  /// last fact that can have come by then.
  func applyStars(from effectiveFrom: Instant) {
    var from = effectiveFrom
    if let recomputing, recomputing.since == nil {
      let now = definition.clock == .manual ? clock : recomputing.change.decidedAt
      from = max(from, now.advanced(byMicroseconds: Self.futureMax + 1))
    }
    starSets.removeAll { $0.effectiveFrom >= from }
    starSets.append(StarSet(effectiveFrom: from, stars: compileStars()))
  }

  private func compileStars() -> ContiguousArray<CompiledStar> {
    var stars: ContiguousArray<CompiledStar> = []
    for award in definition.declaredAwards {
      guard let number = awardNumber(award.id) else {
        preconditionFailure("a definition names an award without a number: \(award.id)")
      }
      awardsByNumber[number] = award
      guard let terms = award.star else { continue }
      stars.append(
        CompiledStar(
          award: number, definition: award, terms: terms,
          scope: terms.score == .board ? nil : scope(of: terms.rules)))
    }
    for (number, rule) in rulesByNumber where pointsRules.contains(number) {
      for scope in starScopes { scope.learn(number, id: rule.id) }
    }
    return stars
  }

  /// Sets the sums of a run of learners in a period that is open, or closed and kept; zeros are skipped.
  public func restore(
    starSums sums: ContiguousArray<Int64>, from first: UInt32, scope number: UInt16,
    in period: Period
  ) {
    guard Int(number) < starScopes.count else { return }
    let scope = starScopes[Int(number)]
    let target: StarSums
    if let open = periods[period] {
      if let known = open.starSums.first(where: { $0.scope === scope }) {
        target = known
      } else {
        target = StarSums(scope)
        open.starSums.append(target)
      }
    } else {
      let key = PastSumsKey(period: period, scope: number)
      target = pastSums[key] ?? StarSums(scope)
      pastSums[key] = target
    }
    for (offset, sum) in sums.enumerated() where sum != 0 {
      target.sums[Int(first) + offset] = sum
    }
  }
}
