import Incentives
import LMDB

extension Journal {
  /// Records read in one read transaction.
  private static var recordsMax: Int { 256 }

  /// Appends the records at ascending positions to a log, with the times of their blocks.
  ///
  /// They are read where they lie, each found by its block's table, so that one record of a large block
  /// costs no copy of the block. Throws `.noSuchRecord` where a position is not in the log.
  func records(
    of program: ProgramNumber, at positions: ContiguousArray<Position>, keys: some LearnerKeyring,
    into log: inout LearnerLog
  ) throws {
    var next = 0
    while next < positions.count {
      let end = min(positions.count, next + Self.recordsMax)
      try storing {
        try environment.read { transaction in
          while next < end {
            next = try readBlock(
              transaction, of: program, positions[next..<end], keys: keys, into: &log)
          }
        }
      }
    }
  }

  /// Reads those of the positions that are in the block of the first; answers the index of the next.
  private func readBlock(
    _ transaction: borrowing ReadTransaction, of program: ProgramNumber,
    _ positions: ArraySlice<Position>, keys: some LearnerKeyring, into log: inout LearnerLog
  ) throws -> Int {
    let first = positions[positions.startIndex]
    let missing = LedgerError.noSuchRecord(program: program, position: first)
    let key = try transaction.key(
      JournalSchema.blocks, at: .atOrBefore(BlockKey(program: program, first: first)))
    guard let key, key.program == program else { throw missing }
    let next = try transaction.withBlock(JournalSchema.blocks, key) { span in
      try span.withUnsafeBytes { bytes in
        let block = try BlockView(bytes)
        guard block.header.program == program, block.header.first == key.first else {
          throw LedgerError.corruptBlock(
            program: program, position: key.first, problem: "it lies in another block's place")
        }
        var index = positions.startIndex
        while index < positions.endIndex, block.contains(positions[index]) {
          try block.decode(positions[index], into: &log.buffer, keys: keys)
          log.positions.append(positions[index])
          log.times.append(block.header.time)
          index += 1
        }
        return index
      }
    }
    guard let next, next > positions.startIndex else { throw missing }
    return next
  }
}
