import ArgumentParser
import Glibc
import Trials

/// `laurel-bench run`: measures the rows of the table, one server after the other.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure, and print the table of the README.",
    discussion: """
      Starts `laurel serve`, which lies beside this program, on fresh stores. Exit codes: 0 every must
      is reached, 3 one is missed, 2 something could not be measured.
      """)

  /// The rows by name, in the table's order.
  static let names = [
    "bulk", "inflight", "single", "learners", "history", "board", "restart", "memory", "disk",
  ]

  @Option(
    help: ArgumentHelp(
      "Measure only this row; may be repeated: \(Run.names.joined(separator: ", ")).",
      valueName: "name"))
  var only: [String] = []
  @Flag(help: "Small sizes, to see that all works; such figures mean nothing.")
  var quick = false
  @Flag(help: "Print JSON.")
  var json = false
  @Flag(help: "Leave PostgreSQL and Redis out.")
  var noPeers = false
  @OptionGroup var program: ProgramUnderTest

  func validate() throws {
    for name in only where !Self.names.contains(name) {
      throw ValidationError(
        "There is no row \(name); name one of \(Self.names.joined(separator: ", ")).")
    }
  }

  func run() throws {
    var table = BenchTable(circumstances: Bench.circumstances)
    do {
      let bench = try Bench(
        laurel: try program.path(), sizes: quick ? .quick : .full, withPeers: !noPeers)
      defer { bench.peers.stop() }
      let wanted = { (name: String) in only.isEmpty || only.contains(name) }
      if wanted("bulk") || wanted("disk") || wanted("history") {
        table.rows += try BulkBench(bench: bench).rows(withHistory: wanted("history"))
      }
      if wanted("inflight") || wanted("single") {
        table.rows += try RequestBench(bench: bench).rows(wanted)
      }
      if ["learners", "board", "restart", "memory"].contains(where: wanted) {
        table.rows += try MillionBench(bench: bench).rows(wanted)
      }
      table.rows = Self.names.compactMap { name in
        wanted(name) ? table.rows.first { $0.name == name } : nil
      }
    } catch {
      StandardError.write("bench: \(error)\n")
      throw ExitCode(2)
    }
    print(json ? table.json : table.markdown, terminator: "")
    if !quick, table.rows.contains(where: { $0.verdict == "missed" }) { throw ExitCode(3) }
  }
}

/// Which built `laurel` is run.
struct ProgramUnderTest: ParsableArguments {
  @Option(help: ArgumentHelp("The program; default: beside this one.", valueName: "path"))
  var laurel: String?

  func path() throws -> String {
    guard let path = laurel ?? LaurelBinary.path, access(path, X_OK) == 0 else {
      throw TrialError("there is no laurel beside this program; build it with scripts/bench")
    }
    return path
  }
}

/// Where progress goes, so that the table stays clean.
enum StandardError {
  static func write(_ text: String) {
    _ = text.utf8CString.withUnsafeBytes {
      Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count - 1)
    }
  }
}
