import Incentives
import JSONRPC

/// Which board a call means, in the words of the wire: period, learners or groups, and a segment.
struct BoardQuestion: Sendable {
  private enum Population: String, CaseIterable {
    case learners, groups
  }

  private enum PeriodName: Sendable {
    case fixed(Period)
    case term(id: String)
  }

  /// Whether groups are ranked.
  var ranksGroups: Bool
  private let period: PeriodName
  private let segment: (kind: Segment.Kind, word: String)?

  /// The parameters that name a board.
  static let properties: [Property] = [
    .optional(
      "period", .period, "2026-09-01, 2026-W36, 2026-09, term:ID or all.", default: #""all""#),
    .optional("cohort", .identifier, "Only this cohort; of cohort, tier and group at most one."),
    .optional("tier", .identifier, "Only this tier."),
    .optional("group", .identifier, "Only this group's members."),
  ]

  /// Whom a board ranks.
  static let of = Property.optional(
    "of", .word(Population.allCases.map(\.rawValue)), "Whom it ranks.", default: #""learners""#)

  /// Reads the parameters; `segments` are the fields that may narrow the board.
  init(_ fields: inout Fields, ranksGroups: Bool?, canNameGroup: Bool = true)
    throws(ParameterError)
  {
    if let ranksGroups {
      self.ranksGroups = ranksGroups
    } else {
      self.ranksGroups = try fields.optionalChoice("of", of: Population.self) == .groups
    }
    period = try Self.period(&fields)
    var segments: [(Segment.Kind, String)] = []
    if let word = try fields.optionalIdentifier("cohort") { segments.append((.cohort, word)) }
    if let word = try fields.optionalIdentifier("tier") { segments.append((.tier, word)) }
    if canNameGroup, let word = try fields.optionalIdentifier("group") {
      segments.append((.group, word))
    }
    guard segments.count < 2 else {
      throw ParameterError("cohort", .invalidValue, "Send at most one of cohort, tier and group.")
    }
    segment = segments.first
    if self.ranksGroups, let kind = segment?.kind, kind != .cohort {
      throw ParameterError(
        kind == .tier ? "tier" : "group", .invalidValue,
        "A board of groups can be narrowed to a cohort only.")
    }
  }

  private static func period(_ fields: inout Fields) throws(ParameterError) -> PeriodName {
    guard let text = try fields.optionalText("period", max: CallLimits.identifierBytesMax + 5)
    else { return .fixed(.all) }
    let word = text.string
    if word.hasPrefix("term:") {
      let id = String(word.dropFirst(5))
      guard !id.isEmpty else {
        throw ParameterError("period", .invalidValue, "Name the term, as in term:autumn.")
      }
      return .term(id: id)
    }
    guard let period = Period(word) else {
      throw ParameterError(
        "period", .invalidValue, "Send 2026-09-01, 2026-W36, 2026-09, term:ID or all.")
    }
    return .fixed(period)
  }

  /// The board in the numbers of a program.
  func request(in state: ProgramState) throws(Undecided) -> BoardRequest {
    BoardRequest(
      period: try period(in: state), ranksGroups: ranksGroups, segment: try segment(in: state))
  }

  /// Refuses a board that ranks more than a caller sees: it must be of one cohort or group seen.
  func check(_ sight: Sight, in state: ProgramState) throws(Undecided) {
    guard sight.isLimited else { return }
    switch segment {
    case (.cohort, let word)?:
      guard let number = state.names.number(.cohort, word),
        !sight.sees(CohortNumber(rawValue: UInt16(number)))
      else { return }
      throw .refused(Refusal(.notFound, field: "cohort", "There is no cohort with this id."))
    case (.group, let word)?: try state.check(group: word, sight)
    default:
      throw .refused(
        Refusal(
          .forbidden, field: "cohort",
          "Your roles hold in some cohorts only; ask for the board of one of them."))
    }
  }

  private func period(in state: ProgramState) throws(Undecided) -> Period {
    switch period {
    case .fixed(let period): return period
    case .term(let id):
      guard let index = state.termIDs.firstIndex(of: id) else {
        let known = state.termIDs.isEmpty ? "none" : state.termIDs.joined(separator: ", ")
        throw .refused(
          Refusal(
            .notFound, field: "period", "The program declares no such term; it declares: \(known).")
        )
      }
      return .term(Int32(index) + 1)
    }
  }

  private func segment(in state: ProgramState) throws(Undecided) -> Segment {
    guard let segment else { return .everyone }
    let (kind, field): (NameKind, String) =
      switch segment.kind {
      case .everyone, .cohort: (.cohort, "cohort")
      case .tier: (.tier, "tier")
      case .group: (.group, "group")
      }
    guard let number = state.names.number(kind, segment.word) else {
      throw .refused(Refusal(.notFound, field: field, "There is no \(field) with this id."))
    }
    return Segment(kind: segment.kind, number: number)
  }
}

extension ProgramState {
  /// The text of a period on the wire: a term by its id.
  func text(of period: Period) -> String {
    guard period.kind == .term else { return period.description }
    return termID(TermNumber(rawValue: UInt16(period.index))).map { "term:\($0)" }
      ?? period.description
  }

  /// When an open period ends and its board starts afresh; nil where it never does.
  func end(of period: Period) -> Instant? {
    if period.kind == .term {
      return span(of: TermNumber(rawValue: UInt16(period.index))).map {
        firstInstant(of: $0.last.next)
      }
    }
    return period.last.map { firstInstant(of: $0.next) }
  }

  /// Whether a period's board is read from what is closed, and not from what is resident.
  ///
  /// Refuses a period that lies ahead: nothing is kept for it.
  func isStored(_ period: Period, now: Instant) throws(Undecided) -> Bool {
    if periods[period] != nil || period == .all { return false }
    if isClosed(period) { return true }
    let first =
      period.kind == .term
      ? span(of: TermNumber(rawValue: UInt16(period.index)))?.first : period.first
    guard let first, first <= day(at: now) else {
      throw .refused(
        Refusal(.invalid, field: "period", "The period lies ahead; ask for one that has begun."))
    }
    return false
  }
}
