import Incentives
import LMDB

/// How many pages a stretch will touch, at most: known before anything is written.
///
/// Neighbours share pages. So what a stretch touches of a table is bounded twice: by the rows it
/// touches, and by the pages there are, with room for what is new. A day's log is a part of its table and
/// bounded by what the rows of all learners take.
struct DeltaPages {
  /// What a row takes at most when it is new, with its key; windows of a first fact take less.
  private static let newRowBytes = 128
  /// A page that was split is half full.
  private static let usableBytes = 2_048

  private let pages: [Int]
  private let rows: [Int]

  /// Measures the tables; costs a few calls.
  init(_ store: StateStore) throws {
    (pages, rows) = try storing {
      try store.environment.read { transaction in
        (
          try Self.measured.map { try transaction.pageCount($0) },
          try Self.measured.map { try transaction.count($0) }
        )
      }
    }
  }

  private static let measured: [any TableDeclaration] = [
    StateSchema.learners, StateSchema.scores, StateSchema.windows, StateSchema.log,
    StateSchema.structure, StateSchema.lots,
  ]
  private static let (learners, scores, windows, log, structure, lots) = (0, 1, 2, 3, 4, 5)

  /// An upper estimate of the pages that some programs' changes touch.
  func touched(by deltas: [ProgramDelta]) -> Int {
    var sum = 64
    var structureRows = 0
    var learnerRows = 0
    var scoreRows = 0
    var windowRows = 0
    var lotRows = 0
    for delta in deltas {
      structureRows += delta.structure.count
      sum += delta.structure.reduce(0) { $0 + $1.records.count / Self.usableBytes }
      learnerRows += delta.learnerOrder.runCount
      for period in delta.periods.values {
        scoreRows += period.learnerSums.blockCount(of: ScoreBlock.span)
        scoreRows += period.groupSums.blockCount(of: ScoreBlock.span)
        windowRows += period.windowOrder.runCount
        sum += 2 * Self.starRows(of: period)
        if period.clears { sum += pages[Self.scores] / 4 + pages[Self.windows] / 2 }
      }
      sum += delta.retired.reduce(0) { $0 + 2 * Self.starRows(of: $1) }
      for lot in delta.lots.values {
        lotRows += lot.left.blockCount(of: ScoreBlock.span)
        lotRows += lot.expired.blockCount(of: ScoreBlock.span)
      }
      // A row each, and a leaf each of the scores of every open period and of every lot.
      let lots = delta.program.time.lots.count
      sum += delta.handovers.reduce(0) {
        $0 + 2 + 2 * $1.periods.count + 2 * $1.stars.count + 4 * lots
      }
      sum += logPages(delta) + delta.known.count / 100 + delta.pending.count / 40
      sum += delta.audit.blocks.reduce(0) { $0 + $1.block.byteCount / Self.usableBytes + 1 }
      sum += delta.standings.reduce(0) { $0 + $1.places.count / 20 + 4 } + 8
    }
    sum += bound(structureRows, Self.structure) + bound(learnerRows, Self.learners, bytes: 900)
    sum += bound(scoreRows, Self.scores, bytes: 320) + bound(windowRows, Self.windows)
    sum += bound(lotRows, Self.lots, bytes: 320)
    // The branches above the leaves.
    return sum + sum / 32
  }

  private static func starRows(of period: PeriodDelta) -> Int {
    period.stars.reduce(0) { $0 + $1.sums.blockCount(of: ScoreBlock.span) }
  }

  private func bound(_ rows: Int, _ table: Int, bytes: Int = newRowBytes) -> Int {
    min(rows, pages[table] + rows * bytes / Self.usableBytes) + 2
  }

  /// The log's pages, day by day: a day has a row for each block of learners at most.
  private func logPages(_ delta: ProgramDelta) -> Int {
    let blocks = Int(delta.program.row.learnerCount / LogBlock.span) + 1
    let rowBytes = max(
      Self.newRowBytes, rows[Self.log] == 0 ? 0 : pages[Self.log] * 4_096 / rows[Self.log])
    var sum = 2
    for rows in delta.logRows { sum += min(rows, blocks * rowBytes * 2 / Self.usableBytes) + 2 }
    return sum
  }
}

extension ProgramDelta {
  /// How many rows of the log the stretch touches, day by day.
  fileprivate var logRows: [Int] {
    var counts: [Int] = []
    var day: UInt64?
    var block: UInt64?
    for key in logOrder.keys {
      let next = key & 0xffff_ffff / UInt64(LogBlock.span)
      if key >> 32 != day {
        day = key >> 32
        counts.append(1)
      } else if next != block {
        counts[counts.count - 1] += 1
      }
      block = next
    }
    return counts
  }
}
