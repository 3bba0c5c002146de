import ArgumentParser

/// `laurel restore`: makes a store of a backup.
struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Restore a backup into a new directory.",
    discussion: """
      The directory must not exist yet; nothing is ever overwritten. Verify it, then serve from it.

        laurel restore /backup/laurel-2026-09-01 --into /var/lib/laurel-restored
        laurel verify --data /var/lib/laurel-restored
      """)

  @Argument(help: "The backup's directory.", completion: .directory)
  var backup: String
  @Option(help: "The directory to make.", completion: .directory)
  var into: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try NewStore.checkIsFree(into, global.language)
    try Offline.restore(backup: backup, into: into)
    try NewStore.tell(into, global)
  }
}
