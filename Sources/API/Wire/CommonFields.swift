import Incentives
import JSONRPC

/// The kinds of fields that many methods share.
extension Fields {
  /// An id of 1 to 128 bytes.
  mutating func identifier(_ name: StaticString) throws(ParameterError) -> String {
    try string(name, max: CallLimits.identifierBytesMax)
  }

  /// An id that may be absent.
  mutating func optionalIdentifier(_ name: StaticString) throws(ParameterError) -> String? {
    try optionalString(name, max: CallLimits.identifierBytesMax)
  }

  /// A text for people that may be absent.
  mutating func optionalProse(_ name: StaticString) throws(ParameterError) -> String? {
    try optionalString(name, max: CallLimits.textBytesMax)
  }

  /// Ids that may be absent.
  mutating func identifiers(
    _ name: StaticString, max: Int = CallLimits.rowsMax
  ) throws(ParameterError) -> [String] {
    guard optionalValue(name) != nil else { return [] }
    return try strings(name, max: max, maxBytes: CallLimits.identifierBytesMax)
  }

  /// A local day that may be absent.
  mutating func optionalDay(_ name: StaticString) throws(ParameterError) -> LocalDay? {
    guard let text = try optionalText(name, max: CallLimits.identifierBytesMax) else { return nil }
    guard let day = InstantText.parseDay(text.bytes) else {
      throw ParameterError(name, .invalidValue, "Send a day such as 2026-09-01.")
    }
    return day
  }

  /// A local day.
  mutating func day(_ name: StaticString) throws(ParameterError) -> LocalDay {
    guard let day = try optionalDay(name) else {
      throw ParameterError(name, .missing, "Add the field.")
    }
    return day
  }

  /// An instant, or a local reading of the program's clock, that may be absent.
  mutating func optionalInstant(_ name: StaticString) throws(ParameterError) -> ParsedTime? {
    guard let text = try optionalText(name, max: CallLimits.identifierBytesMax) else { return nil }
    guard let time = InstantText.parse(text.bytes) else {
      throw ParameterError(name, .invalidValue, InstantText.advice)
    }
    return time
  }

  /// An instant, a local reading of the program's clock, or a local day for its first instant, that may
  /// be absent.
  mutating func optionalMoment(_ name: StaticString) throws(ParameterError) -> FactTime? {
    guard let text = try optionalText(name, max: CallLimits.identifierBytesMax) else { return nil }
    if let day = InstantText.parseDay(text.bytes) { return .day(day) }
    switch InstantText.parse(text.bytes) {
    case .instant(let instant)?: return .instant(instant)
    case .local(let microseconds)?: return .local(microseconds)
    case nil: throw ParameterError(name, .invalidValue, InstantText.advice)
    }
  }

  /// The batch that a call's changes belong to, which may be absent.
  public mutating func optionalBatch(
    _ name: StaticString = "batch"
  ) throws(ParameterError) -> BatchNumber? {
    guard let text = try optionalIdentifier(name) else { return nil }
    guard let batch = BatchNumber(text) else {
      throw ParameterError(name, .invalidValue, "Send a batch such as B-0012.")
    }
    return batch
  }

  /// A batch.
  mutating func batch() throws(ParameterError) -> BatchNumber {
    guard let batch = try optionalBatch() else {
      throw ParameterError("batch", .missing, "Add the field.")
    }
    return batch
  }

  /// A position in the log that may be absent.
  mutating func optionalPosition(_ name: StaticString) throws(ParameterError) -> Position? {
    try optionalInt(name, in: 1 ... .max).map { Position(rawValue: UInt64($0)) }
  }

  /// The idempotency key: 1 to 255 printable ASCII characters.
  public mutating func idempotencyKey() throws(ParameterError) -> String {
    let text = try text("idempotencyKey", max: CallLimits.idempotencyKeyBytesMax)
    guard text.bytes.allSatisfy({ 0x20...0x7E ~= $0 }) else {
      throw ParameterError(
        "idempotencyKey", .invalidValue, "Use 1 to 255 printable ASCII characters.")
    }
    return text.string
  }
}

extension InstantText {
  /// What to send where an instant is asked for.
  static var advice: String { "Send an RFC 3339 instant such as 2026-09-01T08:00:00+08:00." }
}

extension ProgramState {
  /// The instant that a text without or with an offset stands for.
  func instant(of time: ParsedTime) -> Instant {
    switch time {
    case .instant(let instant): instant
    case .local(let microseconds): zone.instant(ofLocal: microseconds)
    }
  }

  /// The program's time: its own where the clock is manual.
  func now(_ wall: Instant) -> Instant { definition.clock == .manual ? clock : wall }

  /// The number of a learner; refuses who is not known.
  func knownLearner(_ id: String, field: String = "learner") throws(Undecided) -> LearnerNumber {
    if let number = learnerNumber(id) { return number }
    throw .refused(Refusal(.notFound, field: field, "There is no learner with this id."))
  }

  /// An id as answers show it: of a learner who was merged, the surviving one's.
  func shownID(of id: String) -> String { learnerNumber(id).map { learners.shownID($0) } ?? id }

  /// The number of a group; refuses one that is not known.
  func knownGroup(_ id: String, field: String = "group") throws(Undecided) -> GroupNumber {
    if let number = names.number(.group, id) { return GroupNumber(rawValue: number) }
    throw .refused(Refusal(.notFound, field: field, "There is no group with this id."))
  }

  /// The word for a term: its id; nil where there is none.
  func termID(_ term: TermNumber) -> String? {
    guard term != .outside, term != .endless, term.index <= termIDs.count else { return nil }
    return termIDs[term.index - 1]
  }
}

extension JSONWriter {
  /// Writes a member with an instant.
  mutating func member(_ name: StaticString, _ instant: Instant) {
    member(name, instant.description)
  }

  /// Writes a member with a local day.
  mutating func member(_ name: StaticString, _ day: LocalDay) {
    member(name, day.description)
  }

  /// Writes a member with a position.
  mutating func member(_ name: StaticString, _ position: Position) {
    member(name, position.rawValue)
  }

  /// Writes a member with a text, unless it is empty.
  mutating func memberUnlessEmpty(_ name: StaticString, _ text: String) {
    if !text.isEmpty { member(name, text) }
  }

  /// Writes the member `learner`, and `erased` where their own id is gone.
  mutating func learner(_ learner: LearnerNumber, of state: ProgramState) {
    member("learner", state.learners.shownID(learner))
    if state.learners.isNameless(state.learners.surviving(learner)) { member("erased", true) }
  }

  /// Writes a member with a list of texts.
  mutating func member(_ name: StaticString, _ texts: [String]) {
    array(name) { writer in for text in texts { writer.string(text) } }
  }
}

extension Property {
  /// The program's id, which nearly every method takes.
  static let program = required("program", .identifier, "The program's id.")
  /// Whether a command only tells what it would do.
  static let dryRun = optional(
    "dryRun", .boolean, "Whether to tell only what would happen.", default: "false")
  /// The key of a command that may be rehearsed.
  static let keyUnlessDryRun = optional(
    "idempotencyKey", .text(bytesMax: CallLimits.idempotencyKeyBytesMax),
    "Required unless dryRun.")
  /// The batch that a call's changes belong to.
  static let batch = optional(
    "batch", .batch, "The batch, of batch.open, that what is new belongs to; can be taken back.")
  /// Whether a learner that an answer shows was erased.
  static let erased = optional("erased", .boolean, "True where the learner's own id is gone.")
  /// The key that makes a retry harmless.
  static let idempotencyKey = required(
    "idempotencyKey", .text(bytesMax: CallLimits.idempotencyKeyBytesMax),
    "1 to 255 printable ASCII characters, drawn anew for each click.")
}
