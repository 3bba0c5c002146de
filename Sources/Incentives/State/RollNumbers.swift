/// The numbers that learners have beside their ids (学号, 工号), each the program's only one.
///
/// A number is found by its keyed hash and confirmed against its bytes; two of one hash stand side by side.
/// What is taken away is overwritten, so that nothing of an erased learner stays in memory.
struct RollNumbers {
  private struct Entry {
    let text: TextRef
    let slot: UInt64
  }

  private var arena = ByteArena()
  /// The numbers by learner.
  private var entries: [UInt32: Entry] = [:]
  /// Who has the number of a hash; 0 where somebody had, so that those behind are still found.
  private var holders: [UInt64: UInt32] = [:]

  /// Bytes held.
  var bytes: Int { arena.bytes.capacity + entries.capacity * 24 + holders.capacity * 16 }

  /// The number of a learner; empty where there is none.
  func text(of learner: LearnerNumber) -> String {
    entries[learner.rawValue].map { arena.string($0.text) } ?? ""
  }

  /// Who has a number; nil where nobody has.
  func holder(of number: UnsafeRawBufferPointer, hash: UInt64) -> LearnerNumber? {
    var slot = hash
    while let holder = holders[slot] {
      if let entry = entries[holder],
        arena.withBytes(entry.text, { compareBytes($0, number) == 0 })
      {
        return LearnerNumber(rawValue: holder)
      }
      slot &+= 1
    }
    return nil
  }

  /// Gives a learner a number, or takes it away where it is empty.
  mutating func set(_ number: UnsafeRawBufferPointer, hash: UInt64, of learner: LearnerNumber) {
    clear(learner)
    guard !number.isEmpty else { return }
    var slot = hash
    while let holder = holders[slot], holder != 0 { slot &+= 1 }
    holders[slot] = learner.rawValue
    entries[learner.rawValue] = Entry(text: arena.append(number), slot: slot)
  }

  /// Takes a learner's number away.
  mutating func clear(_ learner: LearnerNumber) {
    guard let entry = entries.removeValue(forKey: learner.rawValue) else { return }
    arena.clear(entry.text)
    holders[entry.slot] = 0
  }
}
