import Incentives
import JSONRPC

/// How a member of staff is read from a call and shown in an answer.
enum StaffFields {
  static let properties: [Property] = [
    .required(
      "id", .identifier, "The organisation's id; `by` of what the person does."),
    .optional("name", .prose, "The name people read; absent leaves it."),
    .optional(
      "roles", .list(.word(Roles.words), max: 8),
      "What the person may do; needed for a new one, absent leaves it."),
    .optional(
      "cohorts", .list(.identifier, max: CallLimits.staffCohortsMax),
      "The cohorts in which the roles hold; empty: everywhere; absent leaves them."),
    .optional("from", .day, "The first local day; absent leaves it, at first: since ever."),
    .optional("to", .day, "The last local day; absent leaves it, at first: without end."),
    .optional("successor", .identifier, "Who takes over the open work; only together with `to`."),
  ]

  static let shown: [Property] = [
    .required("staff", .identifier, "The id."),
    .optional("name", .prose, "The name people read."),
    .required("roles", .list(.word(Roles.words), max: 8), "What the person may do."),
    .optional(
      "cohorts", .list(.identifier, max: .max), "Where the roles hold; absent: everywhere."),
    .optional("from", .day, "The first local day; absent: since ever."),
    .optional("to", .day, "The last local day; absent: without end."),
    .optional("successor", .identifier, "Who takes over the open work."),
    .required("acts", .boolean, "Whether the person may act today."),
  ]

  static func read(_ fields: inout Fields) throws(ParameterError) -> StaffRecord {
    let id = try fields.identifier("id")
    guard id != CreateKey.ownersName else {
      throw ParameterError(
        "id", .invalidValue,
        "\(CreateKey.ownersName) acts at the Unix socket; choose another.")
    }
    var record = StaffRecord(id: id, name: try fields.optionalProse("name"))
    if fields.optionalValue("roles") != nil {
      record.roles = try Roles(reading: &fields).rawValue
    }
    if fields.optionalValue("cohorts") != nil {
      record.cohorts = try fields.identifiers("cohorts", max: CallLimits.staffCohortsMax)
    }
    record.from = try fields.optionalDay("from")
    record.to = try fields.optionalDay("to")
    record.successor = try fields.optionalIdentifier("successor")
    return record
  }
}

extension Roles {
  /// Reads the field `roles`: known words, at least one.
  init(reading fields: inout Fields) throws(ParameterError) {
    let words = try fields.strings("roles", max: 8, maxBytes: CallLimits.identifierBytesMax)
    guard let roles = Roles(words: words), !words.isEmpty else {
      throw ParameterError(
        "roles", .invalidValue, "Name roles among \(Roles.words.joined(separator: ", ")).")
    }
    self = roles
  }
}

extension JSONWriter {
  /// Writes the members that show a member of staff.
  mutating func members(
    of number: StaffNumber, in state: ProgramState, on today: LocalDay, withName: Bool
  ) {
    let member = state.staffMember(number)
    self.member("staff", state.staffID(number))
    if withName { memberUnlessEmpty("name", member.name) }
    self.member("roles", Roles(rawValue: member.roles).words)
    if member.isLimited { self.member("cohorts", member.cohorts.map { state.word($0) }) }
    if member.first.number != .min { self.member("from", member.first) }
    if member.last.number != .max { self.member("to", member.last) }
    memberUnlessEmpty("successor", state.staffID(member.successor))
    self.member("acts", member.acts(on: today))
  }
}
