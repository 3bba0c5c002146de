import LMDB
import Trials

/// The floor under every durable figure: equal blocks appended to a bare LMDB table, one sync each.
///
/// No ledger can be quicker than its own bytes on this disk at this moment, so the table shows both.
enum RawAppend {
  private static let blocks = BlockTable<UInt64>(0, "blocks", typeID: 1, formatVersion: 1)

  /// Appends blocks of a size, such as a run's commits wrote, for a few seconds at most; gives the seconds a block takes.
  static func secondsPerBlock(
    like figures: ServerFigures, in directory: TrialDirectory
  ) throws -> Double {
    let blocksMax = max(1, Int(figures.commits))
    let bytes = max(16, Int(figures.bytes) / blocksMax)
    let environment = try Environment.open(
      at: directory.fresh("floor"), format: EnvironmentFormat(kind: "floor", version: 1),
      tables: [blocks])
    let began = Load.now()
    var count = 0
    while count < max(10, blocksMax), Load.now() - began < 3_000_000 {
      let key = UInt64(count)
      try environment.write { transaction in
        try transaction.appendBlock(blocks, key, byteCount: bytes) { block in
          for place in stride(from: 0, to: block.count, by: 1) {
            block[place] = UInt8(truncatingIfNeeded: place)
          }
        }
      }
      count += 1
    }
    let seconds = Double(Load.now() - began) / 1_000_000
    try environment.close()
    return seconds / Double(count)
  }

  /// The facts a second that a run's own blocks allow.
  static func factsPerSecond(_ measured: Measured, in directory: TrialDirectory) throws -> Double {
    let commits = Double(max(1, measured.figures.commits))
    return Double(measured.load.facts) / commits
      / (try secondsPerBlock(like: measured.figures, in: directory))
  }
}
