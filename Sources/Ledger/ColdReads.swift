import Incentives

extension Store {
  /// Records at positions that are durable, in the order asked; each block is read once for neighbours.
  public func records(_ program: ProgramNumber, _ positions: [Position]) throws -> [KnownRecord] {
    try journal.records(of: program, at: positions, keys: vault.keyring(of: program))
  }
}

extension Journal {
  /// Records at positions, in the order asked, each with its own texts.
  func records(
    of program: ProgramNumber, at positions: [Position], keys: some LearnerKeyring
  ) throws -> [KnownRecord] {
    var found: [KnownRecord] = []
    var next = 0
    while next < positions.count {
      try block(of: program, containing: positions[next]) { block in
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
