import Client
import Glibc
import Trials

/// What all measurements share: the program under test, a directory, sizes, a word on progress.
final class Bench {
  let laurel: String
  let sizes: BenchSizes
  let directory: TrialDirectory
  let peers: Peers

  init(laurel: String, sizes: BenchSizes, withPeers: Bool) throws {
    self.laurel = laurel
    self.sizes = sizes
    directory = try TrialDirectory("bench")
    peers = Peers(seconds: sizes.peerSeconds, isWanted: withPeers)
  }

  /// Starts a server on a fresh store with a program and its learners.
  func server(learners: Int) throws -> ServerProcess {
    say("a store with \(Shown.count(Double(learners))) learners …")
    let server = try ServerProcess(laurel, store: directory.fresh("store"), in: directory)
    try server.awaitReady()
    try TrialProgram.setUp(
      Workload.program, learners: learners, on: try server.client(timeout: .seconds(300)),
      name: Workload.learner)
    return server
  }

  /// Ends a server and removes its store.
  func discard(_ server: ServerProcess) throws {
    try server.stop()
    TrialDirectory.remove(server.store)
  }

  /// Encodes some days' facts, then sends them; gives what was measured and what the server did.
  func load(
    _ server: ServerProcess, _ workload: Workload, days: Range<Int>, connections: Int = 8,
    factsEach: Int = 1_000, window: Int = 4
  ) throws -> (load: Load.Result, figures: ServerFigures) {
    let frames = Frames.deal(
      workload, days: days, connections: connections, factsEach: factsEach)
    let client = try server.client(timeout: .seconds(300))
    let before = try ServerFigures(client)
    let factsBefore = try facts(client)
    var load = try Load(server, frames, window: window, firstDay: days.lowerBound)
    let result = try load.run()
    let recorded = try facts(client) - factsBefore
    guard recorded == result.facts else {
      throw TrialError("\(result.facts) facts were sent and \(recorded) recorded")
    }
    return (result, try ServerFigures(client) - before)
  }

  private func facts(_ client: Client) throws(ClientError) -> Int {
    try client.call("program.get") {
      $0.member("program", Workload.program)
    } read: {
      Int($0.object?["facts"]?.int64 ?? 0)
    }
  }

  /// Tells people how far it is; the table goes elsewhere.
  func say(_ text: String) {
    let line = "bench: \(text)\n"
    _ = line.utf8CString.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count - 1) }
  }

  /// What to know about the machine.
  static var circumstances: String {
    var load = [0.0, 0, 0]
    getloadavg(&load, 3)
    return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores shared with the client; load average "
      + "before the run \(load.map { Shown.decimal($0, 1) }.joined(separator: ", "))."
  }
}
