import LMDB

/// The limits of a store that an operator may set.
public struct StoreOptions: Hashable, Sendable {
  /// The most that the journal's file, and the tables', may grow to, in bytes.
  ///
  /// Address space, not disk. Before the journal's map is full, writes are refused as on a full disk.
  public var mapBytes: Int

  /// What a file may still grow by that is larger than the map, so that any tool can open it.
  private static let headroomBytes = 1 << 30

  /// The documented defaults.
  public init(mapBytes: Int = 64 << 30) { self.mapBytes = mapBytes }

  /// The options of an environment in a directory: a file that is there already always fits.
  func environment(at path: String, readsAhead: Bool = true) throws -> EnvironmentOptions {
    let fileBytes = try storing { try FileSystem.byteCount(of: path + "/data.mdb") ?? 0 }
    return EnvironmentOptions(
      mapBytes: fileBytes < mapBytes ? mapBytes : fileBytes + Self.headroomBytes,
      readsAhead: readsAhead)
  }
}
