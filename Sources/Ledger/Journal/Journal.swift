import Glibc
import Incentives
import LMDB
import Synchronization

/// Every program's log: the truth that everything else is computed from.
///
/// Blocks lie in an LMDB environment of their own, keyed by program and first position. A block is
/// appended only where its program's log ends and only if it names the hash of the block before, so the
/// logs are chains without gaps. What `append` returned from is on the disk.
///
/// Threads: `append` belongs to one thread, always the same. Reading is free to all, at the same time,
/// and never sees a block that is not durable. Readers get copies of a few megabytes: a read transaction
/// ends before anybody looks at a block, since one held open would make the file grow.
///
/// Blocks are lent with their header's checksum compared, and their records are compared in decoding:
/// that finds accidents. Forgeries are found by `BlockView.verify(after:)`, which is up to the reader.
public final class Journal: Sendable {
  let environment: Environment
  private let heads: Mutex<[ProgramNumber: Head]>

  private init(environment: Environment, heads: [ProgramNumber: Head]) {
    self.environment = environment
    self.heads = Mutex(heads)
  }

  /// Opens the journal in a directory, creating it when there is none.
  ///
  /// Examines the file first (see `Environment.open`) and verifies the last block of each program.
  public static func open(
    at path: String, options: EnvironmentOptions = EnvironmentOptions()
  ) throws -> Journal {
    try storing {
      let environment = try Environment.open(
        at: path, format: JournalSchema.format, tables: [JournalSchema.blocks], options: options)
      let heads = try environment.read { try readHeads($0) }
      return Journal(environment: environment, heads: heads)
    }
  }

  /// What the examination of the file put right when it was opened; nil where nothing was wrong.
  var recovery: MetaRecovery? { environment.preflight?.recovery }

  /// Closes the journal; throws while somebody reads.
  public func close() throws { try storing { try environment.close() } }

  /// The end of a program's log; `Head.none` where there is none.
  public func head(of program: ProgramNumber) -> Head {
    heads.withLock { $0[program] } ?? .none
  }

  /// The ends of all logs.
  public func allHeads() -> [ProgramNumber: Head] { heads.withLock { $0 } }

  /// The programs that have a log, in the order of their numbers.
  public func programs() -> [ProgramNumber] { heads.withLock { $0.keys.sorted() } }

  /// Appends blocks in one transaction with one sync.
  ///
  /// Throws `.wrongPosition` or `.brokenChain` when a block does not follow its program's log, with
  /// nothing written. After any other error the process must end: what is on the disk is known only
  /// after opening again.
  public func append(_ blocks: [EncodedBlock]) throws {
    var moved: [ProgramNumber: Head] = [:]
    for block in blocks {
      let program = block.header.program
      let head = moved[program] ?? head(of: program)
      guard block.header.first == head.position.next else {
        throw LedgerError.wrongPosition(
          program: program, expected: head.position.next, found: block.header.first)
      }
      guard block.header.previous == head.hash, block.header.time >= head.time else {
        throw LedgerError.brokenChain(program: program, position: block.header.first)
      }
      moved[program] = block.head
    }
    try storing {
      try environment.write { transaction in
        for block in blocks {
          let key = BlockKey(program: block.header.program, first: block.header.first)
          try transaction.putBlock(
            JournalSchema.blocks, key, byteCount: block.bytes.count
          ) { $0.copyBytes(from: block.bytes) }
        }
      }
    }
    heads.withLock { heads in
      for (program, head) in moved { heads[program] = head }
    }
  }
}

extension Journal {
  /// Lends a program's blocks in order, from the one that holds a position, until told to stop.
  ///
  /// Blocks are copied out in slices of about `sliceBytesMax`; what is appended meanwhile is lent too.
  /// `body` answers whether to go on. A gap in the log throws `.wrongPosition`.
  public func blocks(
    of program: ProgramNumber, from position: Position, sliceBytesMax: Int = 4 << 20,
    _ body: (borrowing BlockView) throws -> Bool
  ) throws {
    var next = max(position, Position.none.next)
    var slice = BlockSlice()
    while next <= head(of: program).position {
      slice.removeAll()
      try storing {
        try environment.read { transaction in
          let start = try transaction.key(
            JournalSchema.blocks, at: .atOrBefore(BlockKey(program: program, first: next)))
          let low = start?.program == program ? start : nil
          try transaction.scanBlocks(
            JournalSchema.blocks, from: low ?? BlockKey(program: program, first: .none),
            through: BlockKey(program: program, first: Position(rawValue: .max))
          ) { key, bytes in
            slice.append(bytes, key: key)
            return slice.byteCount < sliceBytesMax ? .next : .stop
          }
        }
      }
      guard !slice.isEmpty else {
        throw LedgerError.noSuchRecord(program: program, position: next)
      }
      let goesOn = try slice.forEach { view in
        guard view.contains(next) else {
          throw LedgerError.wrongPosition(
            program: program, expected: next, found: view.header.first)
        }
        next = view.header.last.next
        return try body(view)
      }
      guard goesOn else { return }
    }
  }

  /// Lends the block that holds a position; throws `.noSuchRecord` when there is none.
  public func block<Result>(
    of program: ProgramNumber, containing position: Position,
    _ body: (borrowing BlockView) throws -> Result
  ) throws -> Result {
    let slice = try storing {
      try environment.read { transaction -> BlockSlice in
        var slice = BlockSlice()
        let key = try transaction.key(
          JournalSchema.blocks, at: .atOrBefore(BlockKey(program: program, first: position)))
        guard let key, key.program == program, !position.isNone else { return slice }
        _ = try transaction.withBlock(JournalSchema.blocks, key) { slice.append($0, key: key) }
        return slice
      }
    }
    let missing = LedgerError.noSuchRecord(program: program, position: position)
    let result = try slice.withFirst { view in
      guard view.contains(position) else { throw missing }
      return try body(view)
    }
    guard let result else { throw missing }
    return result
  }

  /// Appends the change at a position to a buffer; throws `.noSuchRecord` when there is none.
  public func record(
    of program: ProgramNumber, at position: Position, into buffer: inout ChangeBuffer,
    keys: some LearnerKeyring
  ) throws {
    try block(of: program, containing: position) {
      try $0.decode(position, into: &buffer, keys: keys)
    }
  }

  /// Compares the journal with heads that were durable once; throws when it lacks one of them.
  ///
  /// Finds a file that was exchanged or rolled back as a whole, which no checksum inside can.
  public func check(_ known: [ProgramNumber: Head]) throws {
    for (program, expected) in known.sorted(by: { $0.key < $1.key }) {
      let found = head(of: program)
      guard expected.position <= found.position else {
        throw LedgerError.journalRolledBack(
          program: program, expected: expected.position, found: found.position)
      }
      try block(of: program, containing: expected.position) { view in
        guard view.head == expected else {
          throw LedgerError.journalExchanged(program: program, position: expected.position)
        }
      }
    }
  }

  /// Forgets where a program's log ends: from now on it has none, whatever blocks are left of it.
  ///
  /// Who reads it meanwhile comes to its end. Its blocks go with `removeBlocks`.
  func forget(_ program: ProgramNumber) { heads.withLock { $0[program] = nil } }

  /// Removes the first blocks of a forgotten program, at most `limit`, in one synced transaction.
  ///
  /// Answers whether that was all. Belongs to the thread that appends.
  func removeBlocks(of program: ProgramNumber, limit: Int) throws -> Bool {
    precondition(head(of: program).position.isNone, "only what is forgotten is removed")
    return try storing {
      try environment.write { transaction in
        let removed = try transaction.deleteRange(
          JournalSchema.blocks, from: BlockKey(program: program, first: .none),
          through: BlockKey(program: program, first: Position(rawValue: .max)), limit: limit)
        return removed < limit
      }
    }
  }

  /// How much room the journal takes and how much there is.
  public func space() throws -> JournalSpace {
    try storing {
      let usage = try environment.usage()
      return JournalSpace(
        usedBytes: usage.usedBytes, fileBytes: usage.fileBytes, mapBytes: usage.mapBytes,
        diskFreeBytes: min(
          try FileSystem.freeBytes(at: environment.path),
          FileLimit.room(behind: usage.fileBytes)))
    }
  }

  /// The head of every program, each from its last block, which is verified.
  private static func readHeads(
    _ transaction: borrowing ReadTransaction
  ) throws -> [ProgramNumber: Head] {
    var heads: [ProgramNumber: Head] = [:]
    var place = Place<BlockKey>.highest
    while let key = try transaction.key(JournalSchema.blocks, at: place) {
      var slice = BlockSlice()
      _ = try transaction.withBlock(JournalSchema.blocks, key) { slice.append($0, key: key) }
      heads[key.program] = try slice.withFirst { view in
        try view.verify()
        return view.head
      }
      guard let before = key.program.rawValue.subtractingOne else { break }
      place = .atOrBefore(
        BlockKey(program: ProgramNumber(rawValue: before), first: Position(rawValue: .max)))
    }
    return heads
  }
}

/// How much room the journal takes and how much there is, in bytes.
public struct JournalSpace: Hashable, Sendable {
  /// Up to the last page ever used.
  public let usedBytes: Int
  /// The length of the data file.
  public let fileBytes: Int
  /// The limit of the data file.
  public let mapBytes: Int
  /// What the disk, and the limit of a file's size, have left for this process.
  public let diskFreeBytes: Int
  /// What the journal may still grow by: what disk and map both have left.
  public var roomBytes: Int { min(diskFreeBytes, max(0, mapBytes - usedBytes)) }
}

extension UInt32 {
  fileprivate var subtractingOne: UInt32? { self == 0 ? nil : self - 1 }
}
