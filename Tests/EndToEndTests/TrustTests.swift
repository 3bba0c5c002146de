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

  @Test("A server that crashes by itself is not taken for one that was killed")
  func crash() throws {
    let directory = try TrialDirectory("crash")
    let script = directory.fresh("laurel")
    // The first server, which sets up, lives. Every other one dies of SIGXCPU after a second's work: the
    // program itself, by a signal that nobody catches, with no process beside it that could stay behind.
    let words = """
      #!/bin/sh
      mkdir "$0.first" 2>/dev/null && exec "\(try Self.laurel())" "$@"
      exec prlimit --cpu=1:unlimited "\(try Self.laurel())" "$@"
      """
    try TrialDirectory.write(Array(words.utf8), to: script)
    try #require(chmod(script, 0o700) == 0)
    let report = try KillTrial(laurel: script, seed: 1, kills: 20, playing: 2_500...2_500).run()
    // Where it ends before the clients play, they are the first to tell. On a busy machine a server may
    // be killed before its second is used up; one of the twenty is not.
    #expect(!report.failures.isEmpty)
    #expect(report.kills < 20)
  }

  @Test("A child process gets no open file of the one that starts it")
  func descriptors() throws {
    let directory = try TrialDirectory("files")
    let path = directory.fresh("inherited")
    // Without O_CLOEXEC, as a library might open it.
    let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
    try #require(descriptor >= 3)
    defer { close(descriptor) }
    let (ending, output) = try ChildProcess.run(["ls", "-l", "/proc/self/fd"], in: directory)
    #expect(ending == .code(0))
    #expect(!output.contains("inherited"), "\(output)")
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
