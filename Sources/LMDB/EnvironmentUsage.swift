import CLMDB

/// How much of an environment's limits is in use.
public struct EnvironmentUsage: Equatable, Sendable {
  /// The size of the map, in bytes: the limit for the file.
  public let mapBytes: Int
  /// The length of the data file, in bytes.
  public let fileBytes: Int
  /// The bytes up to the last page ever used, free pages among them included.
  public let usedBytes: Int
  /// The last page ever used.
  public let lastPage: UInt64
  /// The bytes of a page.
  public let pageBytes: Int
  /// The number of the last commit.
  public let lastCommit: UInt64
}

extension Environment {
  /// Measures the environment; costs two calls, no I/O.
  public func usage() throws -> EnvironmentUsage {
    try read { _ throws in
      var information = MDB_envinfo()
      var statistics = MDB_stat()
      let answers = [mdb_env_info(handle, &information), mdb_env_stat(handle, &statistics)]
      if let code = answers.first(where: { $0 != MDB_SUCCESS }) {
        throw LMDBError(code: code, operation: "measuring")
      }
      let pageBytes = Int(statistics.ms_psize)
      return EnvironmentUsage(
        mapBytes: information.me_mapsize,
        fileBytes: try FileSystem.byteCount(of: path + "/data.mdb") ?? 0,
        usedBytes: (information.me_last_pgno + 1) * pageBytes,
        lastPage: UInt64(information.me_last_pgno), pageBytes: pageBytes,
        lastCommit: UInt64(information.me_last_txnid))
    }
  }
}
