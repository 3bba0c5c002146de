/// A group 小组 as a caller declares it; its members are rows of their own context.
public struct GroupRecord: Hashable, Sendable {
  /// The group's id.
  public var id: String
  /// The name people read; nil leaves it as it is.
  public var title: String?
  /// The cohort it belongs to; nil leaves it as it is.
  public var cohort: String?

  /// Describes a group.
  public init(id: String, title: String? = nil, cohort: String? = nil) {
    self.id = id
    self.title = title
    self.cohort = cohort
  }
}

extension ProgramState {
  /// Decides a group's description.
  public func decide(_ record: GroupRecord, into buffer: inout ChangeBuffer) throws(Undecided) {
    guard version > 0 else {
      throw .refused(
        Refusal(.notFound, field: "program", "Apply a program definition first (program.apply)."))
    }
    let number = GroupNumber(
      rawValue: try numberNaming(.group, record.id, max: Int(Int32.max), into: &buffer))
    let standing = number.index < groups.count ? groups[number.index] : GroupRow()
    var cohort = standing.cohort
    if let name = record.cohort {
      cohort = CohortNumber(
        rawValue: UInt16(try numberNaming(.cohort, name, max: Int(UInt16.max), into: &buffer)))
    }
    let title = record.title ?? standing.title
    guard !standing.isDeclared || title != standing.title || cohort != standing.cohort else {
      return
    }
    buffer.changes.append(
      .group(GroupChange(group: number, cohort: cohort, title: buffer.text.append(title))))
  }
}
