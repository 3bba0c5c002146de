import Incentives

/// One set of facts, reversals and people, delivered in several orders before anything closes: the same
/// stars, with the same proofs, whatever the order and however often.
public struct StarOrderTrial {
  private enum Delivery {
    case fact(GameFact)
    case reversal(FactName, ReversalCause)
    case person(LearnerRecord)
  }

  private static let day: Int64 = 86_400_000_000
  private let seed: UInt64
  private let definition: ProgramDefinition
  private let start: Instant
  private var world: SimulatedWorld
  private var deliveries: [Delivery] = []

  /// Draws the set of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    world = SimulatedWorld(seed: seed)
    start = Instant(microseconds: world.start)
    var definition = world.definition()
    definition.clock = .wall
    definition.awards = SimulatedWorld.awards
    self.definition = definition
    for learner in world.learners {
      let (group, cohort) = (
        world.generator.pick(world.groups), world.generator.pick(world.cohorts)
      )
      deliveries.append(.person(LearnerRecord(id: learner, cohort: cohort, group: group)))
      guard world.generator.happens(30) else { continue }
      var record = world.record(of: learner, near: world.start)
      record.from = record.from ?? LocalDay(number: Int32(world.start / Self.day) - 4)
      deliveries.append(.person(record))
    }
    var last: GameFact?
    for number in 1...world.generator.next(in: 20...60) {
      var fact = world.fact(number: number, before: world.start - 300_000_000, days: 6)
      if let last, world.generator.happens(50) {
        (fact.verb, fact.object, fact.value) = (last.verb, last.object, last.value)
        (fact.metadata, fact.time) = (last.metadata, last.time)
      }
      last = fact
      deliveries.append(.fact(fact))
      guard world.generator.happens(10) else { continue }
      deliveries.append(.reversal(fact.name, .mistake))
    }
  }

  /// Plays the set in some orders; answers how many stars there were, and what differs from the first.
  public mutating func run(orders: Int) -> (stars: Int, failures: [String]) {
    var first: [String] = []
    for order in 0..<orders {
      let told = play(order)
      if order == 0 { first = told }
      guard told != first else { continue }
      let difference = zip(first, told).first { $0 != $1 }
      let words = difference.map { "\($0) | \($1)" } ?? "\(first.count) lines, \(told.count)"
      return (0, ["seed \(seed), order \(order): \(words)"])
    }
    return (first.count { $0.hasPrefix("given") }, [])
  }

  private mutating func play(_ order: Int) -> [String] {
    // The program begins ten days earlier, so that no day has closed when the facts come.
    let game = Game(wall: start.advanced(byMicroseconds: -10 * Self.day))
    var all = deliveries
    if order > 0 {
      all = world.generator.shuffled(all + all.filter { _ in world.generator.happens(40) })
    }
    do throws(Refusal) {
      _ = try game.apply(definition, zone: GameZones.offsets(definition.zone) ?? .utc)
      game.wall = start
      for delivery in all {
        try Self.deliver(delivery, to: game)
        if order > 0, world.generator.happens(3) { game.restart(with: game.restoredFromTables()) }
      }
      _ = try game.tick(start.advanced(byMicroseconds: 60 * Self.day))
      _ = try game.work()
    } catch {
      return ["refused \(error)"]
    }
    return game.faults + Self.tell(game)
  }

  private static func deliver(_ delivery: Delivery, to game: Game) throws(Refusal) {
    switch delivery {
    case .fact(let fact): _ = try game.record(fact)
    case .person(let record): _ = try game.put(record)
    case .reversal(let name, let cause):
      do throws(Refusal) {
        _ = try game.reverse(name, cause: cause)
      } catch {
        if error.reason != .alreadyReversed { throw error }
      }
    }
  }

  /// Who got what and what they have, in words: numbers are given in the order of arrival.
  private static func tell(_ game: Game) -> [String] {
    let state = game.state
    func segment(_ row: GivenAward) -> String {
      guard let segment = state.awards[row.decision]?.segment, segment.kind == .cohort else {
        return ""
      }
      return state.names.word(.cohort, segment.number)
    }
    var lines = state.awards.given.map { row in
      "given \(state.awardID(row.award)) \(row.day) \(segment(row)) \(row.cause.word) "
        + state.learners.externalID(row.learner)
    }
    for decision in state.awards.decisions {
      guard let proof = game.proof(of: decision) else { continue }
      let told = game.log.buffer.candidates[proof.candidates.range].map { one in
        "\(state.learners.externalID(one.learner)) \(one.score) \(one.stars) \(one.rules) "
          + "\(one.lastStar.number) \(one.isCooling)"
      }
      lines.append("decided \(state.awardID(decision.award)) \(decision.period) \(told)")
    }
    for number in 0..<state.learners.count {
      let learner = LearnerNumber(rawValue: UInt32(number + 1))
      lines.append("\(state.learners.externalID(learner)) \(state.learners[learner].accounts)")
    }
    return lines.sorted()
  }
}
