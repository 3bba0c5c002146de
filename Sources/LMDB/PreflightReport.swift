/// What the examination of a data file found.
public struct PreflightReport: Equatable, Sendable {
  /// The last commit the file holds.
  public let commit: UInt64
  /// The pages of the file's trees without those of large values.
  public let treePages: UInt64
  /// The pages of large values.
  public let overflowPages: UInt64
  /// The pages free for reuse.
  public let freePages: UInt64
  /// The rows of all tables.
  public let rows: UInt64
  /// What was put right, or `nil` when nothing was wrong.
  public internal(set) var recovery: MetaRecovery?
}

/// How a torn or damaged meta page was put right.
///
/// Whoever knows what was promised (the journal's head file) must look at this: `fellBack` is right
/// after a crash in the middle of a commit, and a lost commit when the disk rotted.
public enum MetaRecovery: Equatable, Sendable {
  /// The commit was complete; only the meta page's numbers about it had to be corrected.
  case restored(commit: UInt64, savedCopy: String)
  /// The meta page of the commit `from` mixed two commits; the commit before it was taken.
  case fellBack(from: UInt64, to: UInt64, savedCopy: String)
}
