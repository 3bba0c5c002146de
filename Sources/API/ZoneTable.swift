import Foundation
import Incentives

/// Computes a zone's table from the system's IANA time zone files.
///
/// Done once, at the edge, when a program names its zone: the table that comes out is journaled,
/// and from then on nobody asks the system again. It covers 1970 to 2100: the transitions the file
/// lists, then those its rule for the future says (Foundation's own look-up of transitions is not
/// used; it differs between platforms and stops in 2037).
///
/// The files are those of the package `tzdata` (RFC 8536). `UTC` needs none.
public enum ZoneTable {
  /// Where the system keeps its zone files.
  public static let systemDirectory = "/usr/share/zoneinfo"

  /// Two days before 1970, so that every reading of a wall clock in 1970 is covered.
  static let first = Instant(seconds: -2 * 86_400)
  /// Two days into 2101.
  static let last = Instant(seconds: 4_133_980_800 + 2 * 86_400)

  /// The table of a zone with an IANA name such as `Asia/Shanghai`.
  ///
  /// Throws `ZoneTableError.unknownZone`, with a suggestion where there is one, for a name that is
  /// not in the directory; `noZoneData` when there is no such directory; `damaged` for a broken
  /// file.
  public static func load(
    _ name: String, from directory: String = systemDirectory
  ) throws(ZoneTableError) -> ZoneOffsets {
    if ["UTC", "Etc/UTC"].contains(name) { return .utc }
    guard FileManager.default.fileExists(atPath: directory) else {
      throw .noZoneData(directory: directory)
    }
    guard ZoneNames.isPlausible(name),
      let data = FileManager.default.contents(atPath: "\(directory)/\(name)"),
      data.starts(with: ZoneFile.magic)
    else {
      throw .unknownZone(name: name, suggestion: ZoneNames.suggestion(for: name, in: directory))
    }
    guard let file = ZoneFile([UInt8](data)), let zone = table(of: file) else {
      throw .damaged(name: name)
    }
    return zone
  }

  /// The table of a zone file: what it lists, then what its rule says.
  static func table(of file: ZoneFile) -> ZoneOffsets? {
    let before = file.transitions.last { $0.instant <= first }
    var transitions = [
      ZoneOffsets.Transition(
        instant: first, offsetSeconds: before?.offsetSeconds ?? file.firstOffsetSeconds)
    ]
    transitions += file.transitions.filter { first < $0.instant && $0.instant < last }
    let listedUntil = file.transitions.last?.instant ?? .distantPast
    if let rule = file.rule, let daylight = rule.daylight {
      let years = 1970...2101
      let ruled = years.flatMap { daylight.transitions(in: $0, standard: rule.standardSeconds) }
        .filter { max(listedUntil, first) < $0.instant && $0.instant < last }
        .sorted { $0.instant < $1.instant }
      transitions += ruled
    }
    return ZoneOffsets(transitions: transitions)
  }
}

/// Why a zone's table could not be computed.
public enum ZoneTableError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No zone has this name; perhaps the suggested one was meant.
  case unknownZone(name: String, suggestion: String?)
  /// The system has no zone files.
  case noZoneData(directory: String)
  /// The zone's file cannot be understood.
  case damaged(name: String)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .unknownZone(let name, let suggestion?):
      "\(name.debugDescription) is no time zone; did you mean \(suggestion)?"
    case .unknownZone(let name, nil):
      "\(name.debugDescription) is no time zone; use an IANA name such as Asia/Shanghai"
    case .noZoneData(let directory):
      "there are no time zone files in \(directory); install the package tzdata"
    case .damaged(let name):
      "the file of time zone \(name) is damaged; reinstall the package tzdata"
    }
  }
}
