/// What judges facts: the rule sets by the instant they take effect, and the terms they are judged in.
///
/// A program has one; while a recompute runs it has two, the standing one and that of before, by which
/// learners are judged whom the job has not come to.
struct Rulebook {
  /// A rule set that judges a fact where it lies in a term that keeps its own.
  struct KeptVersion {
    var term: TermNumber
    var set: RuleSet?
    var matches: UInt64
  }

  /// The rule sets by the instant they take effect.
  var sets: ContiguousArray<RuleSet> = []
  /// The rule sets of terms that were closed when a recompute came: facts in them stay as they are.
  private(set) var kept: [TermNumber: ContiguousArray<RuleSet>] = [:]
  /// The last day of a term that keeps its rule sets; the first day there can be where none does.
  private(set) var keptThrough = LocalDay(number: .min)
  /// The declared terms.
  var terms: Terms?
  /// The days that are taught.
  var calendar = Calendar()
  /// The calendars of days through the end of a term that keeps its rule sets, as they were then.
  private var keptCalendars: [(through: LocalDay, calendar: Calendar)] = []

  /// The rule sets of all terms that keep theirs.
  var keptSets: [RuleSet] { kept.values.flatMap { Array($0) } }

  /// Lets a term keep the rule sets it is judged by, whatever comes; once.
  mutating func keep(_ term: TermNumber) {
    guard kept[term] == nil else { return }
    kept[term] = sets
    if let span = terms?.term(number: Int32(term.rawValue)) {
      if span.last > keptThrough { keptCalendars.append((span.last, calendar)) }
      keptThrough = max(keptThrough, span.last)
    }
  }

  /// The index of the rule set in force at an instant, outside terms that keep theirs; nil before the
  /// first.
  func index(at instant: Instant) -> Int? { Self.index(at: instant, in: sets) }

  /// The rule set that judges a fact of an instant and term; nil before the first.
  func set(at instant: Instant, in term: TermNumber) -> RuleSet? {
    if !kept.isEmpty, let sets = kept[term] {
      return Self.index(at: instant, in: sets).map { sets[$0] }
    }
    return index(at: instant).map { sets[$0] }
  }

  /// A badge or quest of any of the rule sets; nil where a recompute left it none.
  func recognition(_ number: RuleNumber) -> CompiledRecognition? {
    for set in Array(sets) + keptSets {
      if let found = set.recognitions.first(where: { $0.number == number }) { return found }
    }
    return nil
  }

  /// The calendar of a day: what counts in terms that keep their rule sets does not move.
  func calendar(on day: LocalDay) -> Calendar {
    guard day <= keptThrough else { return calendar }
    return keptCalendars.first { day <= $0.through }?.calendar ?? calendar
  }

  /// The term of a cohort's day.
  func term(on day: LocalDay, cohort: CohortNumber) -> TermNumber {
    guard let terms else { return .endless }
    let cohort: UInt32? = cohort.isNone ? nil : UInt32(cohort.rawValue)
    guard let number = terms.number(on: day, cohort: cohort) else { return .outside }
    return number == Terms.endless ? .endless : TermNumber(rawValue: UInt16(number))
  }

  /// The versions by which the terms over a day judge an instant that keep their rule sets.
  func keptVersions(
    on day: LocalDay, at instant: Instant, matching: (RuleSet) -> UInt64
  ) -> [KeptVersion] {
    guard !kept.isEmpty, let terms else { return [] }
    return terms.spans.compactMap { span in
      let term = TermNumber(rawValue: UInt16(span.number))
      guard span.first <= day, day <= span.last, kept[term] != nil else { return nil }
      let set = set(at: instant, in: term)
      return KeptVersion(term: term, set: set, matches: set.map(matching) ?? 0)
    }
  }

  private static func index(
    at instant: Instant, in sets: ContiguousArray<RuleSet>
  ) -> Int? {
    var index = sets.count - 1
    while index >= 0, sets[index].effectiveFrom > instant { index -= 1 }
    return index < 0 ? nil : index
  }
}
