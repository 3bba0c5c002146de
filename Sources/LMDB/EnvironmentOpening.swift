import CLMDB
import Glibc

extension Environment {
  /// Opens the environment in a directory, creating both when there is none yet.
  ///
  /// In this order: the directory is created and refused on a network file system, its lock taken,
  /// the data file examined (see `Preflight`; a torn meta page is put right and reported), LMDB
  /// opened, the format compared, the tables opened, the directory synced. A new data file is
  /// built beside its place and renamed, so that a crash never leaves half a file behind.
  /// `SIGXFSZ` is ignored from here on unless the process handles it: a full disk is an error to
  /// report, not a reason to die.
  public static func open(
    at path: String, format: EnvironmentFormat, tables: [any TableDeclaration],
    options: EnvironmentOptions = EnvironmentOptions()
  ) throws(LMDBError) -> Environment {
    ignoreFileSizeSignal()
    try FileSystem.createDirectory(path)
    try FileSystem.requireLocal(path, refusesFUSE: options.refusesFUSE)
    let lock = try DirectoryLock(directory: path)
    let data = path + "/data.mdb"
    let report: PreflightReport?
    if try FileSystem.byteCount(of: data) == nil {
      try create(in: path, format: format, options: options)
      report = nil
    } else {
      report = try Preflight.examine(data, mapBytes: options.mapBytes, repairs: true)
    }
    let handle = try attach(path, options: options)
    let slots = UnsafeMutableBufferPointer<TableHandle>.allocate(capacity: options.tablesMax)
    slots.initialize(repeating: TableHandle(handle: 0, identity: .max))
    do throws(LMDBError) {
      if let report { try requireCommit(report.commit, handle, data) }
      try Schema.open(handle, format: format, tables: tables, slots: slots)
      var dead: Int32 = 0
      let code = mdb_reader_check(handle, &dead)
      guard code == MDB_SUCCESS else {
        throw LMDBError(code: code, operation: "clearing readers")
      }
      try FileSystem.syncDirectory(path)
    } catch {
      mdb_env_close(handle)
      slots.deallocate()
      throw error
    }
    return Environment(
      path: path, options: options, preflight: report, handle: handle, tables: slots, lock: lock)
  }

  /// LMDB must have chosen the meta page that was examined.
  private static func requireCommit(
    _ commit: UInt64, _ handle: OpaquePointer, _ file: String
  ) throws(LMDBError) {
    var information = MDB_envinfo()
    let code = mdb_env_info(handle, &information)
    guard code == MDB_SUCCESS else { throw LMDBError(code: code, operation: "opening") }
    guard UInt64(information.me_last_txnid) == commit else {
      throw .damagedFile(file: file, page: commit & 1, problem: "the meta pages contradict")
    }
  }

  /// Builds a complete, empty environment in a directory beside and moves it into place.
  private static func create(
    in path: String, format: EnvironmentFormat, options: EnvironmentOptions
  ) throws(LMDBError) {
    let draft = path + "/creating"
    try FileSystem.createDirectory(draft)
    try FileSystem.remove(draft + "/data.mdb")
    try FileSystem.remove(draft + "/lock.mdb")
    let handle = try attach(draft, options: options)
    do {
      let none = UnsafeMutableBufferPointer<TableHandle>(start: nil, count: 0)
      try Schema.open(handle, format: format, tables: [], slots: none)
    } catch {
      mdb_env_close(handle)
      throw error
    }
    mdb_env_close(handle)
    try FileSystem.remove(draft + "/lock.mdb")
    guard rename(draft + "/data.mdb", path + "/data.mdb") == 0, rmdir(draft) == 0 else {
      throw LMDBError(errno: errno, operation: "moving \(draft)/data.mdb into place")
    }
    try FileSystem.syncDirectory(path)
  }

  private static func attach(
    _ path: String, options: EnvironmentOptions
  ) throws(LMDBError) -> OpaquePointer {
    var created: OpaquePointer?
    let allocated = mdb_env_create(&created)
    guard allocated == MDB_SUCCESS, let handle = created else {
      throw LMDBError(code: allocated, operation: "creating a handle")
    }
    let readAhead = options.readsAhead ? 0 : UInt32(MDB_NORDAHEAD)
    let answers = [
      mdb_env_set_mapsize(handle, options.mapBytes),
      mdb_env_set_maxreaders(handle, UInt32(options.readersMax)),
      mdb_env_set_maxdbs(handle, UInt32(options.tablesMax)),
      mdb_env_open(handle, path, UInt32(MDB_NOTLS) | readAhead, 0o600),
    ]
    if let code = answers.first(where: { $0 != MDB_SUCCESS }) {
      mdb_env_close(handle)
      throw LMDBError(errno: code, operation: "opening \(path)")
    }
    return handle
  }

  private static func ignoreFileSizeSignal() {
    var current = sigaction()
    guard sigaction(SIGXFSZ, nil, &current) == 0 else { return }
    if current.__sigaction_handler.sa_handler == nil { signal(SIGXFSZ, SIG_IGN) }
  }
}
