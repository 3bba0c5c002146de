import Incentives

/// One set of facts, reversals and people, delivered in several orders, with repeats: the rule of rules.
///
/// Every order ends in the same world: balances, open boards of learners and groups of all periods, and
/// the explanation of every fact. In some orders days close in the middle, so that the same fact is
/// decided from its window, from its day's sheet, or from history.
public struct OrderTrial {
  private enum Delivery {
    case fact(GameFact)
    case reversal(FactName, ReversalCause)
    case person(LearnerRecord)
    case correction(MembershipCorrection)

    var isPerson: Bool {
      switch self {
      case .person, .correction: true
      case .fact, .reversal: false
      }
    }
  }

  private let seed: UInt64
  private let definition: ProgramDefinition
  private let start: Instant
  private var deliveries: [Delivery] = []
  private var names: [FactName] = []
  private var world: SimulatedWorld

  /// Draws the set of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    world = SimulatedWorld(seed: seed)
    start = Instant(microseconds: world.start)
    var definition = world.definition()
    definition.clock = .wall
    self.definition = definition
    let time = NaiveTime(definition, zone: GameZones.offsets(definition.zone) ?? .utc)
    for number in 1...world.generator.next(in: 8...32) {
      let fact = world.fact(number: number, before: world.start - 300_000_000, days: 8)
      guard time.instant(of: fact.time) <= world.start else { continue }
      deliveries.append(.fact(fact))
      names.append(fact.name)
      guard world.generator.happens(20) else { continue }
      deliveries.append(.reversal(fact.name, world.generator.pick(ReversalCause.allCases)))
    }
    for learner in world.learners {
      var firsts: Set<LocalDay?> = []
      for _ in 0..<world.generator.next(in: 1...4) {
        let record = world.record(of: learner, near: world.start)
        // Of two rows that begin on one day the one said last counts, so here each day has one.
        if firsts.insert(record.from).inserted { deliveries.append(.person(record)) }
      }
      guard world.generator.happens(20) else { continue }
      for _ in 0..<world.generator.next(in: 1...2) {
        deliveries.append(.correction(world.correction(of: learner, near: world.start)))
      }
    }
  }

  /// The deliveries in another order, some of them twice.
  ///
  /// A correction speaks of what was said before it, so a set with corrections keeps the order of what
  /// is said of people, among facts that come in any order.
  private mutating func shuffled() -> [Delivery] {
    var all = deliveries
    let corrects = all.contains { if case .correction = $0 { true } else { false } }
    all += all.filter { world.generator.happens(40) && !(corrects && $0.isPerson) }
    all = world.generator.shuffled(all)
    guard corrects else { return all }
    var people = deliveries.filter(\.isPerson).makeIterator()
    return all.map { $0.isPerson ? people.next() ?? $0 : $0 }
  }

  /// Plays the set in some orders; answers what differs from the first, with the seed.
  public mutating func run(orders: Int) -> [String] {
    var first: [String]?
    for order in 0..<orders {
      let told = play(order)
      guard let expected = first else {
        first = told
        continue
      }
      guard told != expected else { continue }
      let difference = zip(expected, told).first { $0 != $1 }
      return ["seed \(seed), order \(order): \(difference.map { "\($0) | \($1)" } ?? "length")"]
    }
    return []
  }

  /// Reverses one fact at the end; answers what differs from a world without it.
  public mutating func undo() -> [String] {
    let reversed = Set(
      deliveries.compactMap { delivery -> FactName? in
        if case .reversal(let name, _) = delivery { return name }
        return nil
      })
    let standing = names.filter { !reversed.contains($0) }
    guard !standing.isEmpty else { return [] }
    let undone = world.generator.pick(standing)
    names.removeAll { $0 == undone }
    let all = deliveries
    deliveries.append(.reversal(undone, world.generator.pick(ReversalCause.allCases)))
    let with = play(0)
    deliveries = all.filter { delivery in
      if case .fact(let fact) = delivery { return fact.name != undone }
      return true
    }
    let without = play(0)
    guard with != without else { return [] }
    let difference = zip(with, without).first { $0 != $1 }
    return ["seed \(seed), \(undone): \(difference.map { "\($0) | \($1)" } ?? "length")"]
  }

  private mutating func play(_ order: Int) -> [String] {
    let game = Game(wall: start)
    let all = order > 0 ? shuffled() : deliveries
    let closing = order % 2 == 1 ? world.generator.next(below: all.count) : all.count
    let end = start.advanced(byMicroseconds: 3 * 86_400_000_000)
    do throws(Refusal) {
      _ = try game.apply(definition, zone: GameZones.offsets(definition.zone) ?? .utc)
      for (index, delivery) in all.enumerated() {
        if index == closing { _ = try game.tick(end) }
        try Self.deliver(delivery, to: game)
        if order > 0, world.generator.happens(3) { game.restart() }
      }
      _ = try game.tick(end)
    } catch {
      return ["refused \(error)"]
    }
    return game.faults + tell(game)
  }

  private static func deliver(_ delivery: Delivery, to game: Game) throws(Refusal) {
    switch delivery {
    case .fact(let fact): _ = try game.record(fact)
    case .person(let record): _ = try game.put(record)
    case .correction(let correction):
      do throws(Refusal) {
        _ = try game.correct(correction)
      } catch {
        // Nobody by that name came, in this order or any other.
        if error.reason != .notFound { throw error }
      }
    case .reversal(let name, let cause):
      do throws(Refusal) {
        _ = try game.reverse(name, cause: cause)
      } catch {
        if error.reason != .alreadyReversed { throw error }
      }
    }
  }

  /// All that must be the same, in words, because numbers are given in the order of arrival.
  private func tell(_ game: Game) -> [String] {
    var lines: [String] = []
    for learner in world.learners {
      let accounts = game.state.learnerNumber(learner).map { game.state.learners[$0].accounts }
      lines.append("\(learner): \(accounts ?? Accounts())")
    }
    for name in names {
      guard let now = game.explain(name) else {
        lines.append("\(name) is not known")
        continue
      }
      lines.append(
        "\(name) \(game.word(now.status)) \(now.day) \(game.groupID(now.group)) "
          + "\(game.termID(now.term))\(game.tell(now.outcomes))")
    }
    // Closed boards say what had come by then; of the others none may differ.
    for period in game.state.periods.keys.sorted() where !game.state.isClosed(period) {
      for ranksGroups in [false, true] {
        let board = game.top(BoardRequest(period: period, ranksGroups: ranksGroups))
        let scored = board.filter { $0.score != 0 }
        if !scored.isEmpty { lines.append("\(game.describe(period)): \(scored)") }
      }
    }
    // Nothing has worked, so no star was decided: how those of open periods stand is the same.
    lines += game.state.periodsOfStars.flatMap { game.provisional($0) }.map { game.tell($0) }
      .sorted()
    return lines
  }
}
