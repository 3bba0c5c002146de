/// What an environment holds, recorded in its file at creation.
///
/// A directory is refused by a program that expects another kind or another version.
public struct EnvironmentFormat: Equatable, Sendable {
  /// The kind of environment: a short ASCII word, such as `journal`.
  public let kind: String
  /// The version of the whole: which tables there are and how they belong together.
  public let version: UInt16

  /// Declares a format.
  public init(kind: String, version: UInt16) {
    precondition((1...32).contains(kind.utf8.count), "a kind has 1 to 32 bytes")
    self.kind = kind
    self.version = version
  }
}

/// The limits of an environment.
///
/// There is deliberately no way to relax durability: each commit is synced, always.
public struct EnvironmentOptions: Equatable, Sendable {
  /// The size of the sparse map, in bytes: an upper limit for the file, not space in use.
  public var mapBytes: Int
  /// How many read transactions may run at once.
  public var readersMax: Int
  /// How many tables a schema may declare; slots run from 0 to one below.
  public var tablesMax: Int
  /// Whether the kernel reads ahead: right for journals and scans, wrong for random rows.
  public var readsAhead: Bool
  /// Whether a file system in user space is refused like a network file system.
  public var refusesFUSE: Bool

  /// Creates options; the defaults suit a server's journal.
  public init(
    mapBytes: Int = 64 << 30, readersMax: Int = 1024, tablesMax: Int = 64,
    readsAhead: Bool = true, refusesFUSE: Bool = true
  ) {
    self.mapBytes = mapBytes
    self.readersMax = readersMax
    self.tablesMax = tablesMax
    self.readsAhead = readsAhead
    self.refusesFUSE = refusesFUSE
  }
}
