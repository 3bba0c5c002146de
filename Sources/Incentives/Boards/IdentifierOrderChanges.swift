/// How members come into the order and how they leave their ids.
extension IdentifierOrder {
  /// Adds a member with an id of at most `idBytesMax` bytes and returns its number.
  @discardableResult
  public mutating func append(_ id: UnsafeRawBufferPointer) -> UInt32 {
    precondition(id.count <= IdentifierOrder.idBytesMax, "an id is longer than its limit")
    slots.append(Slot(offset: arena.count, length: id.count))
    arena.append(contentsOf: id)
    if slots.count - places.count > places.count / 16 + 1_024 { reorder() }
    return UInt32(slots.count - 1)
  }

  /// Adds one of many members that are loaded; `reorder` then gives all of them their places at once.
  mutating func appendUnplaced(_ id: UnsafeRawBufferPointer) {
    precondition(id.count <= IdentifierOrder.idBytesMax, "an id is longer than its limit")
    slots.append(Slot(offset: arena.count, length: id.count))
    arena.append(contentsOf: id)
  }

  /// Adds a member with this id, as UTF-8, and returns its number.
  @discardableResult
  public mutating func append(_ id: String) -> UInt32 {
    var id = id
    return id.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// The member right before one, nil when it stands first; with it `erase` leaves the one its place.
  ///
  /// Computes places if some members have none, and looks through all of them.
  public mutating func anchor(of member: UInt32) -> UInt32? {
    guard !slots[Int(member)].isErased else { return slots[Int(member)].anchor }
    reorder()
    let place = places[Int(member)]
    return place == 0 ? nil : places.firstIndex(of: place - 1).map { UInt32($0) }
  }

  /// Takes a member's id and leaves it its place; returns its anchor, nil when it stands first.
  ///
  /// The anchor is to be remembered: with it the member gets the same place again.
  @discardableResult
  public mutating func erase(_ member: UInt32) -> UInt32? {
    let anchor = anchor(of: member)
    erase(member, after: anchor)
    return anchor
  }

  /// Takes a member's id, if it still has one, and puts it right after another.
  mutating func erase(_ member: UInt32, after anchor: UInt32?) {
    for index in slots[Int(member)].bytes { arena[index] = 0 }
    slots[Int(member)] = Slot(erasedAfter: anchor)
    // Where the id was gone before it was known here, the place is another.
    let isPlaced = Int(member) < places.count
    let before = anchor.map { Int($0) < places.count ? Int(places[Int($0)]) : -2 } ?? -1
    if isPlaced, Int(places[Int(member)]) != before + 1 { placeAll() }
  }

  /// A member as it is loaded: with its id, or erased with its anchor.
  public enum Member: Sendable {
    /// A member that has its id.
    case living(id: [UInt8])
    /// An erased member and the number of the one right before it, nil when it stands first.
    case erased(anchor: UInt32?)
  }

  /// The order of these members, numbered as they come; what `erase` returned gives the same order.
  public init(members: some Sequence<Member>) {
    self.init()
    for member in members {
      switch member {
      case .living(let id):
        slots.append(Slot(offset: arena.count, length: id.count))
        arena.append(contentsOf: id)
      case .erased(let anchor):
        slots.append(Slot(erasedAfter: anchor))
      }
    }
    placeAll()
  }

  /// Gives every member a place; only then does `place(of:)` answer.
  ///
  /// Happens by itself now and then. Members whose ids ascend behind all others cost next to
  /// nothing.
  public mutating func reorder() {
    guard places.count < slots.count else { return }
    // An erased member without a place has no id to find it by, only its anchor.
    guard !slots[places.count...].contains(where: \.isErased) else { return placeAll() }
    let ordered = membersByPlace()
    let added = sortedByBytes(UInt32(places.count)..<UInt32(slots.count))
    var merged: [UInt32] = []
    merged.reserveCapacity(slots.count)
    var next = 0
    for member in added {
      let end = firstIndex(in: ordered, from: next, after: member)
      merged.append(contentsOf: ordered[next..<end])
      merged.append(member)
      next = end
    }
    merged.append(contentsOf: ordered[next...])
    setPlaces(merged)
  }
}

extension IdentifierOrder {
  /// Sorts the living by their ids and puts each erased member right after its anchor.
  private mutating func placeAll() {
    let all = 0..<UInt32(slots.count)
    var followers: [UInt32: UInt32] = [:]
    var first: UInt32?
    for member in all where slots[Int(member)].isErased {
      if let anchor = slots[Int(member)].anchor {
        followers[anchor] = member
      } else {
        first = member
      }
    }
    var merged: [UInt32] = []
    merged.reserveCapacity(slots.count)
    func appendChain(_ head: UInt32?) {
      var next = head
      while let member = next {
        merged.append(member)
        next = followers[member]
      }
    }
    appendChain(first)
    for member in sortedByBytes(all.filter { !slots[Int($0)].isErased }) { appendChain(member) }
    precondition(merged.count == slots.count, "anchors of erased members do not form chains")
    setPlaces(merged)
  }

  private mutating func setPlaces(_ members: [UInt32]) {
    places = [UInt32](repeating: 0, count: members.count)
    for (place, member) in members.enumerated() {
      places[Int(member)] = UInt32(place)
    }
  }

  private func membersByPlace() -> [UInt32] {
    var members = [UInt32](repeating: 0, count: places.count)
    for (member, place) in places.enumerated() {
      members[Int(place)] = UInt32(member)
    }
    return members
  }

  /// The first index at which an ordered member comes after the given one: doubling steps, then
  /// halving.
  private func firstIndex(in ordered: [UInt32], from start: Int, after member: UInt32) -> Int {
    var low = start
    var step = 1
    while low + step <= ordered.count, precedesByBytes(ordered[low + step - 1], member) {
      low += step
      step *= 2
    }
    var high = min(ordered.count, low + step - 1)
    while low < high {
      let middle = (low + high) / 2
      if precedesByBytes(ordered[middle], member) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Members with ids in the order of their bytes, sorted by the eight bytes after what all share.
  private func sortedByBytes(_ members: some Collection<UInt32>) -> [UInt32] {
    guard let first = members.first else { return [] }
    let shared = members.dropFirst().reduce(slots[Int(first)].bytes.count) { shared, member in
      sharedPrefix(first, member, atMost: shared)
    }
    var keyed = members.map { (key: key(of: $0, from: shared), member: $0) }
    keyed.sort { left, right in
      left.key == right.key
        ? precedesByBytes(left.member, right.member) : left.key < right.key
    }
    return keyed.map(\.member)
  }

  private func sharedPrefix(_ left: UInt32, _ right: UInt32, atMost limit: Int) -> Int {
    let leftBytes = slots[Int(left)].bytes
    let rightBytes = slots[Int(right)].bytes
    let end = min(limit, rightBytes.count)
    return (0..<end).first {
      arena[leftBytes.lowerBound + $0] != arena[rightBytes.lowerBound + $0]
    } ?? end
  }

  /// Eight bytes of an id as a number that orders like them; what is missing counts as 0.
  private func key(of member: UInt32, from start: Int) -> UInt64 {
    let bytes = slots[Int(member)].bytes
    return (0..<8).reduce(0) { key, index in
      let position = bytes.lowerBound + start + index
      return key << 8 | (position < bytes.upperBound ? UInt64(arena[position]) : 0)
    }
  }
}
