import Incentives

/// The zones tests use, written down so that no test depends on the zone data of a machine.
enum GameZones {
  /// The offsets of a zone; nil for one that is not written down here.
  static func offsets(_ name: String) -> ZoneOffsets? {
    switch name {
    case "UTC": return .utc
    case "Asia/Shanghai": return ZoneOffsets(fixedOffsetSeconds: 8 * 3_600)
    case "America/New_York": return ZoneOffsets(transitions: newYork)
    default: return nil
    }
  }

  /// New York in 2026: 02:00 becomes 03:00 on March 8, and 01:00 on November 1.
  static let newYork = [
    ZoneOffsets.Transition(instant: .distantPast, offsetSeconds: -5 * 3_600),
    ZoneOffsets.Transition(instant: Instant(seconds: 1_772_953_200), offsetSeconds: -4 * 3_600),
    ZoneOffsets.Transition(instant: Instant(seconds: 1_793_512_800), offsetSeconds: -5 * 3_600),
  ]
}
