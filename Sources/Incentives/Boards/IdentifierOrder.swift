/// The order of members by their external ids, bytewise: the last word in every tie.
///
/// Members are numbered from 0 in the order they are appended. All ids lie in one arena; a dense
/// array says which place each member has, so that comparing two members is comparing two numbers.
/// New members have no place yet and are compared by their bytes; when they are more than one in
/// sixteen (and 1,024), they are sorted and merged in. Equal ids stand in the order of their
/// numbers.
///
/// **Erasing.** A learner who is erased keeps its place and loses its id. Its place is then "right
/// after the member before it", its *anchor*, and nobody appended later comes between the two. So
///
///     ids     anna #2    bo #0    cy #5           erase #0      anna #2    ✗ #0    cy #5
///
/// `bea`, appended afterwards, comes after #0, whose anchor is `anna`. The result does not depend
/// on when places were computed, and anchors are all that is needed to build the same order again.
public struct IdentifierOrder: TieOrder, Sendable {
  @usableFromInline var arena: [UInt8] = []
  @usableFromInline var slots: [Slot] = []
  /// The place of each of the first members; those after them have none yet.
  @usableFromInline var places: [UInt32] = []

  /// The longest id that fits.
  public static let idBytesMax = Int(UInt16.max)

  /// An order without members.
  public init() {}

  /// The number of members, erased ones too.
  @inlinable
  public var count: Int { slots.count }

  /// Whether the first member's id is the smaller; places decide where both members have one.
  @inlinable
  public func precedes(_ left: UInt32, _ right: UInt32) -> Bool {
    if Int(left) < places.count && Int(right) < places.count {
      return places[Int(left)] < places[Int(right)]
    }
    return precedesByBytes(left, right)
  }

  /// A member's place, where all members have one; nil while some have none.
  ///
  /// Places move when new members are merged in; their order does not.
  @inlinable
  public func place(of member: UInt32) -> UInt32? {
    places.count == slots.count ? places[Int(member)] : nil
  }

  /// Whether a member's id has been erased.
  @inlinable
  public func isErased(_ member: UInt32) -> Bool { slots[Int(member)].isErased }

  /// Calls a closure with the bytes of a member's id; they are none when it is erased.
  @inlinable
  public func withIdentifier<Result>(
    of member: UInt32, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let bytes = slots[Int(member)].bytes
    return try arena.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[bytes])) }
  }
}

extension IdentifierOrder {
  /// Where a member's id lies in the arena, or what it stands after since it was erased; 8 bytes.
  @usableFromInline
  struct Slot: Sendable {
    /// Offset × 2^16 + length while living; bit 63, and anchor + 1 or 0, once erased.
    @usableFromInline let packed: UInt64

    @inlinable
    init(offset: Int, length: Int) {
      packed = UInt64(offset) << 16 | UInt64(length)
    }

    @inlinable
    init(erasedAfter anchor: UInt32?) {
      packed = 1 << 63 | (anchor.map { UInt64($0) + 1 } ?? 0)
    }

    @inlinable var isErased: Bool { packed >> 63 != 0 }

    @inlinable var bytes: Range<Int> {
      guard !isErased else { return 0..<0 }
      let offset = Int(packed >> 16)
      return offset..<(offset + Int(packed & 0xFFFF))
    }

    @inlinable var anchor: UInt32? {
      let next = packed & (1 << 63 - 1)
      return isErased && next != 0 ? UInt32(next - 1) : nil
    }
  }

  /// Compares a pair of whom one is living and has no place.
  ///
  /// An erased member stands where the living one before it stands, only right after it.
  @usableFromInline
  func precedesByBytes(_ left: UInt32, _ right: UInt32) -> Bool {
    if slots[Int(left)].isErased {
      guard let living = livingAnchor(of: left) else { return true }
      return precedesByBytes(living, right)
    }
    if slots[Int(right)].isErased {
      guard let living = livingAnchor(of: right) else { return false }
      return living == left || precedesByBytes(left, living)
    }
    return arena.withUnsafeBytes { arena in
      let leftBytes = arena[slots[Int(left)].bytes]
      let rightBytes = arena[slots[Int(right)].bytes]
      let shorter = min(leftBytes.count, rightBytes.count)
      for index in 0..<shorter {
        let leftByte = leftBytes[leftBytes.startIndex + index]
        let rightByte = rightBytes[rightBytes.startIndex + index]
        if leftByte != rightByte { return leftByte < rightByte }
      }
      return (leftBytes.count, left) < (rightBytes.count, right)
    }
  }

  /// The nearest member before an erased one that still has its id.
  private func livingAnchor(of member: UInt32) -> UInt32? {
    var next = slots[Int(member)].anchor
    while let anchor = next, slots[Int(anchor)].isErased { next = slots[Int(anchor)].anchor }
    return next
  }
}
