/// What is awaited, by token: a slab with a free list.
///
/// A token is a slot and how often the slot was used before, so that no answer ever reaches another call.
struct TokenSlots<Awaited> {
  private struct Slot {
    var use: UInt32 = 0
    var awaited: Awaited?
  }

  private var slots: ContiguousArray<Slot> = []
  private var free: ContiguousArray<UInt32> = []

  /// How many are awaited.
  var count: Int { slots.count - free.count }

  /// Keeps one and gives its token.
  mutating func insert(_ awaited: Awaited) -> UInt64 {
    let place: UInt32
    if let reused = free.popLast() {
      place = reused
    } else {
      place = UInt32(slots.count)
      slots.append(Slot())
    }
    slots[Int(place)].awaited = awaited
    return UInt64(slots[Int(place)].use) << 32 | UInt64(place)
  }

  /// Takes the one of a token; nil where it was taken before.
  mutating func take(_ token: UInt64) -> Awaited? {
    let place = Int(UInt32(truncatingIfNeeded: token))
    guard place < slots.count, slots[place].use == UInt32(token >> 32),
      let awaited = slots[place].awaited
    else { return nil }
    slots[place].awaited = nil
    slots[place].use &+= 1
    free.append(UInt32(place))
    return awaited
  }
}
