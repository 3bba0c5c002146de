import Incentives

/// The content of a TZif file of version 2 or later (RFC 8536): listed transitions and a rule.
///
/// Only what offsets need is read: abbreviations and the indicators of standard time are skipped,
/// the 32-bit block too. A file with leap seconds (those under `right/`) is refused.
struct ZoneFile {
  /// The first four bytes.
  static let magic = Array("TZif".utf8)

  /// What holds before the first transition.
  let firstOffsetSeconds: Int32
  /// The listed transitions, ascending.
  let transitions: [ZoneOffsets.Transition]
  /// What holds after the last transition; nil when the file does not say.
  let rule: ZoneRule?

  /// The content of a file's bytes, or nil when they are not what RFC 8536 says.
  init?(_ bytes: [UInt8]) {
    guard let old = Header(bytes, at: 0), old.version >= UInt8(ascii: "2"),
      let header = Header(bytes, at: Header.length + old.length(timeBytes: 4)),
      header.leapCount == 0, header.typeCount > 0
    else { return nil }
    let times = header.end
    let kinds = times + header.timeCount * 8
    let types = kinds + header.timeCount
    let footer = header.end + header.length(timeBytes: 8)
    guard footer < bytes.count, bytes[footer] == UInt8(ascii: "\n"),
      let end = bytes[(footer + 1)...].firstIndex(of: UInt8(ascii: "\n"))
    else { return nil }
    let offsets = (0..<header.typeCount).map { index in
      Int32(truncatingIfNeeded: bytes.bigEndian(at: types + index * 6, count: 4))
    }
    var transitions: [ZoneOffsets.Transition] = []
    for index in 0..<header.timeCount {
      let type = Int(bytes[kinds + index])
      let seconds = Int64(bitPattern: bytes.bigEndian(at: times + index * 8, count: 8))
      guard type < offsets.count else { return nil }
      // Some files begin with a transition at the Big Bang.
      let bounded = max(seconds, -1 << 40)
      guard bounded < 1 << 40 else { return nil }
      transitions.append(
        ZoneOffsets.Transition(instant: Instant(seconds: bounded), offsetSeconds: offsets[type]))
    }
    let ruleText = String(decoding: bytes[(footer + 1)..<end], as: UTF8.self)
    let rule = ZoneRule(ruleText)
    guard ruleText.isEmpty || rule != nil else { return nil }
    firstOffsetSeconds = offsets[0]
    self.transitions = transitions
    self.rule = rule
  }

  /// One of the two headers: how many items of each sort its block has.
  private struct Header {
    static let length = 44

    let version: UInt8
    let end: Int
    let leapCount: Int
    let timeCount: Int
    let typeCount: Int
    private let otherBytes: Int

    init?(_ bytes: [UInt8], at start: Int) {
      guard start + Header.length <= bytes.count,
        bytes[start..<(start + 4)].elementsEqual(ZoneFile.magic)
      else { return nil }
      let counts = (0..<6).map { Int(bytes.bigEndian(at: start + 20 + $0 * 4, count: 4)) }
      version = bytes[start + 4]
      end = start + Header.length
      (leapCount, timeCount, typeCount) = (counts[2], counts[3], counts[4])
      // Universal and standard indicators, and the characters of abbreviations.
      otherBytes = counts[0] + counts[1] + counts[5]
    }

    func length(timeBytes: Int) -> Int {
      timeCount * (timeBytes + 1) + typeCount * 6 + leapCount * (timeBytes + 4) + otherBytes
    }
  }
}

extension [UInt8] {
  /// An unsigned number of so many bytes, the most significant first.
  fileprivate func bigEndian(at start: Int, count: Int) -> UInt64 {
    self[start..<(start + count)].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
