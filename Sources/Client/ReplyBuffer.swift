import Glibc

/// Bytes that came and are not read yet; hands them out line by line without copying.
struct ReplyBuffer: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var room = 64 * 1_024
  private var start = 0
  private var searched = 0
  private var end = 0

  init() { base = .allocate(byteCount: room, alignment: 16) }

  deinit { base.deallocate() }

  /// Lets the closure fill the room behind what is there, and returns what it returned.
  mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    makeRoom()
    let count = read(UnsafeMutableRawBufferPointer(start: base + end, count: room - end))
    if count > 0 { end += count }
    return count
  }

  /// The next whole line, without its end; valid until the next `fill`.
  mutating func nextLine() -> UnsafeRawBufferPointer? {
    guard let newline = memchr(base + searched, 10, end - searched) else {
      searched = end
      return nil
    }
    let place = UnsafeMutableRawPointer(newline) - base
    defer {
      start = place + 1
      searched = start
    }
    return UnsafeRawBufferPointer(start: base + start, count: place - start)
  }

  private mutating func makeRoom() {
    if start == end { (start, searched, end) = (0, 0, 0) }
    guard room - end < 16 * 1_024 else { return }
    let kept = end - start
    if start >= room / 2 {
      memmove(base, base + start, kept)
    } else {
      let larger = UnsafeMutableRawPointer.allocate(byteCount: room * 2, alignment: 16)
      memcpy(larger, base + start, kept)
      base.deallocate()
      base = larger
      room *= 2
    }
    (searched, end, start) = (searched - start, kept, 0)
  }
}
