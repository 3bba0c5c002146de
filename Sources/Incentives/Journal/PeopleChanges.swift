/// What a name stands for.
@frozen public enum NameKind: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// A system that reports facts.
  case source = 1
  /// What was done.
  case verb = 2
  /// What it was done to: kind, a zero byte, id.
  case object = 3
  /// A cohort.
  case cohort = 4
  /// A tier.
  case tier = 5
  /// A group.
  case group = 6
  /// A person or integration that acts.
  case principal = 7
  /// A rule's canonical definition.
  case rule = 8
  /// A member of staff.
  case staff = 40
  /// A method that was called.
  case action = 80
  /// A declared award.
  case award = 90
}

/// A word that got a number.
@frozen public struct NameChange: Sendable, BitwiseCopyable {
  /// What it names.
  public var kind: NameKind
  /// The number it got.
  public var number: UInt32
  /// The word.
  public var text: TextRef
  /// Joins the parts.
  @inlinable public init(kind: NameKind, number: UInt32, text: TextRef) {
    self.kind = kind
    self.number = number
    self.text = text
  }
}

/// A learner that got a number; the external id is sealed in the journal.
@frozen public struct LearnerChange: Sendable, BitwiseCopyable {
  /// The number.
  public var learner: LearnerNumber
  /// The id the organisation uses.
  public var externalID: TextRef
  /// Joins the parts.
  @inlinable public init(learner: LearnerNumber, externalID: TextRef) {
    self.learner = learner
    self.externalID = externalID
  }
}

/// A learner's name as people read it; sealed in the journal.
@frozen public struct LearnerNameChange: Sendable, BitwiseCopyable {
  /// Whose name it is.
  public var learner: LearnerNumber
  /// The name.
  public var name: TextRef
  /// The alias boards show; empty where there is none.
  public var alias: TextRef
  /// The number the organisation knows the learner by beside the id (学号, 工号); empty where there is none.
  public var rollNumber: TextRef
  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, name: TextRef, alias: TextRef, rollNumber: TextRef = .empty
  ) {
    self.learner = learner
    self.name = name
    self.alias = alias
    self.rollNumber = rollNumber
  }
}

/// A learner was erased: what identifies them is gone, number, points and history stay.
@frozen public struct ErasureChange: Sendable, BitwiseCopyable {
  /// Who was erased.
  public var learner: LearnerNumber
  /// Who stands right before them in the order by which ties are told apart, so that boards keep theirs.
  public var anchor: LearnerNumber
  /// Who did it.
  public var principal: PrincipalNumber
  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, anchor: LearnerNumber, principal: PrincipalNumber
  ) {
    self.learner = learner
    self.anchor = anchor
    self.principal = principal
  }
}

/// Two learners turned out to be one person: what the one had, the other has from here on.
@frozen public struct MergeChange: Sendable, BitwiseCopyable {
  /// Whose records are somebody else's from here on.
  public var from: LearnerNumber
  /// The surviving learner.
  public var into: LearnerNumber
  /// The local day on which it was decided.
  public var decidedOn: LocalDay
  /// The part of what one could spend that pays what the other owed.
  public var debtPaid: Int64
  /// Why, in words; sealed in the journal.
  public var reason: TextRef
  /// Who did it.
  public var principal: PrincipalNumber
  /// Joins the parts.
  @inlinable public init(
    from: LearnerNumber, into: LearnerNumber, decidedOn: LocalDay, debtPaid: Int64,
    reason: TextRef, principal: PrincipalNumber
  ) {
    self.from = from
    self.into = into
    self.decidedOn = decidedOn
    self.debtPaid = debtPaid
    self.reason = reason
    self.principal = principal
  }
}

/// A row of a learner's context in time.
@frozen public struct ContextRowChange: Sendable, BitwiseCopyable {
  /// Whose row it is.
  public var learner: LearnerNumber
  /// What holds and when.
  public var row: ContextRow
  /// Joins the parts.
  @inlinable public init(learner: LearnerNumber, row: ContextRow) {
    self.learner = learner
    self.row = row
  }
}

/// A row of a learner's context was withdrawn: as if it had not been said.
@frozen public struct RowWithdrawalChange: Sendable, BitwiseCopyable {
  /// Whose row it was.
  public var learner: LearnerNumber
  /// The record that said it.
  public var row: Position
  /// Joins the parts.
  @inlinable public init(learner: LearnerNumber, row: Position) {
    self.learner = learner
    self.row = row
  }
}

/// A group's description; its leaders and members are context rows.
@frozen public struct GroupChange: Sendable, BitwiseCopyable {
  /// The group.
  public var group: GroupNumber
  /// The cohort it belongs to; none for a group across cohorts.
  public var cohort: CohortNumber
  /// The name people read.
  public var title: TextRef
  /// Joins the parts.
  @inlinable public init(group: GroupNumber, cohort: CohortNumber, title: TextRef) {
    self.group = group
    self.cohort = cohort
    self.title = title
  }
}
