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
  /// The most terms a program may ever declare: the numbers between `outside` and `endless`.
  public static let termsMax = Int(UInt16.max) - 1

  /// Decides a definition; saying the standing one again changes nothing.
  ///
  /// Without `effectiveFrom` the first holds since ever, a later one from now on; it replaces the sets
  /// that were to take effect after it. Refuses `invalid_params` naming the field, `limit_reached`, and
  /// `recompute_required` for what would judge recorded facts anew: a rule set from before the latest
  /// fact, another zone or day start, terms that move recorded days, a closed term that changes.
  public func decide(
    _ application: ProgramApplication, wall: Instant, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let new = application.definition
    try new.validate()
    if version > 0 {
      guard new != definition else { return }
      try checkPast(new)
    }
    try checkRoomForTerms(new)
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

  /// Refuses more terms than there are numbers for: a term keeps its number for ever.
  private func checkRoomForTerms(_ new: ProgramDefinition) throws(Undecided) {
    let known = Set(termIDs)
    let ids = termIDs.count + new.terms.count { !known.contains($0.id) }
    guard ids <= Self.termsMax else {
      throw .refused(
        Refusal(
          .limitReached, field: "terms",
          "A program has at most \(Self.termsMax) terms, those it no longer declares included."))
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
    guard version > 0 else { return application.effectiveFrom ?? .distantPast }
    let afterFacts =
      latestFact == .distantPast ? latestFact : latestFact.advanced(byMicroseconds: 1)
    guard let asked = application.effectiveFrom else {
      return max(definition.clock == .manual ? clock : wall, afterFacts)
    }
    guard asked >= afterFacts else {
      throw .refused(
        Refusal(
          .recomputeRequired, field: "effectiveFrom",
          "Facts were recorded since then; choose an instant after \(latestFact)."))
    }
    return asked
  }
}

extension ProgramDefinition {
  /// The cohorts the definition speaks of.
  var cohortsNamed: [String] {
    terms.flatMap(\.cohorts) + calendar.flatMap(\.cohorts) + rules.flatMap(\.cohorts)
  }
}
