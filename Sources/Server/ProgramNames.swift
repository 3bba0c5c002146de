import Engine
import Incentives

/// The ids of the programs by number, as the engine tells them to an edge: as bytes, like every result.
struct ProgramNames: Sendable {
  private var names: [(number: ProgramNumber, id: String)] = []

  /// The names of the programs that were applied.
  init(_ survey: Survey) {
    for program in survey.programs where program.version > 0 {
      names.append((program.number, program.definition.id))
    }
  }

  /// Reads what `bytes` wrote.
  init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while rest.count >= 8 {
      let number = ProgramNumber(rawValue: Self.takeInteger(&rest))
      let count = Int(Self.takeInteger(&rest))
      names.append((number, String(decoding: rest.prefix(count), as: UTF8.self)))
      rest = rest.dropFirst(count)
    }
  }

  /// Number, length and id of each.
  var bytes: [UInt8] {
    names.reduce(into: []) { bytes, name in
      Self.append(name.number.rawValue, to: &bytes)
      Self.append(UInt32(name.id.utf8.count), to: &bytes)
      bytes += name.id.utf8
    }
  }

  /// The id of a program; nil where there is none of this number.
  func id(of number: ProgramNumber) -> String? { names.first { $0.number == number }?.id }

  /// The number of a program; nil where there is none of this id.
  func number(of id: String) -> ProgramNumber? { names.first { $0.id == id }?.number }

  private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  private static func takeInteger(_ bytes: inout ArraySlice<UInt8>) -> UInt32 {
    let value = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    bytes = bytes.dropFirst(4)
    return value
  }
}
