import TestSupport

/// Something that happened to a file while nobody looked.
struct Damage: CustomStringConvertible {
  let file: String
  private(set) var description: String
  private(set) var bytes: [UInt8]

  private static let page = 4_096

  /// Damages a file's bytes in one of the ways that disks, copies and people do.
  init(_ file: String, _ original: [UInt8], _ generator: inout SeededGenerator) {
    self.file = file
    bytes = original
    description = ""
    let pages = max(1, original.count / Self.page)
    let place = generator.next(below: pages) * Self.page
    switch generator.next(below: 10) {
    case 0..<5: flip(at: generator.next(below: original.count), &generator)
    case 5: flip(at: place + generator.next(below: min(64, original.count - place)), &generator)
    case 6: flip(at: generator.next(below: min(original.count, 2 * Self.page)), &generator)
    case 7:
      let length = generator.next(below: original.count)
      bytes.removeLast(original.count - length)
      description = "\(file) cut off at \(length) of \(original.count)"
    case 8 where pages > 1:
      let other = generator.next(below: pages) * Self.page
      for offset in 0..<Self.page { bytes.swapAt(place + offset, other + offset) }
      description = "\(file): pages \(place / Self.page) and \(other / Self.page) swapped"
    default:
      let end = min(original.count, place + 512)
      for offset in place..<end { bytes[offset] = 0 }
      description = "\(file): a sector of zeros at \(place)"
    }
  }

  private mutating func flip(at place: Int, _ generator: inout SeededGenerator) {
    let bit = generator.next(below: 8)
    bytes[place] ^= 1 << UInt8(bit)
    description = "\(file): bit \(bit) of byte \(place) flipped"
  }
}
