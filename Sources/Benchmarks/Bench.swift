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

  /// Lets a server finish its work, ends it and removes its store.
  func discard(_ server: ServerProcess) throws {
    try settle(server)
    try server.stop()
    TrialDirectory.remove(server.store)
  }

  /// Encodes some days' facts, then sends them.
  ///
  /// Counts the follower's stretches meanwhile, unless the engine thread shall not be asked.
  func load(
    _ server: ServerProcess, _ workload: Workload, days: Range<Int>, connections: Int = 8,
    factsEach: Int = 1_000, window: Int = 4, closesLastDay: Bool = true,
    countsStretches: Bool = true
  ) throws -> Measured {
    let frames = Frames.deal(
      workload, days: days, connections: connections, factsEach: factsEach)
    let client = try server.client(timeout: .seconds(300))
    let before = try ServerFigures(client)
    let factsBefore = try facts(client)
    var load = try Load(
      server, frames, window: window, firstDay: days.lowerBound, closesLastDay: closesLastDay)
    let watch = countsStretches ? watchFollower(of: server) : nil
    let result = Result { try load.run() }
    let stretches = try watch?.end() ?? 0
    let loaded = try result.get()
    let recorded = try facts(client) - factsBefore
    guard recorded == loaded.facts else {
      throw TrialError("\(loaded.facts) facts were sent and \(recorded) recorded")
    }
    return Measured(
      load: loaded, figures: try ServerFigures(client) - before, stretches: stretches)
  }

  /// Bulk: as many days as hold so many facts, and more until the follower has run its stretches.
  ///
  /// Gives the day that comes next, too.
  func bulk(
    _ server: ServerProcess, _ workload: Workload, from day: Int, facts: Int
  ) throws -> (measured: Measured, nextDay: Int) {
    var next = day + workload.days(for: facts)
    var measured = try load(server, workload, days: day..<next)
    while measured.stretches < sizes.stretches {
      say("\(measured.stretches) stretches, more facts …")
      let more = next + workload.days(for: facts / 2)
      measured = measured + (try load(server, workload, days: next..<more))
      next = more
    }
    return (measured, next)
  }

  /// Counts stretches: each ends with the tables much less behind than a moment before.
  private func watchFollower(of server: ServerProcess) -> Meanwhile<Int> {
    let endpoint = server.endpoint
    return Meanwhile { isOver in
      let client = try Client(endpoint, timeout: .seconds(300))
      var (stretches, last) = (0, Int64(0))
      while !isOver() {
        let lag = try ServerFigures(client).followerLag
        if lag < last { stretches += 1 }
        last = lag
        // A stretch takes seconds.
        usleep(100_000)
      }
      return stretches
    }
  }

  /// Waits until the server's tables stand where its journal does: whatever is measured next on this
  /// disk is then measured alone.
  func settle(_ server: ServerProcess) throws {
    let client = try server.client(timeout: .seconds(300))
    while try ServerFigures(client).followerLag > 0 { usleep(100_000) }
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
