import Client
import Glibc
import Testing
import Trials

/// The promises, tried for a short while on the built program; `scripts/soak` tries them for long.
@Suite("What was acknowledged stays, and happens once", .serialized)
struct TrustTests {
  private static func laurel() throws -> String {
    try #require(LaurelBinary.path, "laurel is not built; run scripts/test")
  }

  @Test("A server that is killed under load loses nothing and doubles nothing")
  func kill() throws {
    let report = try KillTrial(laurel: Self.laurel(), seed: 1, kills: 5, playing: 50...200).run()
    #expect(report.failures == [])
    #expect(report.acknowledged > 0)
  }

  @Test("Identical calls at the same time have one effect; altered ones are refused")
  func identical() throws {
    let directory = try TrialDirectory("same")
    let server = try ServerProcess(
      Self.laurel(), store: directory.fresh("store"), in: directory)
    try server.awaitReady()
    #expect(try IdenticalTrial(server: server, seed: 1).run(rounds: 20, width: 10) == [])
    try server.stop()
  }

  @Test("A damaged file is found, or harmless; never a crash, never a wrong answer")
  func damage() throws {
    let report = try DamageTrial(laurel: Self.laurel(), seed: 1).run(count: 40)
    #expect(report.failures == [])
    #expect(report.found > 5)
  }

  @Test("A full disk refuses writes, answers reads, loses nothing, and goes on when there is room")
  func fullDisk() throws {
    #expect(try FullDiskTrial(laurel: Self.laurel()).run() == [])
  }
}
