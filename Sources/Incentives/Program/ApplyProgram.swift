/// Applies a program definition (`program.apply`, rules.md §3 “Versions”).
public struct ProgramApplication: Hashable, Sendable {
  /// The definition.
  public var definition: ProgramDefinition
  /// The offsets of its zone, found at the edge.
  public var zone: ZoneOffsets
  /// When it takes effect; nil means now.
  public var effectiveFrom: Instant?
  /// Whether facts of the past may be judged anew, and whether that may lower; nil where they may not.
  public var recompute: RecomputeFloor?
  /// Whether its calendar is all there is; else imported entries stay where it says nothing of its own.
  var hasWholeCalendar = false

  /// Asks for a definition to take effect.
  public init(
    definition: ProgramDefinition, zone: ZoneOffsets, effectiveFrom: Instant? = nil,
    recompute: RecomputeFloor? = nil
  ) {
    self.definition = definition
    self.zone = zone
    self.effectiveFrom = effectiveFrom
    self.recompute = recompute
  }
}

extension ProgramState {
  /// The most terms a program may ever declare: the numbers between `outside` and `endless`.
  public static let termsMax = Int(UInt16.max) - 1

  /// Decides a definition; saying the standing one again changes nothing.
  ///
  /// Without `effectiveFrom` the first holds since ever, a later one from now on; it replaces the sets
  /// that were to take effect after it. Imported entries of the calendar stay (`keepImported`). Where
  /// recorded facts would be judged anew — a rule set from before the latest fact, terms that move
  /// recorded days — that needs `recompute`: the definition holds since then, and a job posts the
  /// differences. What lowers needs two people: the call of the first only proposes it. Refuses
  /// `invalid_params` naming the field, `limit_reached`, `busy` while facts are being judged anew,
  /// `same_signer`, and `recompute_required`: also for what no recompute may change, another zone or day
  /// start, or a closed term.
  public func decide(
    _ application: ProgramApplication, wall: Instant, signing: Signing = .waived,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    var application = application
    if !application.hasWholeCalendar { application.definition.keepImported(of: definition) }
    let new = application.definition
    try new.validate()
    var past = Past.stands
    if version > 0 {
      guard new != definition || reachesBack(application) else { return }
      if let recomputing { throw Self.stillRecomputing(recomputing) }
      past = try checkPast(application, wall: wall)
      try checkTimes(new)
    }
    try checkRoomForTerms(new)
    let from = try effectiveFrom(application, wall: wall)
    let mark = buffer.mark
    do {
      if case .moves(let movesTerms) = past, let floor = application.recompute {
        let signers = try signers(of: floor, signing, wall: wall, into: &buffer)
        guard let signers else { return }
        try name(new, into: &buffer)
        appendRecompute(floor, movesTerms: movesTerms, signers, wall: wall, to: &buffer)
      } else {
        try name(new, into: &buffer)
        if case .recounts = past {
          // A calendar is what it is: nobody has to stand for what it moves.
          appendRecompute(
            .none, movesTerms: true, (signing.principal, .none), wall: wall, to: &buffer)
        }
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
    if case .stands = past {} else { appendRecomputeJob(to: &buffer) }
    if version == 0 {
      buffer.changes.append(.advanced(AdvanceChange(to: start(of: application, wall: wall))))
    }
  }

  /// Whether the standing definition is to hold since an earlier instant than it does.
  private func reachesBack(_ application: ProgramApplication) -> Bool {
    guard application.recompute != nil, let from = application.effectiveFrom else { return false }
    return rulebook.sets.last.map { from < $0.effectiveFrom } ?? false
  }

  /// Gives numbers to what a definition is the first to name.
  private func name(
    _ new: ProgramDefinition, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    for cohort in new.cohortsNamed {
      _ = try numberNaming(.cohort, cohort, max: Int(UInt16.max), into: &buffer)
    }
    for tier in new.rules.flatMap(\.tiers) + new.factsRecognized.flatMap(\.tiers) {
      _ = try numberNaming(.tier, tier, max: Int(UInt16.max), into: &buffer)
    }
    if new.attendance != nil {
      _ = try numberNaming(.verb, new.attendanceVerb, max: Int(UInt32.max), into: &buffer)
    }
    for award in new.declaredAwards {
      _ = try numberNaming(.award, award.id, max: Int(UInt16.max), into: &buffer)
    }
    for text in new.rules.map(\.canonicalText) + new.recognition.texts(rules: new.rules) {
      _ = try numberNaming(.rule, text, max: Int(UInt16.max), into: &buffer)
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
    guard let asked = application.effectiveFrom else {
      return max(definition.clock == .manual ? clock : wall, afterFacts)
    }
    guard asked >= afterFacts || application.recompute != nil else {
      throw .refused(
        Refusal(
          .recomputeRequired, field: "effectiveFrom",
          "Facts were recorded since then; choose an instant after \(latestFact), or send "
            + "recompute: since to judge them anew (dryRun shows first what moves)."))
    }
    return asked
  }

  /// The first instant after all facts.
  var afterFacts: Instant {
    latestFact == .distantPast ? latestFact : latestFact.advanced(byMicroseconds: 1)
  }
}

extension ProgramDefinition {
  /// The cohorts the definition speaks of.
  var cohortsNamed: [String] {
    terms.flatMap(\.cohorts) + calendar.flatMap(\.cohorts) + rules.flatMap(\.cohorts)
      + factsRecognized.flatMap(\.cohorts)
  }

  /// The facts that streaks, badges and quests look at.
  var factsRecognized: [FactMatch] { recognition.signals(rules: rules).map(\.match) }
}
