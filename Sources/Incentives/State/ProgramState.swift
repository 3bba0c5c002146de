/// The living state of one program: a projection of its log, resident in memory.
///
/// `decide` functions read it and never change it; `apply` changes it and never decides. Its size
/// follows the number of learners, open periods and windows that never close, not the length of
/// history. It belongs to one thread.
public final class ProgramState {
  /// The program.
  public let number: ProgramNumber
  /// The keyed hash of this store, with which all words are hashed.
  public let hash: KeyedHash
  /// The last record applied.
  public internal(set) var position = Position.none
  /// The program's time: of the last advance where the clock is manual, else of the last tick.
  public internal(set) var clock = Instant.distantPast
  /// The last day that is closed; facts of it and earlier days are late.
  public internal(set) var closedThrough = LocalDay(number: .min)

  /// The definition applied last.
  public internal(set) var definition = ProgramDefinition(id: "", name: "", zone: "UTC")
  /// Its version, from 1; 0 before the first.
  public internal(set) var version: UInt32 = 0
  /// The zone's offsets.
  public internal(set) var zone = ZoneOffsets.utc
  /// The teaching days.
  public internal(set) var calendar: Calendar {
    get { rulebook.calendar }
    set { rulebook.calendar = newValue }
  }
  /// What judges facts.
  var rulebook = Rulebook()
  /// The recompute under way, and what it knows of before; nil while none runs.
  var recomputing: Recomputing?
  /// Facts that one step of a recompute judges, about; under 2 ms.
  public var recomputedFactsMax = 512
  /// Sheets of open days that hold what earlier rule sets saw in facts.
  var staleSheets: [StaleSheets] = []
  /// Definitions that wait for a second person.
  public internal(set) var proposals: [ProposalChange] = []
  /// The declared terms.
  public var terms: Terms? { rulebook.terms }
  /// The ids of terms by number − 1; a term keeps its number across versions.
  public internal(set) var termIDs: [String] = []
  /// The lots of terms that expire, in the order in which they are spent.
  public internal(set) var lots: [TermLot] = []
  /// The terms whose statements are written: what counts in them does not move any more.
  public internal(set) var frozenTerms: Set<TermNumber> = []
  /// The rule sets by the instant they take effect.
  public var ruleSets: ContiguousArray<RuleSet> { rulebook.sets }

  /// The words of the program by kind.
  public internal(set) var names: NameTables
  /// The learners.
  public internal(set) var learners = LearnerTable()
  /// The groups; index 0 is none.
  public internal(set) var groups: ContiguousArray<GroupRow> = [GroupRow()]
  /// The groups in the bytewise order of their ids.
  public internal(set) var groupOrder = IdentifierOrder()
  /// The batches by number − 1.
  public internal(set) var batches: ContiguousArray<BatchRow> = []

  /// The sessions.
  public internal(set) var sessions = SessionTable()
  /// Rows of attendance, leaves, perfect attendance.
  public internal(set) var attendance = AttendanceTable()
  /// The ids of perfect attendances by number − 1; one keeps its number across versions.
  public internal(set) var perfectIDs: [String] = []
  /// When perfect attendance was judged last; nil before the first time.
  public internal(set) var judged: AttendanceJudgedChange?
  /// Of whom it is to be judged anew.
  var judging = Judging()

  /// The members of staff; index 0 is none.
  public internal(set) var staff: ContiguousArray<StaffMember> = [StaffMember()]

  /// What is resident of each period that is not closed.
  public internal(set) var periods: [Period: OpenPeriod] = [:]
  /// The period that never closes.
  public let allTime: OpenPeriod
  /// The awards.
  public internal(set) var awards = AwardTable()
  /// The declaration of every award there ever was, as it stood last.
  public internal(set) var awardsByNumber: [AwardNumber: AwardDefinition] = [:]
  /// The stars by the instant they take effect.
  public internal(set) var starSets: ContiguousArray<StarSet> = []
  /// The rules among what pays by a rule's number: streaks, badges and quests are none.
  var pointsRules: Set<RuleNumber> = []
  /// What stars add up, by number.
  public internal(set) var starScopes: ContiguousArray<StarScope> = []
  /// The sums of closed periods with which improvement is compared.
  public internal(set) var pastSums: [PastSumsKey: StarSums] = [:]
  /// The sources that sent facts with a date only.
  public internal(set) var dateOnlySources: Set<SourceNumber> = []
  /// How many facts wait for the roster.
  public internal(set) var pendingCount = 0
  /// What each person granted this week.
  public internal(set) var budgets = GrantBudgets()
  /// How many facts were recorded.
  public internal(set) var factCount: UInt64 = 0
  /// Every definition of a rule there ever was, by its number.
  public internal(set) var rulesByNumber: [RuleNumber: Rule] = [:]
  /// When the latest fact happened.
  public internal(set) var latestFact = Instant.distantPast
  /// Jobs that have not ended, by number.
  public internal(set) var jobs: [Job] = []
  /// The number of the last job.
  public internal(set) var lastJob: UInt32 = 0

  /// The rehearsals of the server; none in the state of a program.
  public internal(set) var rehearsals = Rehearsals()

  /// When the next day or term closes: a wall clock is to be moved on then.
  public internal(set) var nextClosing = Instant.distantFuture
  /// The period to close next: of those that are due, the one whose time came first.
  var nextToClose: Period?
  /// What the running job has gathered; found again after a restart.
  var gathering: Gathering?
  /// Whom the batch concerns that a job takes back; asked for again after a restart.
  var reversing: (job: UInt32, learners: [LearnerNumber])?
  var zoneCursor = ZoneCursor()
  var recent = RecentPeriods()
  /// Reused by decisions on facts.
  var scratch = FactScratch()

  /// The state before the first record.
  public init(number: ProgramNumber, hash: KeyedHash) {
    self.number = number
    self.hash = hash
    names = NameTables(hash: hash)
    allTime = OpenPeriod(.all, firstPosition: .none)
    periods[.all] = allTime
    groupOrder.append("")
  }

  /// Bytes held by the parts that grow.
  public var bytes: Int {
    learners.bytes + names.bytes + attendance.bytes
      + periods.values.reduce(0) { $0 + $1.bytes } + lots.reduce(0) { $0 + $1.bytes }
      + pastSums.values.reduce(0) { $0 + $1.sums.bytes } + awards.bytes
  }
}

/// A group of a program.
public struct GroupRow: Hashable, Sendable {
  /// The name people read.
  public var title = ""
  /// Whether it was declared; a group that was only named in a membership is not.
  public var isDeclared = false
  /// The cohorts it belonged to, each since a record; none at first.
  private var cohorts: [Belonging]

  private struct Belonging: Hashable, Sendable {
    var since: Position
    var cohort: CohortNumber
  }

  /// Makes a group that was not declared, which a record named first.
  public init(since position: Position = .none) {
    cohorts = [Belonging(since: position, cohort: .none)]
  }

  /// The cohort it belongs to; none for a group across cohorts.
  public var cohort: CohortNumber { cohorts.last?.cohort ?? .none }

  /// The cohort it belonged to when the record at `cut` was made; nil where there was no such group.
  func cohort(asOf cut: Position) -> CohortNumber? { cohorts.last { $0.since <= cut }?.cohort }

  mutating func join(_ cohort: CohortNumber, at position: Position) {
    guard cohort != self.cohort else { return }
    cohorts.append(Belonging(since: position, cohort: cohort))
  }
}

/// Long work as a journaled cursor.
public struct Job: Hashable, Sendable {
  /// Its number.
  public var number: UInt32
  /// What it does.
  public var kind: JobKind
  /// The period it closes, or the term whose lot expires; `all` where there is none.
  public var period: Period
  /// How many places it has written, learners first, then groups; or the last learner it looked at.
  public var cursor: UInt32
  /// The record it began with: what it reads of people is as it was then.
  public var cut: Position
  /// The batch it takes back; none where it closes a period.
  public var batch: BatchNumber

  /// The job that a record tells of, which began with the record at `cut`.
  public init(_ change: JobChange, cut: Position) {
    number = change.job
    kind = change.kind
    period = change.period
    cursor = change.cursor
    batch = change.batch
    self.cut = cut
  }

  /// The job as a record tells of it.
  public func change(_ state: JobState = .running) -> JobChange {
    JobChange(
      job: number, kind: kind, state: state, period: period, cursor: cursor, batch: batch)
  }
}

extension [Job] {
  /// Begins, moves on or ends the job that a record tells of; the others keep their turn.
  public mutating func apply(_ change: JobChange, at position: Position) {
    let place = firstIndex { $0.number == change.job }
    let job = Job(change, cut: place.map { self[$0].cut } ?? position)
    switch (place, change.state) {
    case (let place?, .running): self[place] = job
    case (let place?, .done): remove(at: place)
    case (nil, .running): append(job)
    case (nil, .done): break
    }
  }
}

/// The tables of words, one for each kind.
public struct NameTables {
  private let hash: KeyedHash
  private var tables: ContiguousArray<NameTable>

  init(hash: KeyedHash) {
    self.hash = hash
    let count = (NameKind.allCases.map { Int($0.rawValue) }.max() ?? 0) + 1
    tables = ContiguousArray(repeating: NameTable(), count: count)
  }

  /// The table of a kind.
  public subscript(kind: NameKind) -> NameTable { tables[Int(kind.rawValue)] }

  /// The number of a word whose hash is known.
  func number(_ kind: NameKind, _ word: UnsafeRawBufferPointer, hash: UInt64) -> UInt32? {
    tables[Int(kind.rawValue)].number(of: word, hash: hash)
  }

  /// The number of a word; for cold paths.
  public func number(_ kind: NameKind, _ word: String) -> UInt32? {
    var word = word
    return word.withUTF8 { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      return number(kind, raw, hash: hash.hash64(raw))
    }
  }

  /// The word of a number; for cold paths.
  public func word(_ kind: NameKind, _ number: UInt32) -> String {
    number == 0 ? "" : tables[Int(kind.rawValue)].word(number)
  }

  /// Lends the bytes of a word.
  public func withWord<R>(
    _ kind: NameKind, _ number: UInt32, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R { try tables[Int(kind.rawValue)].withWord(number, body) }

  /// How many words of a kind there are.
  public func count(_ kind: NameKind) -> Int { tables[Int(kind.rawValue)].count }

  /// Bytes held.
  public var bytes: Int { tables.reduce(0) { $0 + $1.bytes } }

  mutating func add(_ kind: NameKind, _ word: UnsafeRawBufferPointer) -> UInt32 {
    tables[Int(kind.rawValue)].add(word, hash: hash.hash64(word))
  }
}
