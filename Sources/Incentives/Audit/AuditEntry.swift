/// A line of the audit: somebody did something, or was refused it.
///
/// What was done is in the chain; what was refused, and what concerns the server's keys, is noted beside
/// it (`AuditNotes`), and has no position.
public struct AuditEntry: Hashable, Sendable {
  /// What a line tells.
  public enum What: Hashable, Sendable {
    /// A command that took effect, or whose refusal its key remembers.
    case command(AuditedCommand)
    /// Facts of one source that came one after another.
    case facts(SourceNumber, count: UInt32, until: Instant)
    /// A note beside the chain: so often within a minute, until then.
    case note(AuditedNote, count: UInt32, until: Instant)
  }

  /// When it was, or began.
  public var at: Instant
  /// The record it ends with, of facts the first; none beside the chain.
  public var position: Position
  /// The word of the refusal; empty where it was done.
  public var refusal: String
  /// What it was.
  public var what: What

  /// Joins the parts.
  public init(at: Instant, position: Position = .none, refusal: String = "", _ what: What) {
    self.at = at
    self.position = position
    self.refusal = refusal
    self.what = what
  }
}

/// Who called which method, and whom and what that concerned.
public struct AuditedCommand: Hashable, Sendable {
  /// The most learners that are kept of one command; a call names fewer.
  public static let learnersMax = 1_024

  /// Who called.
  public var principal: PrincipalNumber
  /// The method; none where the record is older than that was kept.
  public var action: ActionNumber
  /// Whose points, roster or name it changed, ascending.
  public var learners: [LearnerNumber] = []
  /// The member of staff it changed; none where it changed none.
  public var staff = StaffNumber.none
  /// The batch it opened, filled or took back; none where there is none.
  public var batch = BatchNumber.none

  /// Names caller and method.
  public init(principal: PrincipalNumber, action: ActionNumber) {
    self.principal = principal
    self.action = action
  }

  /// Notes whom a record of the command concerns.
  public mutating func note(_ change: Change, to learners: inout Set<LearnerNumber>) {
    switch change {
    case .learner(let change): learners.insert(change.learner)
    case .learnerNamed(let change): learners.insert(change.learner)
    case .erased(let change): learners.insert(change.learner)
    case .rowWithdrawn(let change): learners.insert(change.learner)
    case .staff(let change): staff = change.staff
    case .staffNamed(let change): staff = change.staff
    case .batch(let change): batch = change.batch
    case .batchPart(let change): batch = change.batch
    case .batchReversed(let change): batch = change.batch
    default:
      let learner = change.touched
      if !learner.isNone { learners.insert(learner) }
    }
  }
}

/// What is noted beside the chain, in words, since it may concern no program; it names no learner.
public struct AuditedNote: Hashable, Sendable {
  /// Who called; empty for somebody who did not say who they are.
  public var principal: String
  /// The method.
  public var action: String
  /// What it concerned, such as a key's id and holder; empty where that is not told.
  public var subject: String

  /// Joins the parts.
  public init(principal: String, action: String, subject: String = "") {
    self.principal = principal
    self.action = action
    self.subject = subject
  }
}

/// Which lines of the audit are shown.
public struct AuditFilter: Hashable, Sendable {
  /// Somebody who acts, as the chain and as the notes beside it know them.
  public struct Actor: Hashable, Sendable {
    /// The word.
    public var word: String
    /// The principal of this name; none where there is none.
    public var principal: PrincipalNumber
    /// The source of facts of this name; none where there is none.
    public var source: SourceNumber

    /// Joins the parts.
    public init(word: String, principal: PrincipalNumber, source: SourceNumber) {
      self.word = word
      self.principal = principal
      self.source = source
    }
  }

  /// A method, as the chain and as the notes beside it know it.
  public struct Action: Hashable, Sendable {
    /// The name.
    public var word: String
    /// Its number; none where nobody called it yet.
    public var number: ActionNumber
    /// Whether it records facts.
    public var recordsFacts: Bool

    /// Joins the parts.
    public init(word: String, number: ActionNumber, recordsFacts: Bool) {
      self.word = word
      self.number = number
      self.recordsFacts = recordsFacts
    }
  }

  /// Only what they did.
  public var by: Actor?
  /// Only this method.
  public var action: Action?
  /// Only commands that concerned this learner; facts are in their own list.
  public var learner: LearnerNumber?
  /// Only from this instant on.
  public var from: Instant?
  /// Only before this instant.
  public var to: Instant?
  /// Only what was refused, or only what was done.
  public var isRefused: Bool?
  /// Whether what concerns no program is shown too.
  public var showsServer = false

  /// Shows everything of the program.
  public init() {}

  /// Whether the filter shows a line.
  public func shows(_ entry: AuditEntry) -> Bool {
    guard isRefused ?? !entry.refusal.isEmpty == !entry.refusal.isEmpty,
      from.map({ entry.at >= $0 }) ?? true, to.map({ entry.at < $0 }) ?? true
    else { return false }
    switch entry.what {
    case .command(let command):
      return by.map { $0.principal == command.principal && !command.principal.isNone } ?? true
        && action.map { $0.number == command.action && !command.action.isNone } ?? true
        && learner.map(command.learners.contains) ?? true
    case .facts(let source, count: _, until: _):
      return learner == nil && by.map { $0.source == source } ?? true
        && action.map(\.recordsFacts) ?? true
    case .note(let note, count: _, until: _):
      return learner == nil && by.map { $0.word == note.principal } ?? true
        && action.map { $0.word == note.action } ?? true
    }
  }
}

/// Where a page of the audit ends: in the chain, and in the notes of each kind.
public struct AuditCursor: Hashable, Sendable {
  /// Only records before this one.
  public var record: Position
  /// Only refusals before this one.
  public var refusal: UInt64
  /// Only deeds before this one.
  public var deed: UInt64

  /// Before everything there is.
  public static let newest = AuditCursor(
    record: Position(rawValue: .max), refusal: .max, deed: .max)

  /// Joins the parts.
  public init(record: Position, refusal: UInt64, deed: UInt64) {
    self.record = record
    self.refusal = refusal
    self.deed = deed
  }
}
