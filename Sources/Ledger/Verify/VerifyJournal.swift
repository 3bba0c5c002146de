import Incentives

/// Replays every program's log and compares what it says with itself, at one position.
///
/// | check | what it proves |
/// |---|---|
/// | `bytes and chain` | every record's checksum, every block's hash, position, time and predecessor |
/// | `known head` | the log holds a head that was kept elsewhere: its tail was not cut off |
/// | `accounts` | the identity of rules.md §3 for each learner, neither balance negative, Σ = 0 |
/// | `lots` | no lot is overdrawn, all of them are in what a learner has, what expired adds up |
/// | `boards` | closed boards list who was ranked at their cut, in order, with the points they had |
/// | `stars` | stars went to who came first among those ranked, with the scores they had; cool-off |
/// | `identities` | no fact or key took effect twice, no fact forgot a reversal that came before |
/// | `places` | day, group, term and status of facts and grants were those of the roster then |
/// | `rules` | all facts, judged as a set, pay what was posted and count where they do |
/// | `attendance` | everybody has the perfect attendances that sessions, rows and roster give |
///
/// The last four are made where rules are asked for. What can not be read is a difference where it is
/// damage (`LedgerError.isDamage`), else not checked; what is sealed for good is not checked either.
struct JournalVerification {
  let store: Store
  let program: ProgramNumber
  let state: ProgramState
  /// The position up to which is checked: what was durable when the check began.
  let end: Position
  private var report = VerifyReport()
  private var totals = Totals()
  private var boards = BoardCheck()
  private(set) var stars = StarCheck()
  private var identities: IdentityCheck?
  private var misplaced: (record: Position, what: Misplacement)?
  /// The heads to be found, and the hashes found at their positions.
  private let known: [KnownHead]
  private var found: [Position: BlockHash] = [:]

  init(store: Store, program: ProgramNumber, known: [KnownHead]) {
    self.store = store
    self.program = program
    self.known = known
    state = ProgramState(number: program, hash: store.identitySecret)
    end = store.journal.head(of: program).position
  }

  /// Checks one program; a failure to read names where.
  mutating func run(rules: Bool) -> VerifyReport {
    identities = rules ? IdentityCheck(store, program) : nil
    let name = { [state] in state.definition.id.isEmpty ? "server" : state.definition.id }
    do {
      let blocks = try replay()
      report.lines.append(
        .init("bytes and chain", .ok, "\(name()): \(blocks) blocks, \(end.rawValue) records"))
    } catch {
      report.lines.append(.init("bytes and chain", failedBy: error, "\(name())"))
      return report
    }
    report.lines += known.map(compare)
    report.lines.append(accounts(name()))
    add("lots", state.lotProblem, "the lots of \(state.lots.count) terms agree", name())
    add("boards", boards.problem, "closed boards agree", name())
    add("stars", stars.problem, "stars went to who came first", name())
    guard rules else { return report }
    add("identities", identities?.problem, "nothing took effect twice", name())
    add(
      "places",
      misplaced.map { "record \($0.record.rawValue) is put down with another \($0.what.rawValue)" },
      "facts and grants stand where the roster put them", name())
    report.lines.append(RulesVerification(self).run(name()))
    if state.awardsPerfectAttendance { report.lines.append(attendance(name())) }
    return report
  }

  private mutating func add(_ check: String, _ problem: String?, _ good: String, _ name: String) {
    report.lines.append(
      .init(check, problem == nil ? .ok : .difference, "\(name): \(problem ?? good)"))
  }

  /// Applies all blocks, each verified after the one before; counts them.
  private mutating func replay() throws -> Int {
    var blocks = 0
    var head = Head.none
    var buffer = ChangeBuffer()
    let keys = store.vault.keyring(of: program)
    try store.journal.blocks(of: program, from: Position(rawValue: 1)) { block in
      guard block.header.first <= end else { return false }
      try block.verify(after: head)
      head = block.head
      blocks += 1
      if known.contains(where: { $0.position == head.position }) {
        found[head.position] = head.hash
      }
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      LearnerWords.fill(&buffer)
      for change in buffer.changes { try take(change, in: buffer) }
      return true
    }
    return blocks
  }

  /// Looks at a record, then applies it.
  private mutating func take(_ change: Change, in buffer: ChangeBuffer) throws {
    totals.add(change, buffer)
    boards.see(change, in: buffer, before: state)
    stars.see(change, in: buffer, before: state)
    if let identities {
      let position = state.position.next
      try identities.see(change, at: position, in: buffer)
      if misplaced == nil { misplaced = state.misplacement(of: change).map { (position, $0) } }
    }
    state.apply(change, in: buffer)
  }

  private func compare(_ head: KnownHead) -> VerifyReport.Line {
    switch found[head.position] {
    case head.hash?: .init("known head", .ok, "\(head.program): \(head.position.rawValue)")
    case nil where head.position > end:
      .init(
        "known head", .difference,
        "\(LedgerError.journalRolledBack(program: program, expected: head.position, found: end))")
    default:
      .init(
        "known head", .difference,
        "\(LedgerError.journalExchanged(program: program, position: head.position))")
    }
  }

  /// Judges everybody's attendance again; a log that ends before the program did so itself can not tell.
  private func attendance(_ name: String) -> VerifyReport.Line {
    guard !state.isAttendanceDue else {
      return .init(
        "attendance", .unchecked, "\(name): corrections are being judged; verify again in a moment")
    }
    for number in 1..<UInt32(state.learners.count + 1) {
      let learner = LearnerNumber(rawValue: number)
      guard !state.isAttendanceRight(of: learner) else { continue }
      return .init(
        "attendance", .difference,
        "\(name): learner \(state.learners.externalID(learner)) should have other perfect attendances"
      )
    }
    return .init("attendance", .ok, "\(name): \(state.learners.count) learners judged again")
  }

  private func accounts(_ name: String) -> VerifyReport.Line {
    var sum = Totals()
    for number in 1..<UInt32(state.learners.count + 1) {
      let learner = LearnerNumber(rawValue: number)
      let accounts = state.learners[learner].accounts
      guard accounts.isBalanced else {
        return .init(
          "accounts", .difference,
          "\(name): the accounts of learner \(state.learners.externalID(learner)) do not balance")
      }
      guard accounts == Accounts() || state.learners.surviving(learner) == learner else {
        return .init(
          "accounts", .difference,
          "\(name): \(state.learners.externalID(learner)) was merged and has points of its own")
      }
      sum.earned += accounts.earned
      sum.bonus += accounts.bonus
      sum.adjusted += accounts.adjusted
      sum.spendable += accounts.spendable
    }
    guard sum == totals else {
      return .init(
        "accounts", .difference,
        "\(name): learners hold \(sum.earned) earned, the log posted \(totals.earned)")
    }
    return .init("accounts", .ok, "\(name): \(state.learners.count) learners, Σ = 0")
  }
}

/// What the log's records add up to, apart from the rows they touch.
private struct Totals: Equatable {
  var earned: Int64 = 0
  var bonus: Int64 = 0
  var adjusted: Int64 = 0
  var spendable: Int64 = 0

  mutating func add(_ change: Change, _ buffer: ChangeBuffer) {
    switch change {
    case .fact(let fact):
      let points = buffer.outcomes[fact.outcomes.range].reduce(0) { $0 + $1.points }
      earned += points
      spendable += points - fact.debtPaid
    case .moved(let move):
      earned += move.posting.points
      spendable += move.posting.spendable
    case .granted(let grant):
      switch grant.account {
      case .earned: earned += grant.posting.points
      case .bonus: bonus += grant.posting.points
      case .adjusted: adjusted += grant.posting.points
      case .expired: break
      }
      adjusted += grant.adjusted
      spendable += grant.spendable
    case .lot(let lot): spendable -= lot.expired
    case .merged(let merge): spendable -= merge.debtPaid
    default: break
    }
  }
}
