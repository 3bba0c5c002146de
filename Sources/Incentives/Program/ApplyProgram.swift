/// Applies a program definition (`program.apply`, rules.md §3 “Versions”).
public struct ProgramApplication: Hashable, Sendable {
  /// The definition.
  public var definition: ProgramDefinition
  /// The offsets of its zone, found at the edge.
  public var zone: ZoneOffsets
  /// When it takes effect; nil means now.
  public var effectiveFrom: Instant?

  /// Asks for a definition to take effect.
  public init(definition: ProgramDefinition, zone: ZoneOffsets, effectiveFrom: Instant? = nil) {
    self.definition = definition
    self.zone = zone
    self.effectiveFrom = effectiveFrom
  }
}

extension ProgramState {
  /// Decides a definition; saying the standing one again changes nothing.
  ///
  /// Refuses `invalid_params` naming the field, and `recompute_required` for what would judge
  /// recorded facts anew: a rule set from before the latest fact, another zone or day start, terms
  /// that move recorded days.
  public func decide(
    _ application: ProgramApplication, wall: Instant, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let new = application.definition
    try new.validate()
    if version > 0 {
      guard new != definition else { return }
      try checkPast(new)
    }
    let from = try effectiveFrom(application, wall: wall)
    let mark = buffer.mark
    do {
      for cohort in new.cohortsNamed {
        _ = try numberNaming(.cohort, cohort, max: Int(UInt16.max), into: &buffer)
      }
      for tier in new.rules.flatMap(\.tiers) {
        _ = try numberNaming(.tier, tier, max: Int(UInt16.max), into: &buffer)
      }
      for rule in new.rules {
        _ = try numberNaming(.rule, rule.canonicalText, max: Int(UInt16.max), into: &buffer)
      }
    } catch {
      buffer.roll(back: mark)
      throw error
    }
    let place = UInt32(buffer.definitions.count)
    buffer.definitions.append(new)
    buffer.zones.append(application.zone)
    buffer.changes.append(
      .program(ProgramChange(version: version + 1, effectiveFrom: from, definition: place)))
    if version == 0 {
      buffer.changes.append(.advanced(AdvanceChange(to: start(of: application, wall: wall))))
    }
  }

  /// When a program's time begins: now, or for a manual clock at the first term's start.
  private func start(of application: ProgramApplication, wall: Instant) -> Instant {
    guard application.definition.clock == .manual else { return wall }
    guard let first = application.definition.terms.map(\.first).min() else { return wall }
    return application.zone.firstInstant(
      of: first, dayStartMinutes: Int(application.definition.dayStartMinutes))
  }

  private func effectiveFrom(_ application: ProgramApplication, wall: Instant) throws(Undecided)
    -> Instant
  {
    guard version > 0 else { return .distantPast }
    let afterFacts =
      latestFact == .distantPast ? latestFact : latestFact.advanced(byMicroseconds: 1)
    let standing = ruleSets.last?.effectiveFrom ?? .distantPast
    guard let asked = application.effectiveFrom else {
      let now = definition.clock == .manual ? clock : wall
      return max(now, afterFacts, standing)
    }
    guard asked >= afterFacts, asked >= standing else {
      throw .refused(
        Refusal(
          .recomputeRequired, field: "effectiveFrom",
          "Facts were recorded since then; choose an instant after \(latestFact)."))
    }
    return asked
  }

  /// Refuses what would move recorded facts to other days or terms.
  private func checkPast(_ new: ProgramDefinition) throws(Undecided) {
    guard new.clock == definition.clock else {
      throw .refused(Refusal(.invalid, field: "clock", "A program keeps the clock it began with."))
    }
    guard factCount > 0 else { return }
    guard new.zone == definition.zone, new.dayStartMinutes == definition.dayStartMinutes else {
      throw .refused(
        Refusal(
          .recomputeRequired, field: "zone",
          "Facts were recorded in \(definition.zone); the zone and day start stay."))
    }
    let first = earliestFactDay
    let last = day(at: latestFact)
    func places(_ terms: [ProgramDefinition.Term]) -> [ProgramDefinition.Term] {
      terms.filter { $0.first <= last && first <= $0.last }.map {
        ProgramDefinition.Term(
          id: $0.id, first: max(first, $0.first), last: min(last, $0.last), cohorts: $0.cohorts,
          graceMinutes: 0)
      }
    }
    let wasEndless = definition.terms.isEmpty
    guard wasEndless == new.terms.isEmpty, places(definition.terms) == places(new.terms) else {
      throw .refused(
        Refusal(
          .recomputeRequired, field: "terms",
          "Facts were recorded from \(first) to \(last); terms of these days stay."))
    }
  }
}

extension ProgramDefinition {
  /// The cohorts the definition speaks of.
  var cohortsNamed: [String] {
    terms.flatMap(\.cohorts) + calendar.flatMap(\.cohorts) + rules.flatMap(\.cohorts)
  }
}
