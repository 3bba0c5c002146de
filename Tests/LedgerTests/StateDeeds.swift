import Incentives

@testable import Ledger

/// What can happen in a world, chosen at random.
extension StateWorld {
  static let first = ProgramNumber(rawValue: 1)
  static let second = ProgramNumber(rawValue: 7)
  static let monday = LocalDay(number: 20_698)

  /// Two programs: one with terms and every kind of window, one endless with few rules.
  func begin() throws {
    try apply(StateWorld.definition(of: "north", terms: 3, rules: StateWorld.rules), Self.first)
    try apply(
      StateWorld.definition(of: "south", terms: 0, rules: [StateWorld.rules[0]]), Self.second)
  }

  func apply(_ definition: ProgramDefinition, _ program: ProgramNumber) throws {
    try decide(program) { (state, _, buffer) throws(Undecided) in
      try state.decide(
        ProgramApplication(definition: definition, zone: ZoneOffsets(fixedOffsetSeconds: 28_800)),
        wall: max(state.clock, Instant(microseconds: Int64(Self.monday.number) * 86_400_000_000)),
        into: &buffer)
    }
  }

  static var rules: [Rule] {
    [
      Rule(id: "once", verbs: ["opened"], payment: .points(3), limiter: .once(.day)),
      Rule(id: "week", verbs: ["posted"], payment: .points(4), limiter: .capPoints(10, .week)),
      Rule(id: "term", verbs: ["posted"], payment: .points(1), limiter: .capTimes(3, .term)),
      Rule(
        id: "best", verbs: ["scored"], payment: .perValue(points: 2, each: 10), limiter: .best),
      Rule(id: "ever", verbs: ["joined"], payment: .points(50), limiter: .once(.ever)),
      Rule(
        id: "daily", verbs: ["scored"], equals: ["mode": "live"], payment: .points(1),
        limiter: .once(.objectDay)),
    ]
  }

  static func definition(of id: String, terms: Int, rules: [Rule]) -> ProgramDefinition {
    ProgramDefinition(
      id: id, name: id, zone: "Asia/Shanghai", clock: .manual,
      terms: (0..<terms).map { number in
        let first = monday.advanced(by: Int32(number) * 14)
        return ProgramDefinition.Term(
          id: "t\(number)", first: first, last: first.advanced(by: 12), graceMinutes: 300,
          expires: first.advanced(by: 15))
      }, reasons: [ProgramDefinition.GrantReason(code: "help", title: "Help", points: 7)],
      rules: rules, awards: awards(terms: terms))
  }

  /// Stars of several kinds where there are terms; none elsewhere.
  static func awards(terms: Int) -> [AwardDefinition]? {
    guard terms > 0 else { return nil }
    return [
      AwardDefinition(id: "day", title: "Day", kind: .star, points: 5, star: StarTerms()),
      AwardDefinition(
        id: "better", title: "Better", kind: .star, points: 2, counts: true,
        star: StarTerms(rules: ["week", "best"], coolOff: 0, measure: .improvement)),
      AwardDefinition(
        id: "week", title: "Week", kind: .star,
        star: StarTerms(period: .week, scope: .group, ties: .shared)),
      AwardDefinition(
        id: "term", title: "Term", kind: .star, points: 9,
        star: StarTerms(period: .term, confirmMinutes: 60)),
    ]
  }

  /// One thing happens.
  func step() throws {
    let program = random.happens(70) ? Self.first : Self.second
    switch random.below(100) {
    case ..<55: try record(in: program)
    case ..<63: try reverse(in: program)
    case ..<75: try put(in: program)
    case ..<76: try grant(in: program)
    case ..<78: try adjust(in: program)
    case ..<79: try open(in: program)
    case ..<80: try takeBack(in: program)
    case ..<81: try merge(in: program)
    case ..<83: try useKey(in: program)
    case ..<90: try advance(program)
    case ..<98: try work(in: program, steps: 1 + random.below(3))
    default: try changeRules(of: program)
    }
  }

  private func learnerID() -> String { "l\(random.below(40))" }

  private func day(of state: ProgramState) -> LocalDay {
    let today = state.day(at: state.clock)
    guard random.happens(25) else { return today }
    return LocalDay(number: today.number - Int32(random.below(9)))
  }

  func record(in program: ProgramNumber, id: String? = nil) throws {
    let state = state(of: program)
    let day = day(of: state)
    let second = Int64(random.below(86_400 * 2)) * 500_000
    let at = min(state.firstInstant(of: day).advanced(byMicroseconds: second), state.clock)
    nextFact += 1
    var text = ByteArena()
    let input = fact(
      id: id ?? "f\(nextFact)", learner: learnerID(),
      verb: random.pick(["opened", "posted", "scored", "joined", "slept"]),
      object: random.happens(60) ? "quiz\0q\(random.below(30))" : "",
      metadata: random.happens(30) ? [("mode", random.pick(["live", "late"]))] : [],
      value: random.happens(70) ? Int64(random.below(90)) : nil, at: at, program, &text)
    let wasReversed = identities[input.identity] != nil
    try decide(program) { (state, log, buffer) throws(Undecided) in
      try state.decide(
        input, in: text, wall: state.clock, wasReversed: wasReversed, log: log, into: &buffer)
    }
  }

  private func fact(
    id: String, learner: String, verb: String, object: String,
    metadata: [(key: String, value: String)], value: Int64?, at: Instant,
    _ program: ProgramNumber, _ text: inout ByteArena
  ) -> FactInput {
    let secret = vault.identitySecret
    func put(_ word: String) -> (ref: TextRef, hash: UInt64) {
      let ref = text.append(word)
      return (ref, text.withBytes(ref) { secret.hash64($0) })
    }
    let source = put(random.pick(["lms", "forum"]))
    let id = put(id)
    let identity = text.withBytes(source.ref) { source in
      text.withBytes(id.ref) {
        FactIdentity.hash(secret: secret, program: program, source: source, id: $0)
      }
    }
    let (learner, verb, object) = (put(learner), put(verb), put(object))
    let encoded = Metadata.encode(metadata).withUnsafeBytes { text.append($0) }
    return FactInput(
      identity: identity, learnerHash: learner.hash, sourceHash: source.hash, verbHash: verb.hash,
      objectHash: object.hash, source: source.ref, id: id.ref, learner: learner.ref,
      verb: verb.ref, object: object.ref, metadata: encoded, time: .instant(at), value: value)
  }

  private func reverse(in program: ProgramNumber) throws {
    let cause = random.pick(ReversalCause.allCases)
    if let known = facts[program], random.happens(85) {
      let fact = known[random.below(known.count)]
      try decide(program) { (state, log, buffer) throws(Undecided) in
        try state.decideReversal(
          of: fact.fact, at: fact.position, cause: cause, by: .none, log: log, into: &buffer)
      }
      return
    }
    nextFact += 1
    var text = ByteArena()
    let input = fact(
      id: "a\(nextFact)", learner: "l0", verb: "opened", object: "", metadata: [], value: nil,
      at: .distantPast, program, &text)
    let reversal = FactReversal(
      source: text.string(input.source), id: text.string(input.id), identity: input.identity,
      cause: cause)
    try decide(program) { (state, _, buffer) throws(Undecided) in
      try state.decideAwaitedReversal(reversal, by: .none, into: &buffer)
    }
  }

  private func put(in program: ProgramNumber) throws {
    let state = state(of: program)
    let id = learnerID()
    var record = LearnerRecord(id: id)
    if random.happens(60) { record.name = "Name \(random.below(9)) of \(id)" }
    if random.happens(50) { record.from = day(of: state) }
    if random.happens(40) { record.cohort = random.pick(["c1", "c2"]) }
    if random.happens(50) { record.group = random.pick(["g1", "g2", "g3", ""]) }
    if random.happens(10) { record.flags = random.pick([.test, []]) }
    let described = record
    try decide(program) { (state, log, buffer) throws(Undecided) in
      try state.decide(described, log: log, into: &buffer)
    }
    if random.happens(20) { try putStaff(in: program) }
    guard random.happens(15) else { return }
    let group = GroupRecord(id: random.pick(["g1", "g2"]), title: "Group \(random.below(4))")
    try decide(program) { (state, _, buffer) throws(Undecided) in
      try state.decide(group, into: &buffer)
    }
  }

  private func putStaff(in program: ProgramNumber) throws {
    let id = "T-\(random.below(5))"
    var record = StaffRecord(id: id, roles: UInt32(1 + random.below(200)))
    if random.happens(60) { record.name = "Name \(random.below(4)) of \(id)" }
    if random.happens(50) { record.cohorts = random.pick([["c1"], ["c2", "c3"], []]) }
    if random.happens(30) { record.from = day(of: state(of: program)) }
    if random.happens(30) {
      record.to = LocalDay(number: Self.monday.number + Int32(random.below(90)))
      if random.happens(50) { record.successor = "T-\(random.below(5))" }
    }
    let described = record
    try decide(program) { (state, _, buffer) throws(Undecided) in
      try state.decide(described, wall: state.clock, into: &buffer)
    }
  }

  private func grant(in program: ProgramNumber) throws {
    let request = GrantRequest(
      learners: [learnerID()], reason: "help", counts: random.happens(70))
    try decide(program) { (state, _, buffer) throws(Undecided) in
      _ = try state.decide(request, now: state.clock, by: .none, into: &buffer)
    }
  }

  private func adjust(in program: ProgramNumber) throws {
    let request = AdjustRequest(
      learner: learnerID(), points: Int64(random.below(9) - 4), reason: "counted again",
      earned: random.happens(50), allowDebt: random.happens(50))
    try decide(program) { (state, _, buffer) throws(Undecided) in
      _ = try state.decide(request, now: state.clock, by: .none, into: &buffer)
    }
  }

  private func open(in program: ProgramNumber) throws {
    let request = OpeningRequest(
      learner: learnerID(), earned: Int64(random.below(9)), spendable: Int64(random.below(9)))
    try decide(program) { (state, log, buffer) throws(Undecided) in
      try state.decide(request, now: state.clock, by: .none, log: log, into: &buffer)
    }
  }

  private func takeBack(in program: ProgramNumber) throws {
    guard let known = given[program], !known.isEmpty else { return }
    let (position, grant) = known[random.below(known.count)]
    let cause = random.pick(ReversalCause.allCases)
    try decide(program) { (state, log, buffer) throws(Undecided) in
      try state.decideTakingBack(
        grant, at: position, cause: cause, reason: "slip", now: state.clock, by: .none, log: log,
        into: &buffer)
    }
  }

  /// Two accounts turn out to be one person's.
  private func merge(in program: ProgramNumber) throws {
    // While a period is being closed nobody is merged.
    try work(in: program, steps: 100)
    let state = state(of: program)
    // Mostly somebody who has something to hand over.
    let paid = (0..<state.learners.count).map { LearnerNumber(rawValue: UInt32($0 + 1)) }
      .filter { state.learners[$0].accounts.earned > 0 }
    let old =
      paid.isEmpty || random.happens(20)
      ? learnerID() : state.learners.externalID(paid[random.below(paid.count)])
    let merge = LearnerMerge(from: old, into: learnerID(), reason: "two accounts")
    var logs: [LearnerNumber: LearnerLog] = [:]
    for id in [merge.from, merge.into] {
      guard let learner = state.learnerNumber(id) else { return }
      logs[learner] = try fetch(learner, program)
    }
    let fetched = logs
    try decide(program) { (state, _, buffer) throws(Undecided) in
      _ = try state.decide(merge, now: state.clock, by: .none, logs: fetched, into: &buffer)
    }
  }

  private func useKey(in program: ProgramNumber) throws {
    nextFact += 1
    let key = "k\(nextFact)"
    let principal = PrincipalNumber(rawValue: 3)
    let secret = vault.identitySecret
    try decide(program) { (state, _, buffer) throws(Undecided) in
      let before = buffer.changes.count
      if state.names.count(.action) == 0 {
        buffer.changes.append(
          .named(NameChange(kind: .action, number: 1, text: buffer.text.append("points.grant"))))
      }
      let text = buffer.text.append(key)
      let identity = buffer.text.withBytes(text) {
        KeyIdentity.hash(secret: secret, program: program, principal: principal, key: $0)
      }
      buffer.changes.append(
        .keyUsed(
          KeyChange(
            identity: identity, principal: principal, action: ActionNumber(rawValue: 1),
            records: UInt32(buffer.changes.count - before), key: text, fingerprint: identity,
            answer: buffer.text.append("{}"), isRefusal: false)))
    }
  }

  func advance(_ program: ProgramNumber, hours: Int? = nil) throws {
    let hours = hours ?? 1 + random.below(30)
    try decide(program) { (state, _, buffer) throws(Undecided) in
      try state.decideAdvance(
        to: state.clock.advanced(byMicroseconds: Int64(hours) * 3_600_000_000), into: &buffer)
    }
  }

  /// Steps of jobs, until there is nothing to do or so many were taken.
  func work(in program: ProgramNumber, steps: Int = .max) throws {
    var taken = 0
    while taken < steps, state(of: program).hasWork {
      var logs: [LearnerNumber: LearnerLog] = [:]
      try decide(program) { (state, log, buffer) throws(Undecided) in
        if let log { logs[log.learner] = log }
        try state.decideWork(logs: logs, into: &buffer)
      }
      taken += 1
    }
  }

  private func changeRules(of program: ProgramNumber) throws {
    var definition = state(of: program).definition
    guard let place = definition.rules.indices.last else { return }
    definition.rules[random.below(place + 1)].payment = .points(Int64(1 + random.below(9)))
    try apply(definition, program)
  }
}
