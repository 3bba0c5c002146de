import Foundation
import Incentives
import Ledger
import Testing

/// A directory of its own for one test, removed at its end.
final class TestDirectory {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("laurel-ledger-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// The bytes of a file.
  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  /// Replaces the bytes of a file.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }
}

/// Blocks of advances, whose times count upwards from 1: enough to see order and gaps.
struct JournalScript: ~Copyable {
  private var encoder = BlockEncoder(epoch: 1)
  private(set) var heads: [ProgramNumber: Head] = [:]
  private var tick: Int64 = 0

  mutating func block(of program: UInt32, records: Int) throws -> EncodedBlock {
    let program = ProgramNumber(rawValue: program)
    var buffer = ChangeBuffer()
    for _ in 0..<records {
      tick += 1
      buffer.changes.append(.advanced(AdvanceChange(to: Instant(seconds: tick))))
    }
    let block = try encoder.encode(
      buffer, 0..<records, of: program, after: heads[program] ?? .none,
      time: Instant(seconds: tick))
    heads[program] = block.head
    return block
  }
}
