import Incentives
import Ledger

/// What was decided since the last seal: one buffer of changes for each program touched, and the
/// replies that leave when these changes are durable.
struct OpenBatch {
  /// The changes of one program.
  struct Part: Sendable {
    let program: ProgramNumber
    let first: Position
    var buffer = ChangeBuffer()
  }

  /// A reply that waits; its head is found when the batch is durable.
  struct Waiting: Sendable {
    let door: any ReplyDoor
    let token: UInt64
    let program: ProgramNumber?
    let answer: Answer
  }

  private(set) var parts: ContiguousArray<Part> = []
  var waiting: ContiguousArray<Waiting> = []
  private(set) var changeCount = 0
  private(set) var textBytes = 0

  /// Whether there is nothing to seal.
  var isEmpty: Bool { changeCount == 0 && waiting.isEmpty }

  /// Whether the batch holds changes of a program.
  func touches(_ state: ProgramState) -> Bool {
    parts.contains { $0.program == state.number && !$0.buffer.changes.isEmpty }
  }

  /// The index of a program's part, made if it is not there.
  mutating func part(of state: ProgramState) -> Int {
    if let last = parts.indices.last, parts[last].program == state.number { return last }
    if let index = parts.firstIndex(where: { $0.program == state.number }) { return index }
    parts.append(Part(program: state.number, first: state.position.next))
    return parts.count - 1
  }

  /// Lets a decision append to a program's part and applies what it appended; a throw leaves nothing.
  mutating func decide<R>(
    _ state: ProgramState, applied: (Change, Position, ChangeBuffer) -> Void,
    _ body: (inout ChangeBuffer) throws(Undecided) -> R
  ) throws(Undecided) -> R {
    let part = part(of: state)
    // Taken out meanwhile, so that nobody else holds it and nothing is copied.
    var buffer = ChangeBuffer()
    swap(&parts[part].buffer, &buffer)
    defer { swap(&parts[part].buffer, &buffer) }
    let mark = buffer.mark
    let result: R
    do throws(Undecided) {
      result = try body(&buffer)
      state.conclude(&buffer, from: mark.changes)
    } catch {
      buffer.roll(back: mark)
      throw error
    }
    for index in mark.changes..<buffer.changes.count {
      let change = buffer.changes[index]
      state.apply(change, in: buffer)
      applied(change, state.position, buffer)
    }
    changeCount += buffer.changes.count - mark.changes
    textBytes += buffer.text.bytes.count - mark.text
    return result
  }

  /// The change at a position of a program, if it is in this batch.
  func find(_ program: ProgramNumber, _ position: Position) -> KnownRecord? {
    guard let part = parts.first(where: { $0.program == program }), part.first <= position
    else { return nil }
    let index = Int(position.rawValue - part.first.rawValue)
    guard index < part.buffer.changes.count else { return nil }
    return KnownRecord(
      position: position, change: part.buffer.changes[index], buffer: part.buffer)
  }
}
