/// How a program treats attendance (rules.md §5 “Attendance”, “Perfect attendance”).
public struct AttendanceDefinition: Hashable, Sendable, Codable {
  /// The verbs of facts that fill rows; `joined:*` matches every verb that begins with `joined:`.
  public var verbs: [String]
  /// How many minutes the facts of a row must add up to; nil where being there is enough.
  public var minimumMinutes: Int32?
  /// What leaves are worth where a perfect attendance does not say otherwise.
  public var excuses: ExcuseRules
  /// The perfect attendances that are awarded.
  public var perfect: [PerfectRule]

  /// The verb of facts that a person's rows record, and the only one declared by default.
  public static let verb = "attended"

  /// Declares how attendance is treated; what is left out takes its documented default.
  public init(
    verbs: [String] = [verb], minimumMinutes: Int32? = nil, excuses: ExcuseRules = ExcuseRules(),
    perfect: [PerfectRule] = []
  ) {
    self.verbs = verbs
    self.minimumMinutes = minimumMinutes
    self.excuses = excuses
    self.perfect = perfect
  }
}

/// What a leave does to perfect attendance.
public enum ExcuseTreatment: String, Hashable, Sendable, Codable, CaseIterable {
  /// The session counts as attended.
  case counts
  /// The session is not owed.
  case pauses
  /// The session counts as missed.
  case breaks
}

/// What each kind of leave does.
public struct ExcuseRules: Hashable, Sendable, Codable {
  /// 病假.
  public var sick: ExcuseTreatment
  /// 公假.
  public var business: ExcuseTreatment
  /// 事假.
  public var personal: ExcuseTreatment

  /// By default sick and business leave pause, and personal leave breaks.
  public init(
    sick: ExcuseTreatment = .pauses, business: ExcuseTreatment = .pauses,
    personal: ExcuseTreatment = .breaks
  ) {
    self.sick = sick
    self.business = business
    self.personal = personal
  }

  /// What a status does; nil for what is no leave.
  public func treatment(of status: AttendanceStatus) -> ExcuseTreatment? {
    switch status {
    case .sick: sick
    case .business: business
    case .personal: personal
    case .none, .present, .late, .leftEarly, .absent, .madeUp: nil
    }
  }
}

/// What coming late, or leaving early, does to perfect attendance.
public enum LateRule: Hashable, Sendable, Codable {
  /// The session counts as attended.
  case counts
  /// The session counts as missed.
  case breaks
  /// Of so many such sessions in the period, the last counts as missed.
  case toAbsence(Int32)
}

/// A perfect attendance 全勤 that a program awards.
public struct PerfectRule: Hashable, Sendable, Codable {
  /// The name that answers use.
  public var id: String
  /// The span in which nothing may be missed.
  public var period: Span
  /// Within how many days of a session it can be made up, before or after.
  public var makeUpWithin: Int32
  /// What leaves are worth; nil takes what the program says.
  public var excuses: ExcuseRules?
  /// What coming late or leaving early is worth.
  public var late: LateRule
  /// How many percent of the sessions the cohort held must have been attended.
  public var minimumAttended: Int32
  /// The points it pays.
  public var points: Int64
  /// Whether they count as earned, for ranks and levels; else they are bonus.
  public var counts: Bool

  /// The spans of perfect attendance.
  public enum Span: String, Hashable, Sendable, Codable, CaseIterable {
    /// From Monday to Sunday.
    case week
    /// A calendar month.
    case month
    /// A declared term.
    case term

    /// The kind of period.
    public var kind: PeriodKind {
      switch self {
      case .week: .week
      case .month: .month
      case .term: .term
      }
    }
  }

  /// Declares one; without an id it is called `perfect-week` and so on.
  public init(
    id: String? = nil, period: Span, makeUpWithin: Int32 = 14, excuses: ExcuseRules? = nil,
    late: LateRule = .counts, minimumAttended: Int32 = 80, points: Int64 = 0, counts: Bool = false
  ) {
    self.id = id ?? "perfect-\(period.rawValue)"
    self.period = period
    self.makeUpWithin = makeUpWithin
    self.excuses = excuses
    self.late = late
    self.minimumAttended = minimumAttended
    self.points = points
    self.counts = counts
  }
}

extension ProgramDefinition {
  /// The verb of the facts that a person's rows record: the first one declared that names one verb.
  var attendanceVerb: String {
    attendance?.verbs.first { $0.utf8.last != UInt8(ascii: "*") } ?? AttendanceDefinition.verb
  }
}

extension AttendanceDefinition {
  /// Whether facts with a verb fill rows.
  func accepts(verb: String) -> Bool { verbs.contains { Rule.matches($0, verb: verb) } }

  /// Refuses a definition that can not be, naming the field.
  func validate() throws(Undecided) {
    try check(verbs.count <= 100, "attendance.verbs", "At most 100 verbs.")
    for verb in verbs {
      let star = verb.firstIndex(of: "*")
      try check(
        !verb.isEmpty && (star == nil || star == verb.index(before: verb.endIndex)),
        "attendance.verbs", "A * stands only at the end, as in joined:*.")
    }
    try check(
      1...1_440 ~= minimumMinutes ?? 1, "attendance.minimumMinutes", "1 to 1,440 minutes.")
    try check(perfect.count <= 100, "attendance.perfect", "At most 100 perfect attendances.")
    for (index, rule) in perfect.enumerated() {
      let field = "attendance.perfect[\(index)]"
      try check(
        !perfect[..<index].contains { $0.id == rule.id }, "\(field).id",
        "An id is declared once; two of one period need ids of their own.")
      try rule.validate(at: field)
    }
  }
}

extension PerfectRule {
  fileprivate func validate(at field: String) throws(Undecided) {
    try check(!id.isEmpty && id.utf8.count <= 128, "\(field).id", "1 to 128 bytes.")
    try check(0...366 ~= makeUpWithin, "\(field).makeUpWithin", "0 to 366 days.")
    try check(0...100 ~= minimumAttended, "\(field).minimumAttended", "0 to 100 percent.")
    try check(
      0...ProgramDefinition.pointsMax ~= points, "\(field).points",
      "0 to \(ProgramDefinition.pointsMax) points.")
    if case .toAbsence(let times) = late {
      try check(1...1_000 ~= times, "\(field).late.toAbsence", "1 to 1,000 times.")
    }
  }
}
