import ArgumentParser
import Glibc
import TestSupport
import Trials

/// `laurel-bench soak`: the promises, tried for long, on real processes.
struct Soak: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try the promises for long: kills, identical calls, damage, simulation.",
    discussion: """
      Exit codes: 0 every promise held, 1 one was broken (the first findings are named, with their
      seed), 2 it could not be tried.
      """)

  /// What is tried.
  enum Trial: String, CaseIterable, ExpressibleByArgument {
    case kill, simulation, identical, damage, all
  }

  @Argument(help: "What to try: kill, simulation, identical, damage or all.")
  var trial = Trial.all
  @Option(help: "Where the random numbers begin.")
  var seed: UInt64 = 1
  @Option(help: "R1: how often the server is killed.")
  var kills = 100
  @Option(help: "R4: how many seeds are played.")
  var seeds: UInt64 = 1_000
  @Option(help: "R4: how many steps each.")
  var steps = 500
  @Option(help: "R5: how many calls are made at once on many connections.")
  var rounds = 200
  @Option(help: "R5: on how many connections.")
  var width = 20
  @Option(help: "R7: how many copies of a store are damaged.")
  var damages = 500
  @OptionGroup var program: ProgramUnderTest

  func run() throws {
    var failures: [String] = []
    do {
      for each in trial == .all ? Trial.allCases.dropLast() : [trial] {
        let began = ContinuousClock.now
        let found = try play(each)
        let seconds = (ContinuousClock.now - began).milliseconds / 1_000
        failures += found.failures
        let verdict = found.failures.isEmpty ? "clean" : "BROKEN"
        print("\(each.rawValue): \(found.told): \(verdict) (seed \(seed), \(Int(seconds)) s)")
        for failure in found.failures.prefix(10) { print("  \(failure)") }
      }
    } catch {
      StandardError.write("soak: \(error)\n")
      throw ExitCode(2)
    }
    if !failures.isEmpty { throw ExitCode(1) }
  }

  private func play(_ trial: Trial) throws -> (told: String, failures: [String]) {
    switch trial {
    case .kill, .all: try kill()
    case .simulation: simulation()
    case .identical: try identical()
    case .damage: try damage()
    }
  }

  private func kill() throws -> (String, [String]) {
    let trial = KillTrial(laurel: try program.path(), seed: seed, kills: kills) { kills, report in
      Self.say("\(kills) kills, \(report.acknowledged) calls acknowledged")
    }
    let report = try trial.run()
    let told =
      "\(report.kills) kills under 8 clients, \(report.killsOfStarts) of starts, "
      + "\(report.acknowledged) calls acknowledged, "
      + "\(report.inDoubt) on their way"
    return (told, report.failures)
  }

  private func simulation() -> (String, [String]) {
    var failures: [String] = []
    for first in stride(from: seed, to: seed + seeds, by: 20) where failures.isEmpty {
      let some = first..<min(first + 20, seed + seeds)
      failures += simulate(seeds: some, steps: steps)
      failures += tryAttendance(seeds: some, steps: min(steps, 120))
      Self.say("\(first - seed) seeds")
    }
    return ("\(seeds) seeds of \(steps) steps", failures)
  }

  private func identical() throws -> (String, [String]) {
    let directory = try TrialDirectory("same")
    let server = try ServerProcess(
      try program.path(), store: directory.fresh("store"), in: directory)
    try server.awaitReady()
    let failures = try IdenticalTrial(server: server, seed: seed).run(
      rounds: rounds, width: width
    ) { round in
      if round % 20 == 0 { Self.say("\(round) rounds") }
    }
    try server.stop()
    return ("\(rounds) calls, \(width) times at once", failures)
  }

  private func damage() throws -> (String, [String]) {
    let trial = DamageTrial(laurel: try program.path(), seed: seed)
    let report = try trial.run(count: damages) { number, report in
      if number % 20 == 0 { Self.say("\(number) damages, \(report.found) found") }
    }
    let told = "\(damages) damages, \(report.found) found, \(report.harmless) harmless"
    return (told, report.failures)
  }

  private static func say(_ text: String) { StandardError.write("soak: \(text)\n") }
}
