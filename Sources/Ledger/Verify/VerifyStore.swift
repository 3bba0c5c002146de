import Foundation
import Incentives

extension Store {
  /// Checks the journal of every program, or of one, at the position where it now ends.
  ///
  /// May run while others write: blocks are read in short slices. `known` are heads kept elsewhere.
  public func verifyJournal(
    rules: Bool, program: ProgramNumber? = nil, known: [ProgramNumber: Head] = [:]
  ) -> VerifyReport {
    var report = VerifyReport()
    for number in journal.programs() where program == nil || number == program {
      var check = JournalVerification(store: self, program: number)
      report.lines += check.run(rules: rules && number != .server, known: known[number]).lines
    }
    return report
  }
}

extension Store {
  /// Builds the tables again from the journal and compares every row, at one position.
  ///
  /// The store must be at rest: nobody writes, and the follower does not run. Without tables there is
  /// nothing to compare; the next start makes them.
  public func verifyTables() -> VerifyReport.Line {
    let draft = path + "/state.verify"
    defer { try? FileManager.default.removeItem(atPath: draft) }
    do {
      guard FileManager.default.fileExists(atPath: path + "/state/data.mdb") else {
        return .init("tables", .ok, "there are none yet; the next start makes them")
      }
      try? FileManager.default.removeItem(atPath: draft)
      let standing = try StateStore.open(at: path + "/state")
      defer { try? standing.close() }
      if try standing.heads() != journal.allHeads() {
        try Follower(
          store: standing, journal: journal, secret: identitySecret, options: FollowerOptions()
        ).run()
      }
      let rebuilt = try StateVerification.rebuild(
        from: journal, at: draft, secret: identitySecret)
      defer { try? rebuilt.close() }
      if let found = try StateVerification.firstDifference(standing, rebuilt) {
        return .init("tables", .difference, "\(found.table), row \(found.key)")
      }
      return .init("tables", .ok, "every row is what the journal makes it")
    } catch {
      return .init("tables", .difference, "\(error); remove \(path)/state, it is made anew")
    }
  }
}

extension VerifyReport {
  /// The first thing that is wrong, for people.
  public var firstProblem: String {
    lines.first { $0.status != .ok }.map { "\($0.check): \($0.detail)" } ?? ""
  }
}
