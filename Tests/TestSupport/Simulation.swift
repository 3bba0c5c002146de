import Incentives

/// Plays seeded random workloads against the naive model; answers what was found wrong, with its seed.
///
/// After every step: Σ and identity of accounts, balances, open boards, windows and explanations equal
/// the model's, closed boards still say what they said. One run is the same on every machine.
public func simulate(seeds: Range<UInt64>, steps: Int) -> [String] {
  seeds.flatMap { seed -> [String] in
    let simulation = Simulation(seed: seed)
    return simulation.run(steps: steps)
  }
}

/// How many stars some workloads decide, how many of them between equals, and how many were revoked:
/// whether there is anything to compare.
public func starsSimulated(seeds: Range<UInt64>, steps: Int) -> (Int, tied: Int, revoked: Int) {
  var found = (0, tied: 0, revoked: 0)
  for seed in seeds {
    let simulation = Simulation(seed: seed)
    _ = simulation.run(steps: steps)
    let awards = simulation.game.state.awards
    found.0 += awards.decisions.count
    found.tied += awards.decisions.count { $0.tied > 1 }
    found.revoked += awards.given.count { !$0.revokedAt.isNone }
  }
  return found
}

/// One seeded workload, its game and its model.
final class Simulation {
  let seed: UInt64
  var world: SimulatedWorld
  let game: Game
  var model: NaiveModel
  var factCount = 0
  var sent: [GameFact] = []
  /// The facts of each import that was not taken back.
  var batches: [BatchNumber: [(name: FactName, learner: String)]] = [:]
  /// The scores of periods at the moment they closed.
  var cut: [Period: PeriodScores] = [:]
  /// What rules paid in periods at the moment they closed.
  var ruleCut: [Period: NaiveModel.RuleSums] = [:]
  /// The terms of what awards paid that does not count, by payment.
  var bonusTerms: [Position: String] = [:]
  /// How many of the game's awards the model was told.
  var awardsNoted = 0
  /// Closed boards as they were when they were first seen.
  var final: [Period: ClosedBoards] = [:]
  /// What was known of people when a job began that had not ended at once.
  var knownAtCut: [Period: NaiveModel] = [:]
  var failures: [String] = []
  private var step = 0
  private var deed = ""

  init(seed: UInt64) {
    self.seed = seed
    world = SimulatedWorld(seed: seed)
    let definition = world.definition()
    let zone = GameZones.offsets(definition.zone) ?? .utc
    game = Game(wall: Instant(microseconds: world.start))
    var clock = world.start
    if definition.clock == .manual {
      // A manual program looks back on what the wall has seen already.
      game.wall = Instant(microseconds: world.start + 60 * 86_400_000_000)
      let first = definition.terms.map(\.first).min()
      let time = NaiveTime(definition, zone: zone)
      clock = first.map { time.firstInstant(of: $0) } ?? game.wall.microseconds
    }
    model = NaiveModel(definition, zone: zone, clock: clock)
    attempt { () throws(Refusal) in try game.apply(definition, zone: zone) }
  }

  /// The time facts happen around.
  var now: Int64 {
    model.time.definition.clock == .manual ? model.clock : game.wall.microseconds
  }

  func run(steps: Int) -> [String] {
    enrol()
    for _ in 0..<steps where failures.isEmpty {
      step += 1
      act()
      check(all: step % 10 == 0)
    }
    if failures.isEmpty {
      closeAll()
      check(all: true)
    }
    return failures
  }

  /// Notes what must not be, once a step went wrong nothing after it is worth telling.
  func fail(_ what: String) {
    if failures.count < 5 { failures.append("seed \(seed), step \(step), \(deed): \(what)") }
  }

  @discardableResult
  func attempt<Result>(_ body: () throws(Refusal) -> Result) -> Result? {
    do throws(Refusal) {
      return try body()
    } catch {
      fail("refused \(error.reason.rawValue) (\(error.field))")
      return nil
    }
  }

  private func act() {
    let deeds: [(Int, String, (Simulation) -> Void)] = [
      (46, "fact", { $0.recordNew() }), (8, "again", { $0.recordAgain() }),
      (3, "conflict", { $0.conflict() }), (11, "reverse", { $0.reverse() }),
      (13, "person", { $0.put() }), (4, "correction", { $0.correct() }),
      (4, "grant", { $0.grant() }), (5, "adjust", { $0.adjust() }),
      (2, "open", { $0.openBalance() }), (3, "take back", { $0.takeBack() }),
      (8, "spend", { $0.spend() }),
      (5, "time", { $0.passTime() }), (3, "import", { $0.importFacts() }),
      (2, "undo", { $0.undoImport() }), (2, "rules", { $0.changeRules() }),
      (3, "terms", { $0.changeTerms() }), (4, "recompute", { $0.recompute() }),
      (4, "restart", { $0.restart() }),
      (2, "merge", { $0.merge() }), (4, "work", { $0.work(steps: 1) }),
      (3, "revoke", { $0.revoke() }), (3, "confirm", { $0.confirm() }),
      (1, "award", { $0.give() }),
    ]
    var ticket = world.generator.next(below: deeds.reduce(0) { $0 + $1.0 })
    for (weight, name, body) in deeds {
      ticket -= weight
      guard ticket < 0 else { continue }
      deed = name
      body(self)
      return
    }
  }
}
