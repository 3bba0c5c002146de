import Incentives

/// Draws programs, people and facts for simulations: few of each and on a coarse grid of time, so that
/// windows fill, instants coincide and contexts change under facts.
struct SimulatedWorld {
  var generator: SeededGenerator
  let start: Int64
  let learners = ["ada", "bo", "cy", "dag", "eve", "Zoë"]
  let groups = ["red", "blue", "green"]
  let cohorts = ["A", "B"]
  let tiers = ["gold", "tin"]
  private let verbs = ["commented", "read", "quiz:done", "quiz:tried", "visited"]
  private let objects: [String?] = ["quiz:1", "quiz:2", "page:1", nil]
  private let sources = ["lms", "crm", "app", "zoo"]
  private static let minute: Int64 = 60_000_000
  private static let hour: Int64 = 60 * minute
  private static let day: Int64 = 24 * hour

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    start = 1_772_366_400_000_000  // 2026-03-01T12:00Z, a week before New York's short day
  }

  mutating func definition() -> ProgramDefinition {
    let zone = generator.pick(["UTC", "Asia/Shanghai", "America/New_York"])
    var definition = ProgramDefinition(
      id: "sim", name: "", zone: zone, dayStartMinutes: generator.pick([0, 0, 240, 1_080]),
      clock: generator.happens(30) ? .manual : .wall)
    definition.dayGrace = generator.pick([.minutes(120), .minutes(0), .nextTeachingDayNoon])
    if generator.happens(50) {
      definition.teachingDays = [.monday, .tuesday, .wednesday, .thursday, .friday]
    }
    definition.terms = terms()
    definition.reasons = [
      ProgramDefinition.GrantReason(code: "speak", title: "", points: 2),
      ProgramDefinition.GrantReason(code: "lead", title: "", points: 7),
    ]
    definition.grantBudget = 12
    definition.rules = rules()
    if generator.happens(60) { definition.recognition = recognition() }
    if generator.happens(70) { definition.awards = someAwards() }
    return definition
  }

  private mutating func terms() -> [ProgramDefinition.Term] {
    func term(_ id: String, _ first: Int32, _ last: Int32, _ cohorts: [String] = [])
      -> ProgramDefinition.Term
    {
      let origin = LocalDay(number: Int32(start / Self.day))
      let expires = origin.advanced(by: last + Int32(generator.next(in: 3...24)))
      return ProgramDefinition.Term(
        id: id, first: origin.advanced(by: first), last: origin.advanced(by: last),
        cohorts: cohorts, graceMinutes: first > 0 ? 0 : 48 * 60,
        expires: generator.happens(75) ? expires : nil)
    }
    switch generator.next(below: 4) {
    case 0: return [term("one", -12, 6), term("two", 9, 40)]
    case 1: return [term("one", -12, 6, ["A"]), term("two", 7, 40, ["A"])]
    case 2: return [term("one", -20, 15, ["A"]), term("two", -8, 30, ["B"])]
    default: return []
    }
  }

  mutating func rules() -> [Rule] {
    let windows = Window.allCases
    var all: [Rule] = [
      Rule(
        id: "comment", verbs: ["commented"], payment: .points(3),
        limiter: .capPoints(Int64(generator.next(in: 2...9)), generator.pick(windows))),
      Rule(id: "quiz", verbs: ["quiz:*"], payment: .perValue(points: 1, each: 10), limiter: .best),
      Rule(
        id: "read", verbs: ["read"], payment: .perValue(points: 2, each: 7),
        limiter: .capTimes(Int64(generator.next(in: 1...3)), generator.pick(windows))),
      Rule(
        id: "visit", verbs: ["visited", "read"], payment: .points(1),
        limiter: .once(generator.pick(windows))),
      Rule(
        id: "twice", verbs: ["commented", "visited"], payment: .points(5),
        limiter: .capTimes(2, generator.pick(windows))),
      Rule(
        id: "gold", verbs: ["commented"], tiers: ["gold"], payment: .points(2),
        limiter: generator.pick([.none, .once(.week)])),
      Rule(
        id: "classA", verbs: ["quiz:done"], kinds: ["quiz"], cohorts: ["A"], minimumValue: 50,
        payment: .points(4), limiter: .capPoints(6, generator.pick(windows))),
      Rule(
        id: "intime", verbs: ["read", "commented"], equals: ["late": "false"],
        payment: .points(1)),
      Rule(
        id: "most", verbs: ["read", "quiz:*"], payment: .perValue(points: 1, each: 25),
        limiter: .once(generator.pick(windows))),
    ]
    all = generator.shuffled(all)
    return Array(all.prefix(generator.next(in: 3...7)))
  }

  /// A fact from up to some days before a time to five minutes after it.
  mutating func fact(number: Int, before now: Int64, days: Int = 12) -> GameFact {
    let verb = generator.pick(verbs)
    var at = now - Int64(generator.next(below: days * 4)) * 6 * Self.hour
    at -= at % (6 * Self.hour)
    if generator.happens(20) { at += Int64(generator.next(below: 3)) * Self.minute }
    if generator.happens(5) { at = now + Int64(generator.next(in: -5...5)) * Self.minute }
    var time = FactTime.instant(Instant(microseconds: at))
    if generator.happens(10) { time = .local(at) }
    if generator.happens(10) { time = .day(LocalDay(number: Int32(at / Self.day))) }
    return GameFact(
      name: FactName(source: generator.pick(sources), id: "\(number)"),
      learner: generator.pick(learners), verb: verb, object: generator.pick(objects),
      value: generator.happens(80) ? Int64(generator.next(in: -5...100)) : nil,
      metadata: generator.happens(50) ? ["late": generator.pick(["true", "false"])] : [:],
      time: time)
  }

  /// Something that is said of a learner from a day near a time.
  mutating func record(of learner: String? = nil, near now: Int64) -> LearnerRecord {
    let today = LocalDay(number: Int32(now / Self.day))
    var record = LearnerRecord(
      id: learner ?? generator.pick(learners), isRoster: generator.happens(70))
    if generator.happens(85) {
      record.from = today.advanced(by: Int32(generator.next(in: -14...4)))
    }
    // The end of a stay is said with its beginning.
    if generator.happens(25), record.from != nil || !record.isRoster {
      record.to = (record.from ?? today).advanced(by: Int32(generator.next(in: 0...9)))
    }
    if generator.happens(50) { record.group = generator.pick(groups + [""]) }
    if generator.happens(40) { record.cohort = generator.pick(cohorts) }
    if generator.happens(30) { record.tier = generator.pick(tiers) }
    if generator.happens(15) { record.flags = generator.pick([[], .staff, .observer]) }
    if record.group != nil { record.leads = generator.happens(20) }
    return record
  }

  /// A correction of a group on days near a time.
  mutating func correction(of learner: String? = nil, near now: Int64) -> MembershipCorrection {
    let today = LocalDay(number: Int32(now / Self.day))
    var correction = MembershipCorrection(
      learner: learner ?? generator.pick(learners), group: generator.pick(groups + [""]))
    if generator.happens(85) {
      correction.from = today.advanced(by: Int32(generator.next(in: -14 ... -1)))
    }
    if generator.happens(60) {
      let first = correction.from ?? today.advanced(by: -7)
      correction.to = first.advanced(by: Int32(generator.next(in: 0...9)))
    }
    return correction
  }
}
