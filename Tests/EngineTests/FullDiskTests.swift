import Incentives
import Ledger
import Synchronization
import Testing

@testable import Engine

/// A disk that fills up and is freed again.
@Suite struct FullDiskTests {
  /// How much room a test says there is.
  private final class Disk: Sendable {
    private let bytes = Mutex(1 << 40)
    var free: Int {
      get { bytes.withLock { $0 } }
      set { bytes.withLock { $0 = newValue } }
    }
  }

  private func rig(_ disk: Disk) throws -> Rig {
    try Rig { configuration in
      configuration.diskReserveBytes = 1 << 20
      configuration.diskWatchMicroseconds = 1_000
      configuration.freeBytes = { _ in disk.free }
    }
  }

  @Test func aFullDiskRefusesWritesAndAnswersReadsAndGoesOnWhenThereIsRoom() throws {
    let disk = Disk()
    let rig = try rig(disk)
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: "anna")])
    _ = try rig.facts([Story(id: "1", learner: "anna")])
    disk.free = 0
    // The block that meets the full disk still fits: that is what the reserve is for.
    let refusal = try firstRefusal(rig)
    #expect(refusal.reason == .storageFull)
    #expect(try rig.earned("anna") >= 6)
    let command = try rig.command { _ throws(Undecided) in [] }
    guard case .refused(let refused, _) = command.answer else {
      Issue.record("a command was decided on a full disk")
      return
    }
    #expect(refused.reason == .storageFull)
    disk.free = 1 << 40
    let recorded = try firstRecorded(rig)
    try rig.restart()
    #expect(try isReplayed(rig, id: "1"))
    #expect(try isReplayed(rig, id: recorded))
    try rig.stop()
  }

  @Test func aServerThatStartsOnAFullDiskRefusesTheFirstWrite() throws {
    let disk = Disk()
    disk.free = 0
    let rig = try rig(disk)
    let reply = try rig.command(creates: true) { _ throws(Undecided) in [] }
    guard case .refused(let refusal, _) = reply.answer else {
      Issue.record("a write was taken")
      return
    }
    #expect(refusal.reason == .storageFull)
    try rig.stop()
  }

  /// Records until a call is refused.
  private func firstRefusal(_ rig: Rig) throws -> Refusal {
    for number in 2..<10_000 {
      let reply = try rig.ask(rig.call([Story(id: "\(number)", learner: "anna")]))
      if case .refused(let refusal, _) = reply.answer { return refusal }
    }
    throw NeverHappened()
  }

  /// Tries until a call is recorded; gives its fact's id.
  private func firstRecorded(_ rig: Rig) throws -> String {
    for number in 0..<100_000 {
      let reply = try rig.ask(rig.call([Story(id: "more-\(number)", learner: "anna")]))
      if case .facts = reply.answer { return "more-\(number)" }
    }
    throw NeverHappened()
  }

  private func isReplayed(_ rig: Rig, id: String) throws -> Bool {
    let answer = try rig.facts([Story(id: id, learner: "anna")])
    guard case .recorded(_, let isReplayed)? = answer.items.first else { return false }
    return isReplayed
  }

  private struct NeverHappened: Error {}
}
