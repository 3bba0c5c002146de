import Incentives

/// Deliver again, deliver in another order, restart: what must change nothing.
extension ScriptPlayer {
  /// Delivers every fact and reversal again, shuffled, to the program as it stands.
  func again(_ line: ScriptLine) throws -> [String] {
    try deliver(deliveries.filter { !$0.isPerson }, line)
  }

  /// Begins anew and delivers everything, shuffled; people too where `people=shuffled`.
  func rebuild(_ line: ScriptLine) throws -> [String] {
    let wall = game.wall
    game = Game(wall: wall)
    for program in programs {
      _ = try game.apply(
        program.definition, zone: program.zone,
        effectiveFrom: program.from == .distantPast ? nil : program.from)
    }
    for group in groups { _ = try game.put(group) }
    guard line.values["people"] == nil else { return try deliver(deliveries, line) }
    let people = deliveries.filter(\.isPerson)
    for person in people { try put(person) }
    return try deliver(deliveries.filter { !$0.isPerson }, line)
  }

  private func deliver(_ deliveries: [Delivery], _ line: ScriptLine) throws -> [String] {
    var generator = SeededGenerator(seed: UInt64(try line.number("shuffled") ?? 0))
    let times = Int(try line.number("times") ?? 1)
    var counts = (new: 0, known: 0)
    let all = (0..<times).flatMap { _ in deliveries }
    for delivery in inOrderOfPeople(generator.shuffled(all), all) {
      switch delivery {
      case .person, .correction, .merge: try put(delivery)
      case .fact(let fact):
        if case .recorded = try game.record(fact) { counts.new += 1 } else { counts.known += 1 }
      case .reversal(let name, let cause):
        do throws(Refusal) {
          _ = try game.reverse(name, cause: cause)
          counts.new += 1
        } catch {
          guard error.reason == .alreadyReversed else { throw error }
          counts.known += 1
        }
      }
    }
    return ["\(counts.new) new, \(counts.known) known"]
  }

  private func put(_ person: Delivery) throws {
    switch person {
    case .person(let record): _ = try game.put(record)
    case .correction(let correction): _ = try game.correct(correction)
    case .merge(let merge): _ = try game.merge(merge)
    case .fact, .reversal: break
    }
  }

  /// Corrections and merges speak of what was said before: where there is one, people keep their order.
  private func inOrderOfPeople(_ shuffled: [Delivery], _ all: [Delivery]) -> [Delivery] {
    guard all.contains(where: \.keepsOrder) else { return shuffled }
    var people = all.filter(\.isPerson).makeIterator()
    return shuffled.map { $0.isPerson ? people.next() ?? $0 : $0 }
  }

  /// Rebuilds the state from the log; the short way, from tables, must lead to the same.
  func restart() throws -> [String] {
    let living = game.state.fingerprint()
    guard game.restoredFromTables().fingerprint() == living else {
      throw ScriptError(text: "the tables lead elsewhere than the log")
    }
    game.restart()
    guard game.state.fingerprint() == living else {
      throw ScriptError(text: "the log leads elsewhere than life")
    }
    return []
  }
}

extension ScriptPlayer.Delivery {
  fileprivate var isPerson: Bool {
    switch self {
    case .person, .correction, .merge: return true
    case .fact, .reversal: return false
    }
  }

  fileprivate var keepsOrder: Bool {
    switch self {
    case .correction, .merge: return true
    case .person, .fact, .reversal: return false
    }
  }
}
