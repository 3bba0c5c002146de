import Incentives

/// How many pages a stretch will touch, at most: known before anything is written.
///
/// A table's neighbours share pages. So what a stretch touches of a day, a board or the roster is bounded
/// twice: by its rows, and by all rows there can be.
extension ProgramDelta {
  /// An upper estimate of the pages of all tables.
  var pages: Int {
    let learners = Int(program.row.learnerCount) + 1
    let groups = learners
    var sum = 64 + structure.reduce(0) { $0 + 1 + $1.records.count / 2_048 }
    sum += Self.pages(
      rows: learnerOrder.runCount, all: learners / Int(LearnerBlock.span), bytesOfRow: 900)
    for period in periods.values {
      sum += Self.pages(
        rows: period.learnerSums.blockCount(of: ScoreBlock.span),
        all: learners / Int(ScoreBlock.span), bytesOfRow: 320)
      sum += Self.pages(
        rows: period.groupSums.blockCount(of: ScoreBlock.span),
        all: groups / Int(ScoreBlock.span), bytesOfRow: 320)
      sum += period.windowOrder.runCount / 3 + 2
      if period.clears { sum += learners * 24 / 2_048 }
    }
    sum += logPages(learners: learners)
    sum += known.count / 100 + 4
    sum += pending.count / 40 + 2
    sum += standings.reduce(0) { $0 + $1.places.count / 20 + 4 }
    return sum
  }

  private static func pages(rows: Int, all: Int, bytesOfRow: Int) -> Int {
    min(rows, (all + 1) * bytesOfRow / 2_048) + 2
  }

  private func logPages(learners: Int) -> Int {
    var sum = 2
    var place = 0
    while place < logOrder.keys.count {
      let day = logOrder.keys[place] >> 32
      var rows = 0
      var block: UInt64?
      while place < logOrder.keys.count, logOrder.keys[place] >> 32 == day {
        let next = logOrder.keys[place] & 0xffff_ffff / UInt64(LogBlock.span)
        if next != block { rows += 1 }
        block = next
        place += 1
      }
      sum += Self.pages(rows: rows, all: learners / Int(LogBlock.span), bytesOfRow: 400)
    }
    return sum
  }
}
