import Glibc
import LMDB
import Testing

/// How a violated precondition ends a process.
#if arch(x86_64)
  private let trap = SIGILL
#else
  private let trap = SIGTRAP
#endif

@Suite("A transaction happens whole or not at all")
struct TransactionTests {
  @Test("a closure that throws leaves no trace")
  func abort() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    try environment.write { transaction throws in try transaction.put(Tables.notes, 1, Note([1])) }
    let commit = try environment.usage().lastCommit
    #expect(throws: TestFailure.self) {
      try environment.write { transaction throws in
        try transaction.put(Tables.notes, 1, Note([2]))
        try transaction.delete(Tables.notes, 1)
        throw TestFailure("changed my mind")
      }
    }
    try environment.read { transaction throws in
      #expect(try transaction.get(Tables.notes, 1) == Note([1]))
    }
    #expect(try environment.usage().lastCommit == commit)
  }

  @Test("a commit without changes costs none")
  func emptyCommit() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    let commit = try environment.usage().lastCommit
    try environment.write { transaction throws in
      _ = try transaction.get(Tables.notes, 1)
      try transaction.delete(Tables.notes, 1)
    }
    #expect(try environment.usage().lastCommit == commit)
  }

  @Test("a reader sees one commit for as long as it runs")
  func snapshot() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    try environment.write { transaction throws in try transaction.put(Tables.notes, 1, Note([1])) }
    try environment.read { reader throws in
      let number = reader.number
      try environment.write { transaction throws in
        #expect(transaction.number == number + 1)
        try transaction.put(Tables.notes, 1, Note([2]))
        #expect(try transaction.get(Tables.notes, 1) == Note([2]))
      }
      #expect(try reader.get(Tables.notes, 1) == Note([1]))
    }
    try environment.read { reader throws in #expect(try reader.get(Tables.notes, 1) == Note([2])) }
  }

  @Test("a full map refuses the transaction and keeps the environment usable")
  func mapFull() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store, mapBytes: 1 << 20)
    try environment.write { transaction throws in try transaction.put(Tables.notes, 1, Note([1])) }
    for swallows in [false, true] {
      #expect(throws: LMDBError.mapFull(mapBytes: 1 << 20)) {
        try environment.write { transaction throws in
          for key in 2..<1_000 {
            do {
              try transaction.put(
                Tables.notes, UInt64(key), Note([UInt8](repeating: 7, count: 4_000)))
            } catch {
              if !swallows { throw error }
              break
            }
          }
        }
      }
    }
    try environment.write { transaction throws in try transaction.put(Tables.notes, 2, Note([2])) }
    try environment.read { transaction throws in #expect(try transaction.count(Tables.notes) == 2) }
  }

  @Test("a full disk is told as such, latches the environment, and loses nothing acknowledged")
  func storageFull() async throws {
    let directory = try TestDirectory()
    let store = directory.store
    await #expect(processExitsWith: .exitCode(42)) { [store = store as String] in
      let environment = try openStore(store)
      let size = try readFile(store + "/data.mdb").count
      var limit = rlimit(rlim_cur: rlim_t(size + 300_000), rlim_max: rlim_t.max)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      var acknowledged = 0
      do {
        while acknowledged < 1_000 {
          try environment.write { transaction throws in
            try transaction.put(
              Tables.notes, UInt64(acknowledged), Note([UInt8](repeating: 7, count: 3_000)))
          }
          acknowledged += 1
        }
        exit(1)
      } catch LMDBError.storageFull {
        do { try environment.read { _ throws in exit(2) } } catch LMDBError.failedCommit {}
        do { try environment.write { _ throws in exit(3) } } catch LMDBError.failedCommit {}
      }
      try environment.close()
      limit.rlim_cur = rlim_t.max
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let reopened = try openStore(store)
      let count = try reopened.read { transaction throws in try transaction.count(Tables.notes) }
      exit(count == acknowledged && acknowledged > 5 ? 42 : 4)
    }
  }

  @Test("a write from a second thread is a bug and stops the process")
  func secondWriter() async throws {
    let directory = try TestDirectory()
    let store = directory.store
    await #expect(processExitsWith: .signal(trap)) { [store = store as String] in
      let environment = try openStore(store)
      try environment.write { _ throws in }
      let other = try WriterThread(environment)
      try other.run { _ throws in }
    }
  }

  @Test("a write inside a write is a bug and stops the process")
  func nestedWrite() async throws {
    let directory = try TestDirectory()
    let store = directory.store
    await #expect(processExitsWith: .signal(trap)) { [store = store as String] in
      let environment = try openStore(store)
      try environment.write { _ throws in try environment.write { _ in } }
    }
  }

  @Test("an undeclared table is a bug and stops the process")
  func undeclaredTable() async throws {
    let directory = try TestDirectory()
    let store = directory.store
    await #expect(processExitsWith: .signal(trap)) { [store = store as String] in
      let environment = try openStore(store, tables: [Tables.blocks])
      try environment.read { transaction throws in _ = try transaction.get(Tables.notes, 1) }
    }
  }
}

@Suite("The writer thread writes for everybody")
struct WriterThreadTests {
  @Test("many callers, one writer: every closure runs once, in its own commit")
  func manyCallers() async throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    let writer = try WriterThread(environment)
    let before = try environment.usage().lastCommit
    try await withThrowingTaskGroup(of: Void.self) { group in
      for key in 0..<200 {
        group.addTask {
          try writer.run { transaction throws in
            try transaction.put(Tables.notes, UInt64(key), Note([UInt8(key)]))
          }
        }
      }
      try await group.waitForAll()
    }
    let count = try writer.run { transaction throws in try transaction.count(Tables.notes) }
    #expect(count == 200)
    #expect(try environment.usage().lastCommit == before + 200)
    writer.finish()
    writer.finish()
    #expect(throws: LMDBError.closed) { try writer.run { _ throws in } }
    try environment.close()
  }

  @Test("an error of one closure reaches its caller and nobody else")
  func errors() throws {
    let directory = try TestDirectory()
    let writer = try WriterThread(try openStore(directory.store))
    #expect(throws: TestFailure.self) { try writer.run { _ throws in throw TestFailure("mine") } }
    #expect(try writer.run { _ throws in 7 } == 7)
    writer.finish()
  }

  @Test("readers on other threads see whole commits only")
  func readersBeside() async throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    let writer = try WriterThread(environment)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<300 {
            try environment.read { transaction throws in
              let left = try transaction.get(Tables.notes, 1)
              let right = try transaction.get(Tables.notes, 2)
              guard left == right else { throw TestFailure("half a commit") }
            }
          }
        }
      }
      for round in 0..<100 {
        try writer.run { transaction throws in
          try transaction.put(Tables.notes, 1, Note([UInt8(round)]))
          try transaction.put(Tables.notes, 2, Note([UInt8(round)]))
        }
      }
      try await group.waitForAll()
    }
    writer.finish()
  }
}
