import Foundation
import Incentives

/// A record as an export shows it to people: its kind and its fields by name, texts and lists in place.
///
/// A view, not a format: importing reads the block's bytes. It is made by reflection, so that no field
/// of a record can be forgotten; what a record keeps beside it in its buffer is resolved.
enum RecordView {
  static func make(
    _ change: Change, at position: Position, in buffer: ChangeBuffer
  ) throws -> [String: Any] {
    var view: [String: Any] = ["position": position.rawValue]
    guard let payload = Mirror(reflecting: change).children.first else { return view }
    view["kind"] = payload.label
    for field in Mirror(reflecting: payload.value).children {
      guard let label = field.label, label != "identity" else { continue }
      view[label] = value(field.value, in: buffer)
    }
    switch change {
    case .fact(let fact): view["outcomes"] = list(buffer.outcomes[fact.outcomes.range], in: buffer)
    case .standings(let standings):
      view["places"] = list(buffer.standings[standings.places.range], in: buffer)
    case .closed(let closed):
      view["populations"] = list(buffer.populations[closed.populations.range], in: buffer)
    case .starDecided(let decision):
      view["candidates"] = list(buffer.candidates[decision.candidates.range], in: buffer)
    case .program(let program):
      let index = Int(program.definition)
      view["definition"] = try JSONSerialization.jsonObject(
        with: try JSONEncoder().encode(buffer.definitions[index]))
      view["offsets"] = list(buffer.zones[index].transitions, in: buffer)
    default: break
    }
    return view
  }

  private static func list(_ elements: some Sequence, in buffer: ChangeBuffer) -> [Any] {
    elements.compactMap { value($0, in: buffer) }
  }

  private static func value(_ value: Any, in buffer: ChangeBuffer) -> Any? {
    switch value {
    case let text as TextRef: buffer.text.string(text)
    case let number as any DenseNumber: Int(number.rawValue)
    case let instant as Instant: isUnbounded(instant) ? nil : instant.description
    case let day as LocalDay: isUnbounded(day) ? nil : day.description
    case let period as Period: period.description
    case let flag as Bool: flag
    case let digest as Digest128: LearnerKey(low: digest.low, high: digest.high).hexadecimal
    case let number as any SignedInteger: Int64(number)
    case let number as any UnsignedInteger: UInt64(number)
    default: composite(value, in: buffer)
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

  private static func isUnbounded(_ instant: Instant) -> Bool {
    instant == .distantPast || instant == .distantFuture
  }

  /// A line of JSON.
  static func line(_ object: [String: Any]) throws -> Data {
    var line = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    line.append(0x0A)
    return line
  }
}
