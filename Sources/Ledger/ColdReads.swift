import Incentives
import Synchronization

extension Store {
  /// Records at positions that are durable, in the order asked; each block is read once for neighbours.
  public func records(_ program: ProgramNumber, _ positions: [Position]) throws -> [KnownRecord] {
    let keys = vault.keyring(of: program)
    var found: [KnownRecord] = []
    var next = 0
    while next < positions.count {
      try journal.block(of: program, containing: positions[next]) { block in
        while next < positions.count, block.contains(positions[next]) {
          var buffer = ChangeBuffer()
          try block.decode(positions[next], into: &buffer, keys: keys)
          found.append(
            KnownRecord(position: positions[next], change: buffer.changes[0], buffer: buffer))
          next += 1
        }
      }
    }
    return found
  }
}
