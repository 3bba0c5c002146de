import Incentives
import JSONRPC

/// Reads how a program treats attendance; `members(of:)` below writes the same shape.
enum AttendanceFields {
  /// Reads the members.
  static func read(_ fields: inout Fields) throws(ParameterError) -> AttendanceDefinition {
    let verbs = try fields.optionalItems("verbs", max: 100) { value throws(ParameterError) in
      try value.text(named: "", max: CallLimits.identifierBytesMax).string
    }
    return AttendanceDefinition(
      verbs: verbs ?? [AttendanceDefinition.verb],
      minimumMinutes: try fields.optionalInt("minimumMinutes", in: 1...1_440).map { Int32($0) },
      excuses: try fields.optionalObject("excuses", read: excuses) ?? ExcuseRules(),
      perfect: try fields.optionalItems("perfect", max: 100) { value throws(ParameterError) in
        try value.fields(perfect)
      } ?? [])
  }

  private static func excuses(_ fields: inout Fields) throws(ParameterError) -> ExcuseRules {
    var rules = ExcuseRules()
    rules.sick = try fields.optionalChoice("sick") ?? rules.sick
    rules.business = try fields.optionalChoice("business") ?? rules.business
    rules.personal = try fields.optionalChoice("personal") ?? rules.personal
    return rules
  }

  private static func perfect(_ fields: inout Fields) throws(ParameterError) -> PerfectRule {
    PerfectRule(
      id: try fields.optionalIdentifier("id"),
      period: try fields.choice("period"),
      makeUpWithin: try fields.optionalInt("makeUpWithin", in: 0...366).map { Int32($0) } ?? 14,
      excuses: try fields.optionalObject("excuses", read: excuses),
      late: try late(&fields),
      minimumAttended: try fields.optionalInt("minimumAttended", in: 0...100).map { Int32($0) }
        ?? 80,
      points: try fields.optionalInt("points", in: 0...ProgramDefinition.pointsMax) ?? 0,
      counts: try fields.optionalBool("counts") ?? false)
  }

  private enum Late: String, CaseIterable {
    case counts, breaks
  }

  private static func late(_ fields: inout Fields) throws(ParameterError) -> LateRule {
    guard let value = fields.optionalValue("late") else { return .counts }
    guard value.kind == .object else {
      let word = try value.text(named: "late", max: CallLimits.identifierBytesMax).string
      switch Late(rawValue: word) {
      case .counts: return .counts
      case .breaks: return .breaks
      case nil:
        throw ParameterError(
          "late", .invalidValue, "Send counts, breaks, or {toAbsence: 3}.")
      }
    }
    do throws(ParameterError) {
      return try value.fields { fields throws(ParameterError) in
        .toAbsence(Int32(try fields.int("toAbsence", in: 1...1_000)))
      }
    } catch {
      throw error.inside("late")
    }
  }
}

extension JSONWriter {
  /// Writes how a program treats attendance; what is at its default is left out.
  mutating func members(of attendance: AttendanceDefinition) {
    if attendance.verbs != [AttendanceDefinition.verb] { member("verbs", attendance.verbs) }
    if let least = attendance.minimumMinutes { member("minimumMinutes", Int(least)) }
    if attendance.excuses != ExcuseRules() {
      object("excuses") { $0.members(of: attendance.excuses) }
    }
    guard !attendance.perfect.isEmpty else { return }
    array("perfect") { writer in
      for rule in attendance.perfect { writer.object { $0.members(of: rule) } }
    }
  }

  private mutating func members(of excuses: ExcuseRules) {
    member("sick", excuses.sick.rawValue)
    member("business", excuses.business.rawValue)
    member("personal", excuses.personal.rawValue)
  }

  private mutating func members(of rule: PerfectRule) {
    let plain = PerfectRule(period: rule.period)
    if rule.id != plain.id { member("id", rule.id) }
    member("period", rule.period.rawValue)
    if rule.makeUpWithin != plain.makeUpWithin { member("makeUpWithin", Int(rule.makeUpWithin)) }
    if let excuses = rule.excuses { object("excuses") { $0.members(of: excuses) } }
    switch rule.late {
    case .counts: break
    case .breaks: member("late", "breaks")
    case .toAbsence(let times): object("late") { $0.member("toAbsence", Int(times)) }
    }
    if rule.minimumAttended != plain.minimumAttended {
      member("minimumAttended", Int(rule.minimumAttended))
    }
    if rule.points != 0 { member("points", rule.points) }
    if rule.counts { member("counts", true) }
  }
}

/// The shape on the wire.
extension Schema {
  static let attendance = Schema.object([
    .optional(
      "verbs", .list(.identifier, max: 100), "Verbs of facts that fill rows; joined:* allowed.",
      default: #"["attended"]"#),
    .optional(
      "minimumMinutes", .integer(1...1_440),
      "How many minutes the facts of a row must add up to; absent: being there is enough."),
    .optional("excuses", excuses, "What leaves are worth."),
    .optional("perfect", .list(perfect, max: 100), "The perfect attendances that are awarded."),
  ])

  private static let treatment = Schema.word(ExcuseTreatment.allCases.map(\.rawValue))

  private static let excuses = Schema.object([
    .optional("sick", treatment, "Sick leave.", default: #""pauses""#),
    .optional("business", treatment, "Business leave.", default: #""pauses""#),
    .optional("personal", treatment, "Personal leave.", default: #""breaks""#),
  ])

  private static let perfect = Schema.object([
    .optional("id", .identifier, "The name that answers use; default perfect-week and so on."),
    .required("period", .word(PerfectRule.Span.allCases.map(\.rawValue)), "The span."),
    .optional(
      "makeUpWithin", .integer(0...366), "Days within which a session is made up.",
      default: "14"),
    .optional("excuses", excuses, "What leaves are worth; absent: as for the program."),
    .optional(
      "late",
      .either([
        .word(["counts", "breaks"]),
        .object([.required("toAbsence", .integer(1...1_000), "So many make one absence.")]),
      ]), "What coming late or leaving early is worth.", default: #""counts""#),
    .optional(
      "minimumAttended", .integer(0...100),
      "How many percent of the sessions the cohort held must have been attended.",
      default: "80"),
    .optional("points", .integer(0...ProgramDefinition.pointsMax), "What it pays.", default: "0"),
    .optional("counts", .boolean, "Whether it counts as earned; else bonus.", default: "false"),
  ])
}
