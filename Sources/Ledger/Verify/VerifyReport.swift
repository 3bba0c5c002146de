import Incentives

/// What `verify` found: a line for each check, good, different or not done.
public struct VerifyReport: Sendable, Hashable {
  /// What a check came to.
  public enum Status: String, Sendable {
    /// Everything agrees.
    case ok
    /// Something does not; the detail names the first.
    case difference
    /// It could not be checked; never reported as good.
    case unchecked
  }

  /// One check.
  public struct Line: Sendable, Hashable {
    /// The name of the check.
    public var check: String
    /// What it came to.
    public var status: Status
    /// What was looked at, or the first thing that is wrong.
    public var detail: String

    /// Joins the parts.
    public init(_ check: String, _ status: Status, _ detail: String) {
      self.check = check
      self.status = status
      self.detail = detail
    }

    /// A check that an error ended: damage is a difference, anything else could not be checked.
    init(_ check: String, failedBy error: any Error, _ what: String) {
      let isDamage = (error as? LedgerError)?.isDamage ?? false
      self.init(check, isDamage ? .difference : .unchecked, "\(what): \(error)")
    }
  }

  /// The checks in the order they were made.
  public var lines: [Line] = []

  /// A report of these checks.
  public init(lines: [Line] = []) { self.lines = lines }

  /// Whether every check was made and came out good.
  public var isClean: Bool { lines.allSatisfy { $0.status == .ok } }

  /// 0 clean, 3 a difference, 2 where something could not be checked.
  public var exitCode: Int32 {
    if lines.contains(where: { $0.status == .difference }) { return 3 }
    return isClean ? 0 : 2
  }
}

extension VerifyReport {
  /// The first thing that is wrong, for people.
  public var firstProblem: String {
    lines.first { $0.status != .ok }.map { "\($0.check): \($0.detail)" } ?? ""
  }

  /// The report of a store that could not be opened.
  public init(notOpened error: LedgerError) {
    self.init(lines: [Line("opening", failedBy: error, "the store")])
  }
}
