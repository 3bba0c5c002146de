import Incentives
import LMDB

/// What the tables of a program stand for: a head of its log, and what is counted for it as a whole.
///
/// Written by the transaction that brings the tables there, so the two never part.
struct ProgramRow: ValueCodec, Hashable {
  static let typeID: UInt32 = 1
  static let formatVersion: UInt8 = 3

  /// The end of the log as the tables know it.
  var head = Head.none
  /// What the living state counts.
  var counters = ProgramState.Counters()
  /// The program's time.
  var clock = Instant.distantPast
  /// The last day that is closed.
  var closedThrough = LocalDay(number: .min)
  /// How many learners got a number.
  var learnerCount: UInt32 = 0
  /// How many identities are in `known`.
  var knownCount: UInt64 = 0
  /// The jobs that have not ended, in the order of the log.
  var jobs: [Job] = []
  /// What each person granted in the latest week.
  var budgets = GrantBudgets()

  init() {}

  var byteCount: Int {
    116 + counters.dateOnlySources.count * 2 + jobs.count * Self.jobBytes + budgets.granted.count
      * Self.budgetBytes
  }

  private static let jobBytes = 26
  private static let budgetBytes = 14
  /// The week before anything was granted.
  private static let noWeek = Int32.min

  func encode(into writer: inout ValueWriter) {
    writer.append(head.position.rawValue)
    writer.append(head.hash.bytes)
    writer.append(head.time.microseconds)
    writer.append(counters.factCount)
    writer.append(UInt64(counters.pendingCount))
    writer.append(counters.latestFact)
    writer.append(counters.lastJob)
    writer.append(clock.microseconds)
    writer.append(closedThrough.number)
    writer.append(learnerCount)
    writer.append(knownCount)
    writer.append(budgets.week?.index ?? Self.noWeek)
    writer.append(UInt32(budgets.granted.count))
    for (holder, points) in budgets.granted.sorted(by: { $0.key < $1.key }) {
      writer.append(holder.principal.rawValue)
      writer.append(holder.cohort.rawValue)
      writer.append(points)
    }
    writer.append(UInt32(counters.dateOnlySources.count))
    for source in counters.dateOnlySources { writer.append(source) }
    writer.append(UInt32(jobs.count))
    for job in jobs {
      writer.append(job.number)
      writer.append(job.kind.rawValue)
      writer.append(job.period.kind.rawValue)
      writer.append(job.period.index)
      writer.append(job.cursor)
      writer.append(job.cut.rawValue)
      writer.append(job.batch.rawValue)
    }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    let position = Position(rawValue: try reader.next())
    let hash = BlockHash(reading: try reader.nextBytes(BlockHash.byteCount), at: 0)
    head = Head(position: position, hash: hash, time: Instant(microseconds: try reader.next()))
    counters.position = position.rawValue
    counters.factCount = try reader.next()
    counters.pendingCount = Int(truncatingIfNeeded: try reader.next(as: UInt64.self))
    counters.latestFact = try reader.next()
    counters.lastJob = try reader.next()
    clock = Instant(microseconds: try reader.next())
    closedThrough = LocalDay(number: try reader.next())
    learnerCount = try reader.next()
    knownCount = try reader.next()
    budgets = try Self.budgets(&reader)
    for _ in 0..<(try reader.next(as: UInt32.self)) {
      counters.dateOnlySources.append(try reader.next())
    }
    for _ in 0..<(try reader.next(as: UInt32.self)) { jobs.append(try Self.job(&reader)) }
  }

  private static func budgets(_ reader: inout ValueReader) throws(InvalidValue) -> GrantBudgets {
    let week = try reader.next(as: Int32.self)
    var granted: [GrantBudgets.Holder: Int64] = [:]
    for _ in 0..<(try reader.next(as: UInt32.self)) {
      let principal = PrincipalNumber(rawValue: try reader.next())
      let cohort = CohortNumber(rawValue: try reader.next())
      granted[GrantBudgets.Holder(principal: principal, cohort: cohort)] = try reader.next()
    }
    return GrantBudgets(
      week: week == noWeek ? nil : Period(kind: .week, index: week), granted: granted)
  }

  private static func job(_ reader: inout ValueReader) throws(InvalidValue) -> Job {
    let number = try reader.next(as: UInt32.self)
    guard let kind = JobKind(rawValue: try reader.next()),
      let periodKind = PeriodKind(rawValue: try reader.next())
    else { throw InvalidValue() }
    let period = Period(kind: periodKind, index: try reader.next())
    let cursor = try reader.next(as: UInt32.self)
    let cut = Position(rawValue: try reader.next())
    let change = JobChange(
      job: number, kind: kind, state: .running, period: period, cursor: cursor,
      batch: BatchNumber(rawValue: try reader.next()))
    return Job(change, cut: cut)
  }
}
