import ArgumentParser
import JSONRPC
import Testing

@testable import laurel

/// How commands end that do not do what they were asked.
@Suite("CLI: failures")
struct CLIFailureTests {
  private struct Unforeseen: Error, CustomStringConvertible { let description = "the cable is cut" }

  @Test("whatever a command throws ends it with the status for its kind")
  func statuses() {
    #expect(Laurel.failure(of: Unforeseen())?.status == .failed)
    #expect(Laurel.failure(of: Unforeseen())?.message == "the cable is cut")
    #expect(Laurel.failure(of: CommandFailure.refused("no"))?.status == .refused)
    #expect(Laurel.failure(of: ValidationError("what?"))?.status == .refused)
    #expect(Laurel.failure(of: CleanExit.message("bye")) == nil)
    #expect(Laurel.failure(of: ExitCode(3)) == nil)
  }

  @Test("what nobody foresaw is told as a failure too")
  func unforeseen() throws {
    let laurel = try CLIBinary()
    _ = try laurel.write("journal", "not a directory")
    for words in [["balance", "s1"], ["export", "balances"], ["export", "boards"]] {
      let run = try laurel.run(words + ["--data", laurel.directory])
      #expect(run.status == 2, "\(words): \(run.status) \(run.errors)")
      #expect(run.errors.hasPrefix("laurel: "), "\(words): \(run.errors)")
    }
    #expect(try laurel.run("--help").status == 0)
    #expect(try laurel.run("--version").status == 0)
  }

  @Test("machines are told of every failure, whoever found it")
  func json() throws {
    let laurel = try CLIBinary.lesson()
    for words in [
      ["balance", "nobody"], ["grant", "extra", "nobody"], ["balance", "--no-such-option"],
      ["import", "facts", "nowhere.csv"], ["export", "boards", "--period", "2013-W01"],
    ] {
      let run = try laurel.run(words + ["--json"])
      #expect(run.status != 0)
      let message = try run.answer()["error"]?.text("message") ?? ""
      #expect(!message.isEmpty, "\(words): \(run.output)\(run.errors)")
      #expect(run.errors == "")
    }
  }

  @Test("check names a follower that stopped, and one far behind")
  func follower() throws {
    let stats = #"{"followerLag":3000000,"followerFailure":"the disk is gone"}"#
    let findings = ServerCheck(stats: try Answer(Array(stats.utf8)), directory: nil).findings
    #expect(findings.map(\.code) == ["followerLag", "followerFailure"])
    #expect(findings.last?.english.contains("the disk is gone") == true)
    let healthy = try Answer(Array(#"{"followerLag":12}"#.utf8))
    #expect(ServerCheck(stats: healthy, directory: nil).findings.isEmpty)
  }
}
