import Glibc
import Trials

/// Drives all connections of a measurement from one thread, day by day.
///
/// When the last call of a day is answered, `program.advance` closes that day while the next day's facts
/// are on their way already; nobody is more than one day ahead. So open windows stay as few as in real
/// operation, and the closing of days is part of what is measured.
struct Load {
  /// What was measured.
  struct Result: Sendable {
    var facts = 0
    var calls = 0
    var seconds = 0.0
    var latencies = Latencies()
    /// Calls that were turned away as `busy` and sent again.
    var busy = 0

    var factsPerSecond: Double { Double(facts) / seconds }

    static func + (first: Result, second: Result) -> Result {
      Result(
        facts: first.facts + second.facts, calls: first.calls + second.calls,
        seconds: first.seconds + second.seconds,
        latencies: first.latencies + second.latencies, busy: first.busy + second.busy)
    }
  }

  private let connections: [LoadConnection]
  /// Closes the days, one call each.
  private let closing: LoadConnection
  private var answeredOfDay: [Int]
  private var callsOfDay: [Int]
  private var closedDays = 0
  private var retryAt: [(time: Int64, connection: LoadConnection, frame: Int)] = []

  /// Connects; the frames begin with `firstDay`.
  init(
    _ server: ServerProcess, _ frames: [Frames], window: Int, firstDay: Int,
    closesLastDay: Bool = true
  ) throws {
    guard case .unix(let path) = server.endpoint else { throw TrialError("not a Unix socket") }
    connections = try frames.map { try LoadConnection(to: path, frames: $0, window: window) }
    let days = frames.first?.dayEnds.count ?? 0
    closing = try LoadConnection(
      to: path, frames: Frames.closings(of: firstDay..<firstDay + days - (closesLastDay ? 0 : 1)),
      window: 1)
    answeredOfDay = Array(repeating: 0, count: days)
    callsOfDay = (0..<days).map { day in
      frames.reduce(0) { $0 + $1.dayEnds[day] - (day == 0 ? 0 : $1.dayEnds[day - 1]) }
    }
  }

  /// Sends everything and waits for every answer, and for the last day to be closing.
  mutating func run() throws -> Result {
    var result = Result()
    let total = callsOfDay.reduce(0, +)
    let began = Self.now()
    var ended = began
    var polled = (connections + [closing]).map {
      pollfd(fd: $0.descriptor, events: 0, revents: 0)
    }
    while result.calls < total || !closing.isDone {
      try pump()
      for (place, connection) in (connections + [closing]).enumerated() {
        polled[place].events = Int16(POLLIN | (connection.wantsToWrite ? POLLOUT : 0))
      }
      poll(&polled, nfds_t(polled.count), retryAt.isEmpty ? 1_000 : 1)
      for place in connections.indices where polled[place].revents != 0 {
        try read(connections[place], &result)
        if result.calls == total { ended = Self.now() }
      }
      if polled[connections.count].revents != 0 { try readClosing() }
      sendAgain()
    }
    result.seconds = Double(max(1, ended - began)) / 1_000_000
    for connection in connections { result.latencies.add(connection.latencies) }
    return result
  }

  private func pump() throws {
    let now = Self.now()
    for connection in connections {
      let ends = connection.frames.dayEnds
      try connection.pump(through: ends[min(closedDays + 1, ends.count - 1)], now: now)
    }
    let answered = callsOfDay.indices.prefix { answeredOfDay[$0] == callsOfDay[$0] }.count
    try closing.pump(through: answered, now: now)
  }

  private mutating func read(_ connection: LoadConnection, _ result: inout Result) throws {
    for reply in try connection.read(now: Self.now) {
      switch reply {
      case .answered(let frame):
        result.calls += 1
        result.facts += Int(connection.frames.facts[frame])
        answeredOfDay[day(of: frame, connection.frames)] += 1
      case .busy(let frame):
        result.busy += 1
        retryAt.append((Self.now() + 10_000, connection, frame))
      }
    }
  }

  private mutating func readClosing() throws {
    for reply in try closing.read(now: Self.now) {
      switch reply {
      case .answered: closedDays += 1
      case .busy(let frame): retryAt.append((Self.now() + 10_000, closing, frame))
      }
    }
  }

  private func day(of frame: Int, _ frames: Frames) -> Int {
    // The day is one of two at any time, so a search from the last closed one is short.
    var day = min(closedDays, frames.dayEnds.count - 1)
    while frame >= frames.dayEnds[day] { day += 1 }
    return day
  }

  private mutating func sendAgain() {
    let now = Self.now()
    for retry in retryAt where retry.time <= now { retry.connection.retry(retry.frame) }
    retryAt.removeAll { $0.time <= now }
  }

  /// Microseconds of a clock that never goes back.
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
