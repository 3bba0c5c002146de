import Incentives

@testable import Ledger

/// Changes drawn from a seed: any value a field can hold, small ones more often than huge ones.
///
/// Texts and lists are appended in the order in which records are decoded, so that a decoded buffer is
/// equal to the drawn one in every byte.
struct RecordSamples {
  private var state: UInt64
  var buffer = ChangeBuffer()

  /// The learners drawn, all of whom need keys.
  static let learners = (1...40).map { LearnerNumber(rawValue: UInt32($0)) }

  /// The members of staff drawn whose names are sealed.
  static let staff = (1...5).map { StaffNumber(rawValue: UInt32($0)) }

  /// The batches drawn whose files have names.
  static let batches = (1...5).map { BatchNumber(rawValue: UInt32($0) * 1_000_003) }

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func bits() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func below(_ bound: UInt64) -> UInt64 { bits() % bound }
  mutating func flag() -> Bool { bits() & 64 != 0 }

  /// Any integer: its size is drawn before its bits.
  mutating func number<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value {
    Value(truncatingIfNeeded: Int64(bitPattern: bits()) >> below(64))
  }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(below(UInt64(values.count)))] }
  mutating func learner() -> LearnerNumber { pick(Self.learners) }
  mutating func day() -> LocalDay {
    LocalDay(number: pick([.min, .max, 0, 20_000, Int32(below(30_000)), number()]))
  }
  mutating func instant() -> Instant {
    pick([
      .distantPast, .distantFuture, Instant(microseconds: number()), Instant(microseconds: 0),
      Instant(seconds: Int64(below(4_000_000_000))), Instant(seconds: -1),
      Instant(microseconds: 1_788_000_000_000_000 + number(Int32.self).asInt64),
    ])
  }
  /// Any period of some fifty thousand years, so that it can be printed.
  mutating func period() -> Period {
    Period(kind: pick(PeriodKind.allCases), index: number() >> 8)
  }
  mutating func posting() -> Posting {
    Posting(points: number(), debt: number(), writtenOff: number())
  }
  mutating func status() -> FactStatus { pick([.counted, .pending, .reversed]) }

  mutating func text(max: UInt64 = 40) -> TextRef {
    let bytes = (0..<below(max + 1)).map { _ in UInt8(truncatingIfNeeded: bits()) }
    return bytes.withUnsafeBytes { buffer.text.append($0) }
  }

  /// Appends one change of every kind.
  mutating func appendEveryKind() {
    appendFact()
    appendPoints()
    appendPeople()
    appendBatch()
    appendRecompute()
    appendAttendance()
    appendProgram()
    appendBoards()
    appendAwards()
  }

  mutating func appendFact() {
    let start = UInt32(buffer.outcomes.count)
    let count = UInt32(below(5))
    for _ in 0..<count {
      let worth: Int64 = number()
      buffer.outcomes.append(
        Outcome(
          rule: RuleNumber(rawValue: number()), reason: pick(Reason.allCases), worth: worth,
          points: pick([worth, 0, number()])))
    }
    let zero = IdentityHash(high: 0, low: 0)
    let id = text(max: pick([20, 200]))
    buffer.changes.append(
      .fact(
        FactChange(
          identity: zero, learner: learner(), source: SourceNumber(rawValue: number()), id: id,
          verb: VerbNumber(rawValue: number()),
          object: ObjectNumber(rawValue: pick([0, number()])),
          occurredAt: instant(), day: day(), isDateOnly: flag(), status: status(),
          value: pick([nil, 0, number()]), metadata: flag() ? .empty : text(),
          group: GroupNumber(rawValue: number()),
          term: pick([.endless, .outside, TermNumber(rawValue: number())]),
          outcomes: count == 0 ? .empty : Run(start: start, count: count),
          debtPaid: pick([0, number()]))))
  }

  private mutating func appendPoints() {
    buffer.changes.append(
      .moved(
        MoveChange(
          fact: Position(rawValue: number()), learner: learner(),
          rule: RuleNumber(rawValue: number()), day: day(), group: GroupNumber(rawValue: number()),
          term: TermNumber(rawValue: number()), posting: posting(),
          cause: pick([.earlierFact, .reversal, .roster]))))
    buffer.changes.append(
      .window(
        WindowChange(
          learner: learner(),
          key: WindowKey(
            rule: RuleNumber(rawValue: number()), period: period(),
            object: ObjectNumber(rawValue: number())),
          fold: WindowFold(last: instant(), sum: number(), largest: number(), count: number()))))
    buffer.changes.append(
      .context(
        FactContextChange(
          fact: Position(rawValue: number()), learner: learner(), day: day(), previous: status(),
          status: status(), group: GroupNumber(rawValue: number()),
          term: TermNumber(rawValue: number()))))
    buffer.changes.append(
      .recognized(
        RecognitionChange(
          learner: learner(), recognition: RuleNumber(rawValue: number()), stage: number(),
          fact: Position(rawValue: number()), day: day())))
    buffer.changes.append(
      .badgeDecided(
        BadgeDecisionChange(
          learner: learner(), badge: RuleNumber(rawValue: number()), stage: number(), day: day(),
          reason: text(), principal: PrincipalNumber(rawValue: number()))))
    buffer.changes.append(
      .reversed(
        ReversalChange(
          fact: Position(rawValue: number()), learner: learner(), day: day(), previous: status(),
          cause: pick(ReversalCause.allCases), principal: PrincipalNumber(rawValue: number()))))
    buffer.changes.append(
      .reversalAwaited(
        AwaitedReversalChange(
          identity: IdentityHash(high: 0, low: 0), source: SourceNumber(rawValue: number()),
          id: text(), cause: pick(ReversalCause.allCases),
          principal: PrincipalNumber(rawValue: number()))))
    buffer.changes.append(
      .granted(
        GrantChange(
          learner: learner(), day: day(), group: GroupNumber(rawValue: number()),
          term: TermNumber(rawValue: number()), counts: flag(),
          cohort: CohortNumber(rawValue: number()), decidedOn: day(), posting: posting(),
          reason: text(), principal: PrincipalNumber(rawValue: number()))))
    for undoes in [Position.none, Position(rawValue: number())] {
      buffer.changes.append(
        .granted(
          GrantChange(
            learner: learner(), day: day(), group: GroupNumber(rawValue: number()),
            term: TermNumber(rawValue: number()), counts: flag(),
            kind: pick(undoes.isNone ? [.adjustment, .opening] : GrantKind.allCases),
            cohort: CohortNumber(rawValue: number()), decidedOn: day(), posting: posting(),
            adjusted: pick([0, number()]), reason: text(),
            principal: PrincipalNumber(rawValue: number()), undoes: undoes)))
    }
  }

  private mutating func appendPeople() {
    buffer.changes.append(
      .named(NameChange(kind: pick(NameKind.allCases), number: number(), text: text(max: 300))))
    buffer.changes.append(.learner(LearnerChange(learner: learner(), externalID: text())))
    buffer.changes.append(
      .learnerNamed(
        LearnerNameChange(learner: learner(), name: text(), alias: text(), rollNumber: text())))
    buffer.changes.append(
      .row(
        ContextRowChange(
          learner: learner(),
          row: ContextRow(
            first: day(), last: day(), speaksOf: ContextRow.Attributes(rawValue: number()),
            cohort: CohortNumber(rawValue: number()), tier: TierNumber(rawValue: number()),
            flags: LearnerFlags(rawValue: number()), group: GroupNumber(rawValue: number())))))
    buffer.changes.append(
      .group(
        GroupChange(
          group: GroupNumber(rawValue: number()), cohort: CohortNumber(rawValue: number()),
          title: text())))
    buffer.changes.append(
      .staff(
        StaffChange(
          staff: StaffNumber(rawValue: number()), roles: number(), isLimited: flag(),
          first: flag() ? LocalDay(number: .min) : day(), last: day(),
          successor: StaffNumber(rawValue: number()), keysSince: instant())))
    buffer.changes.append(
      .staffCohort(
        StaffCohortChange(
          staff: StaffNumber(rawValue: number()), cohort: CohortNumber(rawValue: number()))))
    buffer.changes.append(
      .staffNamed(StaffNameChange(staff: pick(Self.staff), name: text())))
  }

  private mutating func appendBatch() {
    let naming = pick(BatchNaming.allCases)
    buffer.changes.append(
      .batch(
        BatchChange(
          batch: pick(Self.batches), kind: pick(BatchKind.allCases),
          principal: PrincipalNumber(rawValue: number()), openedAt: instant(),
          fileName: naming == .none ? .empty : text(), naming: naming, digest: text(max: 64))))
    let first = Position(rawValue: below(1 << 40))
    buffer.changes.append(
      .batchPart(
        BatchPartChange(
          batch: BatchNumber(rawValue: number()), first: first,
          last: Position(rawValue: first.rawValue + below(2_000)), facts: number())))
    buffer.changes.append(
      .batchReversed(
        BatchReversalChange(
          batch: BatchNumber(rawValue: number()), principal: PrincipalNumber(rawValue: number()),
          reversedAt: instant(), reason: text())))
    buffer.changes.append(
      .batchTaken(
        BatchTakenChange(
          batch: BatchNumber(rawValue: number()), learner: learner(), facts: number(),
          grants: number(), rows: number(), corrected: number(), posting: posting())))
    buffer.changes.append(
      .erased(
        ErasureChange(
          learner: learner(), anchor: LearnerNumber(rawValue: number()),
          principal: PrincipalNumber(rawValue: number()))))
    buffer.changes.append(
      .merged(
        MergeChange(
          from: learner(), into: learner(), decidedOn: LocalDay(number: Int32(below(40_000))),
          debtPaid: Int64(below(9)), reason: text(),
          principal: PrincipalNumber(rawValue: number()))))
    buffer.changes.append(
      .rowWithdrawn(
        RowWithdrawalChange(learner: learner(), row: Position(rawValue: number()))))
    buffer.changes.append(
      .lot(
        LotChange(
          learner: learner(), term: TermNumber(rawValue: number()),
          day: LocalDay(number: Int32(below(40_000))), points: number(), expired: number(),
          cause: pick(LotCause.allCases))))
  }

  private mutating func appendRecompute() {
    buffer.changes.append(
      .recompute(
        RecomputeChange(
          job: number(), learners: number(), floor: pick(RecomputeFloor.allCases),
          movesTerms: flag(), principal: PrincipalNumber(rawValue: number()),
          proposer: PrincipalNumber(rawValue: number()), decidedAt: instant())))
    buffer.changes.append(.termKept(TermKeptChange(term: TermNumber(rawValue: number()))))
    buffer.changes.append(
      .recomputed(
        RecomputedChange(
          job: number(), learner: learner(), isAhead: flag(), posting: posting(), kept: number())))
    buffer.changes.append(
      .proposed(
        ProposalChange(
          fingerprint: IdentityHash(high: bits(), low: bits()),
          principal: PrincipalNumber(rawValue: number()), proposedAt: instant())))
  }

  mutating func appendAttendance() {
    let start = instant()
    buffer.changes.append(
      .session(
        SessionChange(
          object: ObjectNumber(rawValue: number()), cohort: CohortNumber(rawValue: number()),
          lesson: text(), day: day(), startsAt: start,
          endsAt: start.advanced(byMicroseconds: Int64(below(86_400_000_000))),
          isDateOnly: flag(), minutes: Int32(below(1_441)), state: pick(SessionState.allCases),
          isRequired: flag(), principal: PrincipalNumber(rawValue: number()))))
    for isNoted in [false, true] {
      buffer.changes.append(
        .attendance(
          AttendanceChange(
            learner: learner(), session: ObjectNumber(rawValue: number()), day: day(),
            status: pick(AttendanceStatus.allCases), minutes: Int32(below(1_441)) - 1,
            origin: pick([.person, .fact]), followsFact: flag(),
            fact: pick([.none, Position(rawValue: number())]), revision: number(),
            principal: PrincipalNumber(rawValue: number()), at: instant(), isNoted: isNoted,
            note: isNoted ? text() : .empty)))
      buffer.changes.append(
        .excused(
          ExcuseChange(
            learner: learner(), first: day(), last: day(), kind: pick(AttendanceStatus.allCases),
            principal: PrincipalNumber(rawValue: number()), isNoted: isNoted,
            note: isNoted ? text() : .empty)))
    }
    buffer.changes.append(
      .perfect(
        PerfectChange(
          learner: learner(), rule: PerfectNumber(rawValue: number()), period: period(),
          day: day(), term: TermNumber(rawValue: number()), isGranted: flag(),
          isCorrection: flag(), points: number(), counts: flag())))
    buffer.changes.append(
      .attendanceJudged(AttendanceJudgedChange(clock: instant(), closedThrough: day())))
  }

  private mutating func appendProgram() {
    let rule = Rule(
      id: "quiz", verbs: ["submitted:*"], equals: ["b": "2", "a": "1"],
      payment: .perValue(points: number(), each: 5), limiter: .capPoints(number(), .week))
    buffer.definitions.append(
      ProgramDefinition(
        id: "p\(below(9))", name: "学习/计划", zone: "Asia/Shanghai", dayStartMinutes: number(),
        clock: pick([.wall, .manual]), teachingDays: [.monday, .sunday],
        calendar: [
          .init(day: LocalDay(number: Int32(below(40_000))), kind: .workday, follows: .friday)
        ],
        terms: [.init(id: "t", first: LocalDay(number: 20_000), last: LocalDay(number: 20_100))],
        dayGrace: pick([.minutes(number()), .nextTeachingDayNoon]),
        reasons: [.init(code: "help", title: "帮助", points: number())], rules: [rule],
        notice: pick([nil, "新规则"])))
    buffer.zones.append(zone())
    buffer.changes.append(
      .program(
        ProgramChange(
          version: number(), effectiveFrom: instant(),
          definition: UInt32(buffer.definitions.count - 1))))
    buffer.changes.append(.advanced(AdvanceChange(to: instant())))
    buffer.changes.append(
      .keyUsed(
        KeyChange(
          identity: IdentityHash(high: 0, low: 0), principal: PrincipalNumber(rawValue: number()),
          action: ActionNumber(rawValue: UInt16(below(300))), records: number(),
          key: text(), fingerprint: IdentityHash(high: bits(), low: bits()),
          learner: flag() ? .none : learner(), answer: text(max: 500),
          isRefusal: flag())))
    buffer.changes.append(.epoch(EpochChange(epoch: bits())))
    buffer.changes.append(
      .rehearsal(
        RehearsalChange(
          program: ProgramNumber(rawValue: number()), source: ProgramNumber(rawValue: number()),
          stage: pick(RehearsalStage.allCases), through: Position(rawValue: number()),
          clock: instant(), call: Digest128(high: bits(), low: bits()), id: text())))
    buffer.changes.append(.vacancy(VacancyChange(original: pick(VacantOriginal.allCases))))
  }

  private mutating func zone() -> ZoneOffsets {
    var time: Int64 = -2_000_000_000
    let transitions = (0..<below(9) + 1).map { index in
      time += Int64(below(30_000_000)) + 1
      return ZoneOffsets.Transition(
        instant: Instant(seconds: time), offsetSeconds: Int32(index) * 3600 - 7200)
    }
    return ZoneOffsets(transitions: transitions) ?? .utc
  }

  private mutating func appendBoards() {
    buffer.changes.append(
      .job(
        JobChange(
          job: number(), kind: pick([.closePeriod, .reverseBatch, .recompute, .expireLot]),
          state: pick([.running, .done]), period: period(),
          cursor: number())))
    let places = Run(start: UInt32(buffer.standings.count), count: UInt32(below(20)))
    for _ in places.range {
      buffer.standings.append(
        Standing(
          member: number(), score: number(), cohort: CohortNumber(rawValue: number()),
          tier: TierNumber(rawValue: number()), group: GroupNumber(rawValue: number())))
    }
    buffer.changes.append(
      .standings(
        StandingsChange(
          period: period(), ranksGroups: flag(), first: number(),
          places: places.count == 0 ? .empty : places)))
    let populations = Run(start: UInt32(buffer.populations.count), count: UInt32(below(20)))
    for _ in populations.range {
      let segment = Segment(kind: pick(Segment.Kind.allCases), number: number())
      buffer.populations.append(
        Population(segment: segment, ranksGroups: below(2) == 1, count: number()))
    }
    buffer.changes.append(
      .closed(
        ClosedChange(
          period: period(), learners: number(), groups: number(), points: number(),
          cut: Position(rawValue: number()),
          populations: populations.count == 0 ? .empty : populations)))
  }
}

extension Int32 {
  fileprivate var asInt64: Int64 { Int64(self) }
}
