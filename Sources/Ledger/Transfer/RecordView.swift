import Foundation
import Incentives

/// A record as an export shows it to people: its kind and its fields by name, texts in place.
///
/// A view, not a format: importing reads the block's bytes. It is made by reflection, so that no field
/// of a record can be forgotten.
enum RecordView {
  static func make(_ change: Change, at position: Position, in buffer: ChangeBuffer) -> [String:
    Any]
  {
    var view: [String: Any] = ["position": position.rawValue]
    guard let payload = Mirror(reflecting: change).children.first else { return view }
    view["kind"] = payload.label
    for field in Mirror(reflecting: payload.value).children {
      guard let label = field.label, label != "identity" else { continue }
      view[label] = value(field.value, in: buffer)
    }
    return view
  }

  private static func value(_ value: Any, in buffer: ChangeBuffer) -> Any? {
    switch value {
    case let text as TextRef: return buffer.text.string(text)
    case let number as any DenseNumber: return Int(number.rawValue)
    case let instant as Instant: return instant.description
    case let day as LocalDay: return isUnbounded(day) ? nil : day.description
    case let period as Period: return period.description
    case let flag as Bool: return flag
    case let number as Int64: return number
    case let number as UInt32: return number
    case let run as Run: return Int(run.count)
    default: return composite(value, in: buffer)
    }
  }

  private static func composite(_ value: Any, in buffer: ChangeBuffer) -> Any? {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.flatMap { self.value($0.value, in: buffer) }
    case .enum: return "\(value)"
    default:
      var fields: [String: Any] = [:]
      for field in mirror.children {
        if let label = field.label { fields[label] = self.value(field.value, in: buffer) }
      }
      return fields
    }
  }

  private static func isUnbounded(_ day: LocalDay) -> Bool {
    day.number == .min || day.number == .max
  }

  /// A line of JSON.
  static func line(_ object: [String: Any]) throws -> Data {
    var line = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    line.append(0x0A)
    return line
  }
}
