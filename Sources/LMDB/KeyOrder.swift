import Glibc

/// Compares two keys the way LMDB does: byte by byte, then the shorter one first.
@usableFromInline
func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
  let common = min(left.count, right.count)
  if common > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
    let order = memcmp(leftBase, rightBase, common)
    if order != 0 { return Int(order) }
  }
  return left.count - right.count
}
