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

extension VerifyReport {
  /// The first thing that is wrong, for people.
  public var firstProblem: String {
    lines.first { $0.status != .ok }.map { "\($0.check): \($0.detail)" } ?? ""
  }
}
