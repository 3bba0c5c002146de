/// The rules in force from an instant on, made ready for matching.
///
/// A fact's own content (verb, kind, value, metadata) matches once, as a bit per rule; what depends on
/// the learner's context of the day (cohort, tier) is looked at again each time that context is
/// decided.
public final class RuleSet {
  /// The most rules a set may have: one bit each.
  public static let rulesMax = 64

  /// Facts from this instant on are judged by this set, until the next set's instant.
  public let effectiveFrom: Instant
  /// The rules in the order in which outcomes list them.
  public let rules: ContiguousArray<CompiledRule>
  /// What is counted for streaks, badges and quests; their bits come after those of the rules.
  let signals: ContiguousArray<CompiledSignal>
  /// Badges and quests, each after those it depends on.
  let recognitions: ContiguousArray<CompiledRecognition>
  /// The rules whose windows outlive a day, by bit: only they can need facts of closed days.
  let outlivingDay: UInt64
  /// The rules that have windows at all, by bit.
  let limited: UInt64
  /// Whether some badge or quest depends on what is earned.
  let readsEarned: Bool
  /// How attendance is treated meanwhile.
  public let attendance: AttendanceDefinition?
  /// Whether facts with a verb fill rows of attendance, as far as was asked.
  private var fillsByVerb: ContiguousArray<Bool?> = []
  private var matchesByVerb: ContiguousArray<UInt64> = []
  private var isVerbKnown: ContiguousArray<Bool> = []

  init(
    effectiveFrom: Instant, rules: ContiguousArray<CompiledRule>,
    signals: ContiguousArray<CompiledSignal>, recognitions: ContiguousArray<CompiledRecognition>,
    attendance: AttendanceDefinition? = nil
  ) {
    self.effectiveFrom = effectiveFrom
    self.rules = rules
    self.signals = signals
    self.recognitions = recognitions
    readsEarned = recognitions.contains(where: \.readsEarned)
    self.attendance = attendance
    var outlivingDay: UInt64 = 0
    var limited: UInt64 = 0
    for (place, rule) in rules.enumerated() {
      guard let window = rule.limiter.window else { continue }
      limited |= 1 << UInt64(place)
      if window.period != .day { outlivingDay |= 1 << UInt64(place) }
    }
    self.outlivingDay = outlivingDay
    self.limited = limited
  }

  /// Whether a streak counts taught days only.
  var looksAtCalendar: Bool {
    signals.contains { signal in
      if case .streak(let streak) = signal.use { streak.days != .everyDay } else { false }
    }
  }

  /// Whether something that streaks, badges and quests count looks at metadata.
  var looksAtMetadata: Bool { signals.contains { !$0.rule.rule.equals.isEmpty } }

  /// The numbers under which streaks, badges and quests pay.
  var recognitionNumbers: [RuleNumber] {
    signals.map(\.number) + recognitions.map(\.number)
  }

  /// The bits of the rules among those that a fact matches.
  var ruleBits: UInt64 { rules.count == 64 ? .max : (1 << UInt64(rules.count)) - 1 }

  /// The signals among what a fact matches, by place.
  func signals(in matches: UInt64) -> UInt64 {
    signals.isEmpty ? 0 : matches >> UInt64(rules.count)
  }

  /// What matches a fact like a rule, by bit: the rules, then the signals.
  private func matcher(at place: Int) -> CompiledRule {
    place < rules.count ? rules[place] : signals[place - rules.count].rule
  }

  /// Whether facts with a verb fill rows of attendance.
  func fillsRows(_ verb: VerbNumber, text: () -> String) -> Bool {
    guard let attendance, !attendance.verbs.isEmpty else { return false }
    if verb.index < fillsByVerb.count, let known = fillsByVerb[verb.index] { return known }
    let fills = attendance.accepts(verb: text())
    guard !verb.isNone else { return fills }
    while fillsByVerb.count <= verb.index { fillsByVerb.append(nil) }
    fillsByVerb[verb.index] = fills
    return fills
  }

  /// The rules and signals a fact's own content matches.
  func matches(
    verb: VerbNumber, verbText: () -> String, kind: UnsafeRawBufferPointer, value: Int64?,
    metadata: UnsafeRawBufferPointer
  ) -> UInt64 {
    var matches = self.matches(verb: verb, text: verbText)
    var rest = matches
    while rest != 0 {
      let bit = rest & (~rest &+ 1)
      rest ^= bit
      let rule = matcher(at: bit.trailingZeroBitCount)
      if rule.looksAtContent, !rule.accepts(kind: kind, value: value, metadata: metadata) {
        matches ^= bit
      }
    }
    return matches
  }

  private func matches(verb: VerbNumber, text: () -> String) -> UInt64 {
    if verb.index < isVerbKnown.count, isVerbKnown[verb.index] { return matchesByVerb[verb.index] }
    let word = text()
    var matches: UInt64 = 0
    for place in 0..<(rules.count + signals.count)
    where matcher(at: place).rule.accepts(verb: word) { matches |= 1 << UInt64(place) }
    // A verb that is being recorded for the first time has no number yet.
    guard !verb.isNone else { return matches }
    while isVerbKnown.count <= verb.index {
      isVerbKnown.append(false)
      matchesByVerb.append(0)
    }
    isVerbKnown[verb.index] = true
    matchesByVerb[verb.index] = matches
    return matches
  }
}

/// One rule of a set, with its names looked up; a class, because facts look at rules all the time and
/// a copy would count every text in it.
public final class CompiledRule {
  /// The number of its definition.
  public let number: RuleNumber
  /// The definition.
  public let rule: Rule
  let payment: Payment
  let limiter: Limiter
  let cohorts: [CohortNumber]
  let tiers: [TierNumber]
  let looksAtContent: Bool

  init(number: RuleNumber, rule: Rule, cohorts: [CohortNumber], tiers: [TierNumber]) {
    self.number = number
    self.rule = rule
    self.payment = rule.payment
    self.limiter = rule.limiter
    self.cohorts = cohorts
    self.tiers = tiers
    looksAtContent = !rule.kinds.isEmpty || rule.minimumValue != nil || !rule.equals.isEmpty
  }

  func accepts(
    kind: UnsafeRawBufferPointer, value: Int64?, metadata: UnsafeRawBufferPointer
  ) -> Bool {
    if let minimum = rule.minimumValue {
      guard let value, value >= minimum else { return false }
    }
    // Words are the same if their bytes are, here and in every table.
    if !rule.kinds.isEmpty, !rule.kinds.contains(where: { kind.elementsEqual($0.utf8) }) {
      return false
    }
    return rule.equals.allSatisfy { key, wanted in
      Metadata.value(of: key, in: metadata)?.utf8.elementsEqual(wanted.utf8) ?? false
    }
  }

  /// Whether a payment can only be found by looking at the facts of the window.
  var needsFacts: Bool {
    guard case .capTimes = limiter, case .perValue = payment else { return false }
    return true
  }

  /// Whether the rule pays learners in this context.
  func accepts(_ context: Context) -> Bool {
    (cohorts.isEmpty || cohorts.contains(context.cohort))
      && (tiers.isEmpty || tiers.contains(context.tier))
  }
}

extension Rule {
  /// Whether the rule names a verb, itself or by its beginning (`viewed:*`).
  public func accepts(verb: String) -> Bool {
    verbs.contains { Self.matches($0, verb: verb) }
  }

  /// Whether a pattern names a verb.
  static func matches(_ pattern: String, verb: String) -> Bool {
    pattern.utf8.last == UInt8(ascii: "*")
      ? verb.utf8.starts(with: pattern.utf8.dropLast()) : pattern.utf8.elementsEqual(verb.utf8)
  }
}
