import ArgumentParser
import Glibc
import Tabular

/// `laurel bench`: measures this machine, by the program that does it.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure Laurel on this machine.",
    discussion:
      "Runs laurel-bench, which lies beside this program once `scripts/bench` has built it.")

  @Argument(parsing: .captureForPassthrough, help: "Options of laurel-bench.")
  var options: [String] = []

  func run() throws {
    let own = try FileText.ownPath()
    let beside = own[..<(own.lastIndex(of: "/") ?? own.startIndex)] + "/laurel-bench"
    guard access(String(beside), X_OK) == 0 else {
      throw CommandFailure.refused("there is no \(beside); build and run it with scripts/bench")
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = ([String(beside)] + options).map { strdup($0) }
    arguments.append(nil)
    execv(String(beside), arguments)
    throw CommandFailure.system("starting \(beside)")
  }
}
