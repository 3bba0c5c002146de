import Incentives
import LMDB

/// Who did what in a run of 1,024 positions: a line for each command, and one for each source of facts.
///
/// Facts come by the thousand and bring no command of their own; what they leave here is one line for
/// each source and run, so that a list of who did what costs the bulk of facts nothing.
///
///     counts     commands and runs of facts, varints
///     a command  position less the first of the run, time in microseconds less that of the line before,
///                principal, action, staff, batch, bytes of its refusal and the refusal, learners:
///                how many, the first, then each less the one before
///     facts      position of the first less the first of the run, its time less that of the line before,
///                source, how many, the time of the last less that of the first
struct AuditBlock: ValueCodec, Hashable {
  static let typeID: UInt32 = 13
  static let formatVersion: UInt8 = 1

  /// A command that took effect, or whose refusal its key remembers.
  struct Command: Hashable {
    var offset: UInt16
    var time: Instant
    var refusal: String
    var command: AuditedCommand
  }

  /// The facts of one source among the positions of the run.
  struct Facts: Hashable {
    var offset: UInt16
    var time: Instant
    var until: Instant
    var source: SourceNumber
    var count: UInt32
  }

  /// The commands in the order of the log.
  private(set) var commands: [Command] = []
  /// The sources in the order in which they came first.
  private(set) var facts: [Facts] = []

  init() {}

  /// Whether there is nothing to keep.
  var isEmpty: Bool { commands.isEmpty && facts.isEmpty }

  /// The earliest time of a line.
  var firstTime: Instant? { [commands.first?.time, facts.first?.time].compactMap { $0 }.min() }

  /// Adds a command, later than those that are here.
  mutating func append(_ command: Command) { commands.append(command) }

  /// Counts a fact, later than those that are here.
  @inline(__always)
  mutating func count(_ source: SourceNumber, offset: UInt16, at time: Instant) {
    if let last = facts.indices.last, facts[last].source == source {
      facts[last].count += 1
      facts[last].until = time
    } else {
      add(Facts(offset: offset, time: time, until: time, source: source, count: 1))
    }
  }

  private mutating func add(_ later: Facts) {
    guard let index = facts.firstIndex(where: { $0.source == later.source }) else {
      return facts.append(later)
    }
    facts[index].count += later.count
    facts[index].until = later.until
  }

  /// Adds what came later in the same run.
  mutating func append(contentsOf later: AuditBlock) {
    commands += later.commands
    for facts in later.facts { add(facts) }
  }

  // MARK: Bytes

  var byteCount: Int { payload.count }

  func encode(into writer: inout ValueWriter) { writer.append(payload) }

  private var payload: [UInt8] {
    var writer = ByteWriter(capacity: 16 + 48 * (commands.count + facts.count))
    writer.reserve(2 * ByteWriter.varintBytesMax)
    writer.write(varint: UInt64(commands.count))
    writer.write(varint: UInt64(facts.count))
    var before: Int64 = 0
    for line in commands { write(line, &before, into: &writer) }
    for line in facts {
      writer.reserve(5 * ByteWriter.varintBytesMax)
      writer.write(varint: UInt64(line.offset))
      writer.write(zigzag: line.time.microseconds &- before)
      writer.write(varint: UInt64(line.source.rawValue))
      writer.write(varint: line.count)
      writer.write(zigzag: line.until.microseconds &- line.time.microseconds)
      before = line.time.microseconds
    }
    return Array(writer.bytes)
  }

  private func write(_ line: Command, _ before: inout Int64, into writer: inout ByteWriter) {
    let command = line.command
    writer.reserve((8 + command.learners.count) * ByteWriter.varintBytesMax)
    writer.write(varint: UInt64(line.offset))
    writer.write(zigzag: line.time.microseconds &- before)
    before = line.time.microseconds
    writer.write(varint: command.principal.rawValue)
    writer.write(varint: UInt64(command.action.rawValue))
    writer.write(varint: command.staff.rawValue)
    writer.write(varint: command.batch.rawValue)
    Array(line.refusal.utf8).withUnsafeBytes { writer.write(text: $0) }
    writer.reserve((1 + command.learners.count) * ByteWriter.varintBytesMax)
    writer.write(varint: UInt64(command.learners.count))
    var learner: UInt32 = 0
    for next in command.learners {
      writer.write(varint: next.rawValue &- learner)
      learner = next.rawValue
    }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    let commandCount = try Self.count(&reader)
    let factCount = try Self.count(&reader)
    var before: Int64 = 0
    for _ in 0..<commandCount {
      let offset = try reader.packed(as: UInt16.self)
      before &+= try reader.packedSigned()
      var command = AuditedCommand(
        principal: PrincipalNumber(rawValue: try reader.packed(as: UInt32.self)),
        action: ActionNumber(rawValue: try reader.packed(as: UInt16.self)))
      command.staff = StaffNumber(rawValue: try reader.packed(as: UInt32.self))
      command.batch = BatchNumber(rawValue: try reader.packed(as: UInt32.self))
      let refusal = try reader.nextBytes(try Self.count(&reader))
      let text = String(decoding: refusal, as: UTF8.self)
      var learner: UInt32 = 0
      for _ in 0..<(try Self.count(&reader)) {
        learner &+= try reader.packed(as: UInt32.self)
        command.learners.append(LearnerNumber(rawValue: learner))
      }
      commands.append(
        Command(
          offset: offset, time: Instant(microseconds: before), refusal: text, command: command))
    }
    for _ in 0..<factCount {
      let offset = try reader.packed(as: UInt16.self)
      before &+= try reader.packedSigned()
      let source = SourceNumber(rawValue: try reader.packed(as: UInt16.self))
      let count = try reader.packed(as: UInt32.self)
      let until = before &+ (try reader.packedSigned())
      facts.append(
        Facts(
          offset: offset, time: Instant(microseconds: before),
          until: Instant(microseconds: until), source: source, count: count))
    }
  }

  /// A count of what follows, each at least a byte.
  private static func count(_ reader: inout ValueReader) throws(InvalidValue) -> Int {
    let count = try reader.packed()
    guard count <= UInt64(reader.remaining) else { throw InvalidValue() }
    return Int(count)
  }
}

/// What a stretch adds to the lines of the audit, run by run.
struct AuditGathering {
  /// The runs that the stretch touches, in order.
  private(set) var blocks: [(first: Position, block: AuditBlock)] = []

  /// Counts a fact.
  @inline(__always)
  mutating func count(_ source: SourceNumber, at position: Position, _ time: Instant) {
    open(position)
    blocks[blocks.count - 1].block.count(source, offset: Self.offset(of: position), at: time)
  }

  /// Notes a command by its key, the last of the records it made; they are in the same block of the log.
  mutating func note(
    _ used: KeyChange, at position: Position, _ time: Instant, since first: Position,
    in buffer: ChangeBuffer
  ) {
    var command = AuditedCommand(principal: used.principal, action: used.action)
    var learners: Set<LearnerNumber> = []
    let index = Int(position.rawValue - first.rawValue)
    for change in buffer.changes[max(0, index - Int(used.records))..<index]
    where learners.count < AuditedCommand.learnersMax {
      command.note(change, to: &learners)
    }
    if learners.isEmpty, !used.learner.isNone { learners.insert(used.learner) }
    command.learners = learners.sorted()
    open(position)
    blocks[blocks.count - 1].block.append(
      AuditBlock.Command(
        offset: Self.offset(of: position), time: time, refusal: Self.refusal(of: used, buffer),
        command: command))
  }

  @inline(__always)
  private mutating func open(_ position: Position) {
    let first = position.rawValue / StateSchema.auditSpan * StateSchema.auditSpan
    if blocks.last?.first.rawValue != first {
      blocks.append((Position(rawValue: first), AuditBlock()))
    }
  }

  private static func offset(of position: Position) -> UInt16 {
    UInt16(truncatingIfNeeded: position.rawValue % StateSchema.auditSpan)
  }

  /// The word of a remembered refusal, which its answer begins with.
  private static func refusal(of used: KeyChange, _ buffer: ChangeBuffer) -> String {
    guard used.isRefusal else { return "" }
    let word = buffer.text.withBytes(used.answer) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }.prefix(64), as: UTF8.self)
    }
    // Sealed, and its key gone or not in hand.
    return word.isEmpty ? RefusalReason.refusedThen : word
  }
}

extension RefusalReason {
  /// What is said of a refusal whose reason is sealed under a learner's key.
  static var refusedThen: String { "refused" }
}
