import ArgumentParser

/// Measures Laurel, or tries its promises for long; never imported, never part of the product.
@main
struct LaurelBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "laurel-bench",
    abstract: "Measure Laurel on this machine, or try its promises for long.",
    subcommands: [Run.self, Soak.self], defaultSubcommand: Run.self)
}
