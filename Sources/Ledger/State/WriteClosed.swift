import Incentives
import LMDB

/// Writes what grows with the log and is then left alone: identities, and the boards of closed periods.
extension ProgramDelta {
  func writeKnown(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    var next = 0
    while next < known.count {
      let key = StateSchema.key(
        of: known[next].position, span: StateSchema.knownSpan, in: program.number)
      var chunk = try chunk(key, transaction)
      let end = key.position.rawValue + StateSchema.knownSpan
      while next < known.count, known[next].position.rawValue < end {
        chunk.append(known[next].identity, number: known[next].position.rawValue)
        next += 1
      }
      let bytes = chunk.sealed(under: secret)
      try transaction.putBlock(StateSchema.known, key, byteCount: bytes.count) {
        $0.copyBytes(from: bytes)
      }
    }
    program.row.knownCount += UInt64(known.count)
  }

  private func chunk(
    _ key: PositionKey, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) -> FactIndexChunk {
    let found = try KnownChunk.read(transaction, key, secret)
    return found
      ?? FactIndexChunk(program: program.number.rawValue, firstNumber: key.position.rawValue)
  }

  func writeClosed(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    for (change, places) in standings { try write(change, places, transaction) }
    for (period, board) in closed {
      try transaction.put(StateSchema.closed, PeriodKey(program.number, period), board)
    }
  }

  private func write(
    _ change: StandingsChange, _ places: ContiguousArray<Standing>,
    _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    func key(_ block: UInt32) -> BoardKey {
      BoardKey(program.number, change.period, ranksGroups: change.ranksGroups, block: block)
    }
    if change.first == 0 {
      // A term that was extended after it had closed is closed again.
      _ = try transaction.deleteRange(
        StateSchema.standings, from: key(0), through: key(.max), limit: .max)
      _ = try transaction.deleteRange(
        StateSchema.places, from: key(0), through: key(.max), limit: .max)
    }
    var last = try lastPlace(before: change.first, key, transaction)
    var next = 0
    while next < places.count {
      let place = change.first + UInt32(next)
      let number = place / StandingsBlock.span
      let isEqual = last.map { $0.score == places[next].score } ?? false
      let rank = isEqual ? last?.rank ?? place + 1 : place + 1
      var block =
        try transaction.get(StateSchema.standings, key(number)) ?? StandingsBlock(firstRank: rank)
      let room = Int(StandingsBlock.span - place % StandingsBlock.span)
      block.places.append(contentsOf: places[next..<min(places.count, next + room)])
      try transaction.put(StateSchema.standings, key(number), block)
      last = block.lastPlace(first: number * StandingsBlock.span)
      next += room
    }
    try writePlaces(change, places, key, transaction)
  }

  /// The score and rank of the place before one; nil for the first.
  private func lastPlace(
    before place: UInt32, _ key: (UInt32) -> BoardKey, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) -> (score: Int64, rank: UInt32)? {
    guard place > 0 else { return nil }
    let number = (place - 1) / StandingsBlock.span
    let block = try transaction.get(StateSchema.standings, key(number))
    return block?.lastPlace(first: number * StandingsBlock.span)
  }

  private func writePlaces(
    _ change: StandingsChange, _ places: ContiguousArray<Standing>, _ key: (UInt32) -> BoardKey,
    _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    let order = StableOrder(
      ContiguousArray(places.lazy.map { UInt64($0.member / PlacesBlock.span) }))
    try order.forEachRun { number, indices throws(LMDBError) in
      let key = key(UInt32(number))
      var block = try transaction.get(StateSchema.places, key) ?? PlacesBlock()
      for index in indices {
        let member = places[Int(index)].member
        block.places[Int(member % PlacesBlock.span)] = change.first + index
      }
      try transaction.put(StateSchema.places, key, block)
    }
  }
}

extension StandingsBlock {
  /// The score and rank of its last place, given the place of its first.
  func lastPlace(first: UInt32) -> (score: Int64, rank: UInt32)? {
    guard let last = places.last, let rank = ranks(first: first).last else { return nil }
    return (last.score, rank)
  }
}

/// A run of identities as it lies in the table `known`.
enum KnownChunk {
  /// The chunk of a key, or nil when there is none; throws where one does not open.
  static func read(
    _ transaction: borrowing WriteTransaction, _ key: PositionKey, _ secret: KeyedHash
  ) throws(LMDBError) -> FactIndexChunk? {
    do {
      return try transaction.withBlock(StateSchema.known, key) { span in
        try span.withUnsafeBytes { try open($0, key, secret) }
      }
    } catch let error as LMDBError {
      throw error
    } catch {
      throw damaged(key)
    }
  }

  /// Opens a chunk; throws when it is not what was written at this key.
  static func open(
    _ bytes: UnsafeRawBufferPointer, _ key: PositionKey, _ secret: KeyedHash
  ) throws(LMDBError) -> FactIndexChunk {
    do {
      let chunk = try FactIndexChunk(opening: bytes, under: secret)
      guard chunk.program == key.program.rawValue, chunk.firstNumber == key.position.rawValue
      else { throw damaged(key) }
      return chunk
    } catch {
      throw damaged(key)
    }
  }

  private static func damaged(_ key: PositionKey) -> LMDBError {
    let bytes = withUnsafeBytes(of: key.position.rawValue.bigEndian) { Array($0) }
    return .corrupt(table: StateSchema.known.name.description, key: bytes)
  }
}
