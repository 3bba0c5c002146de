import Incentives
import LMDB

/// The log by learner.
extension StateReader {
  /// Rows looked for in one read transaction.
  private static var seeksMax: Int { 2_048 }

  /// The records that speak of a learner's days, in the order of the log.
  ///
  /// They are facts, what moved or changed them, reversals and grants; the days are those that the
  /// records speak of, not those on which they came. Those of `others` are as good as the learner's.
  public func log(
    of learner: LearnerNumber, alsoKnown others: [LearnerNumber] = [], in program: ProgramNumber,
    days: ClosedRange<LocalDay> = LocalDay(number: .min)...LocalDay(number: .max)
  ) throws -> LearnerLog {
    var log = LearnerLog(
      learner: learner, alsoKnown: others, positions: [], buffer: ChangeBuffer(), times: [])
    let positions = try positions(of: [learner] + others, in: program, days: days)
    try records(of: program, at: positions, into: &log)
    return log
  }

  /// The positions of these records, ascending.
  func positions(
    of learners: [LearnerNumber], in program: ProgramNumber, days: ClosedRange<LocalDay>
  ) throws -> ContiguousArray<Position> {
    var found: ContiguousArray<Position> = []
    for learner in learners {
      var walk = LogWalk(learner: learner, program: program, days: days)
      while !walk.isAtEnd {
        try read { transaction in
          var seeks = 0
          while !walk.isAtEnd, seeks < Self.seeksMax {
            try walk.step(transaction, into: &found)
            seeks += 1
          }
        }
      }
    }
    found.sort()
    return found
  }
}

/// Goes from day to day through the rows of one learner, leaping over days without any row.
private struct LogWalk {
  let program: ProgramNumber
  let member: UInt8
  let block: UInt32
  let last: LocalDay
  /// The day to look at next; nil at the end.
  private var day: LocalDay?

  init(learner: LearnerNumber, program: ProgramNumber, days: ClosedRange<LocalDay>) {
    self.program = program
    member = UInt8(learner.rawValue % LogBlock.span)
    block = learner.rawValue / LogBlock.span
    day = days.lowerBound
    last = days.upperBound
  }

  var isAtEnd: Bool { day == nil }

  mutating func step(
    _ transaction: borrowing ReadTransaction, into found: inout ContiguousArray<Position>
  ) throws {
    guard let day else { return }
    let wanted = LogKey(program, day, block: block)
    let key = try transaction.key(StateSchema.log, at: .atOrAfter(wanted))
    guard let key, key.program == program, key.day <= last else {
      self.day = nil
      return
    }
    if key == wanted {
      if let row = try transaction.get(StateSchema.log, key) {
        found.append(contentsOf: row.positions(of: member))
      }
      self.day = after(day)
    } else if key.day == day || key.block > block {
      self.day = after(key.day)
    } else {
      self.day = key.day
    }
  }

  private func after(_ day: LocalDay) -> LocalDay? { day < last ? day.next : nil }
}
