import Incentives
import LMDB

/// Brings the tables of the state after the journal, one stretch at a time.
///
///     journal   ──┬──────┬────┬──────────┬──▶ durable blocks
///     stretch     └ decode, add up what each row gains, in memory ┐
///     tables                                  one transaction: rows, then each program's head
///
/// A stretch is some blocks of some programs. Its transaction is bounded in changes, bytes and pages (LMDB
/// spills beyond 131,071 dirty pages), and stores with the rows the heads they stand for; so after a
/// crash the tables stand where some stretch ended, and the next begins there. It decides nothing and
/// knows nobody: what it needs of a program are its definitions and its time (`FollowedProgram`).
///
/// It belongs to the thread that writes the environment. A journal that does not continue what the
/// tables stand for is an error; the loader finds that out before.
public final class Follower {
  let store: StateStore
  let journal: Journal
  private let secret: KeyedHash
  private let options: FollowerOptions
  private var programs: [ProgramNumber: FollowedProgram] = [:]
  /// Where following ends; nil for the end of the journal.
  private var ends: [ProgramNumber: Head]?
  /// Changes after which a stretch ends: fewer, for a while, where one touched too many pages.
  private var changesMax: Int
  /// The program that the next stretch begins with, so that none waits for ever.
  private var turn = ProgramNumber.server
  private var buffer = ChangeBuffer()
  private var scratch = ByteWriter(capacity: 4 * 1024)

  /// Takes up where the tables stand; `secret` is the store's keyed hash of identities.
  public init(
    store: StateStore, journal: Journal, secret: KeyedHash,
    options: FollowerOptions = FollowerOptions()
  ) throws {
    self.store = store
    self.journal = journal
    self.secret = secret
    self.options = options
    changesMax = options.changesMax
    try readPrograms()
  }

  /// Where the tables of each program stand.
  public var positions: [ProgramNumber: Position] { programs.mapValues(\.row.head.position) }

  /// How many records of the journal the tables lack.
  public var behind: UInt64 {
    journal.allHeads().reduce(0) { sum, head in
      sum + head.value.position.rawValue - position(of: head.key).rawValue
    }
  }

  /// Runs stretches until the tables stand where the journal does; answers how many changes that took.
  @discardableResult
  public func run() throws -> Int {
    var sum = 0
    while let stretch = try runStretch() { sum += stretch.changes }
    return sum
  }

  /// Runs stretches until the tables stand at some heads, each the end of a block.
  func run(to heads: [ProgramNumber: Head]) throws {
    ends = heads
    defer { ends = nil }
    try run()
  }

  /// Runs one stretch; nil where there is nothing to follow.
  public func runStretch() throws -> Stretch? {
    var blocksMax = Int.max
    changesMax = min(options.changesMax, changesMax * 2)
    while true {
      var stretch = Stretch()
      let deltas = try gather(into: &stretch, blocksMax: blocksMax)
      guard !deltas.isEmpty else { return nil }
      for delta in deltas { delta.prepare() }
      stretch.pages = try DeltaPages(store).touched(by: deltas)
      // A single block may be as large as it likes: a block is never parted.
      guard stretch.pages > options.pagesMax, stretch.blocks > 1 else {
        try commit(deltas)
        return stretch
      }
      blocksMax = stretch.blocks / 2
      changesMax = max(1, stretch.changes / 2)
      try readPrograms()
    }
  }

  private func commit(_ deltas: [ProgramDelta]) throws {
    do {
      try storing {
        try store.environment.write { transaction in
          for delta in deltas { try delta.write(transaction) }
        }
      }
    } catch {
      // What is known of the programs is ahead of the tables now.
      programs = [:]
      throw error
    }
  }

  /// Forgets what is known of a program.
  func dismiss(_ program: ProgramNumber) { programs[program] = nil }

  private func position(of program: ProgramNumber) -> Position {
    programs[program]?.row.head.position ?? .none
  }

  /// Gathers what the next blocks change, program by program, up to the bounds of a stretch.
  private func gather(into stretch: inout Stretch, blocksMax: Int) throws -> [ProgramDelta] {
    let heads = ends ?? journal.allHeads()
    let waiting = heads.keys.filter { position(of: $0) < heads[$0]?.position ?? .none }.sorted()
    let order = waiting.filter { $0 >= turn } + waiting.filter { $0 < turn }
    var deltas: [ProgramDelta] = []
    for number in order where !stretch.isFull(options, changesMax, blocksMax) {
      let program =
        programs[number] ?? FollowedProgram(number, row: ProgramRow(), secret: secret)
      programs[number] = program
      let delta = ProgramDelta(program, secret: secret)
      try journal.blocks(of: number, from: program.row.head.position.next) { block in
        if let end = ends?[number]?.position, block.header.first > end { return false }
        try gather(block, into: delta)
        stretch.count(block)
        return !stretch.isFull(options, changesMax, blocksMax)
      }
      deltas.append(delta)
      turn = ProgramNumber(rawValue: number.rawValue &+ 1)
    }
    return deltas
  }

  private func gather(_ block: borrowing BlockView, into delta: ProgramDelta) throws {
    let program = delta.program
    let head = program.row.head
    guard block.header.first == head.position.next else {
      throw LedgerError.wrongPosition(
        program: program.number, expected: head.position.next, found: block.header.first)
    }
    guard block.header.previous == head.hash else {
      throw LedgerError.brokenChain(program: program.number, position: block.header.first)
    }
    buffer.removeAll()
    try block.decode(into: &buffer, keys: NoKeys())
    var position = block.header.first
    delta.blockFirst = position
    for change in buffer.changes {
      try delta.gather(
        change, at: position, time: block.header.time, in: buffer, scratch: &scratch)
      position = position.next
    }
    program.row.head = block.head
    program.row.counters.position = block.header.last.rawValue
  }

  /// Reads what the tables say of the programs.
  private func readPrograms() throws {
    programs = try storing {
      try store.environment.read { transaction in
        var programs: [ProgramNumber: FollowedProgram] = [:]
        try transaction.scan(StateSchema.programs) { key, row in
          let program = FollowedProgram(key.program, row: row, secret: secret)
          programs[key.program] = program
          return .next
        }
        try transaction.scan(StateSchema.structure) { key, block in
          guard let program = programs[key.program] else { return .next }
          try block.forEach(from: key.position, of: key.program) { change, position, buffer in
            _ = program.learn(change, at: position, in: buffer)
          }
          return .next
        }
        for program in programs.values { program.restoreTime() }
        try transaction.scan(StateSchema.openPeriods) { key, row in
          programs[key.program]?.openPeriods[key.period] = row
          return .next
        }
        try transaction.scan(StateSchema.starSums) { key, _ in
          guard let program = programs[key.program] else { return .next }
          if program.openPeriods[key.period] == nil { program.keptPeriods.insert(key.period) }
          return .next
        }
        return programs
      }
    }
  }
}

/// What one stretch of the follower did.
public struct Stretch: Hashable, Sendable {
  /// How many blocks it read.
  public internal(set) var blocks = 0
  /// How many changes were in them.
  public internal(set) var changes = 0
  /// How many bytes they took in the journal.
  public internal(set) var bytes = 0
  /// How many pages of the environment it touched, at most.
  public internal(set) var pages = 0

  mutating func count(_ block: borrowing BlockView) {
    blocks += 1
    changes += Int(block.header.count)
    bytes += block.bytes.count
  }

  func isFull(_ options: FollowerOptions, _ changesMax: Int, _ blocksMax: Int) -> Bool {
    changes >= changesMax || bytes >= options.bytesMax || blocks >= blocksMax
  }
}

/// The bounds and the pace of the follower.
public struct FollowerOptions: Hashable, Sendable {
  /// Changes after which a stretch ends with its block: some 100 MB of memory while it is gathered.
  public var changesMax = 400_000
  /// Bytes of journal after which a stretch ends with its block.
  public var bytesMax = 32 << 20
  /// Pages that a stretch may touch; well below LMDB's 131,071.
  public var pagesMax = 100_000
  /// Changes that are waited for before a stretch.
  public var changesMin = 50_000
  /// How long fewer changes wait.
  public var intervalMax = Duration.seconds(1)
  /// Free space on the disk below which the follower stops: twice what the journal keeps back.
  public var diskReserveBytes = 512 << 20
  /// How far the thread steps back behind others; 0 to 19.
  public var niceness: Int32 = 10

  /// The defaults.
  public init() {}
}
