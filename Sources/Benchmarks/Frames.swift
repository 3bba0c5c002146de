import Trials

/// The calls of one connection, encoded before any time is taken.
///
/// The frame's place is its JSON-RPC id. Frames lie one behind the other, so that any run of them is sent
/// as one piece of memory.
final class Frames {
  private(set) var text: FrameText
  /// Where each frame ends.
  private(set) var ends: [Int] = []
  /// How many facts each frame holds.
  private(set) var facts: [Int32] = []
  /// Where each day's frames end, from the first day on.
  private(set) var dayEnds: [Int] = []

  private init(capacity: Int) { text = FrameText(capacity: capacity) }

  var count: Int { ends.count }

  /// The bytes of a run of frames.
  func bytes(_ frames: Range<Int>) -> UnsafeRawBufferPointer {
    let start = frames.lowerBound == 0 ? 0 : ends[frames.lowerBound - 1]
    return UnsafeRawBufferPointer(rebasing: text.bytes[start..<ends[frames.upperBound - 1]])
  }

  /// Deals the facts of some days to connections, `factsEach` to a call.
  static func deal(
    _ workload: Workload, days: Range<Int>, connections: Int, factsEach: Int
  ) -> [Frames] {
    let perDay = workload.factsPerDay
    let callCount = (perDay + factsEach - 1) / factsEach
    let estimate = days.count * perDay / connections * 160 + 4_096
    let all = (0..<connections).map { _ in Frames(capacity: estimate) }
    for day in days {
      for call in 0..<callCount {
        let facts = call * factsEach..<min(perDay, (call + 1) * factsEach)
        all[call % connections].append(workload, day, facts)
      }
      for frames in all { frames.dayEnds.append(frames.count) }
    }
    return all
  }

  /// The calls that close days.
  static func closings(of days: Range<Int>) -> Frames {
    let frames = Frames(capacity: days.count * 200)
    for day in days {
      frames.beginCall("program.advance")
      frames.text.append(#","idempotencyKey":"close-"#)
      frames.text.append(day)
      frames.text.append(#"","to":""#)
      frames.text.append(TrialProgram.day(day + 1))
      // Behind the grace of two hours.
      frames.text.append(#"T03:00:00Z""#)
      frames.endCall(facts: 0)
    }
    return frames
  }

  private func beginCall(_ method: StaticString) {
    text.append(#"{"jsonrpc":"2.0","id":"#)
    text.append(ends.count)
    text.append(#","method":""#)
    text.append(method)
    text.append(#"","params":{"program":""#)
    text.append(Workload.program)
    text.append(#"""#)
  }

  private func endCall(facts count: Int) {
    text.append("}}\n")
    ends.append(text.count)
    facts.append(Int32(count))
  }

  private func append(_ workload: Workload, _ day: Int, _ numbers: Range<Int>) {
    beginCall("facts.record")
    text.append(#","facts":["#)
    for number in numbers {
      if number > numbers.lowerBound { text.append(",") }
      workload.write(day: day, fact: number, to: &text)
    }
    text.append("]")
    endCall(facts: numbers.count)
  }
}
