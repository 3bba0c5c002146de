import Foundation
import Incentives

/// Reads the lines of an export in order, and holds each block after the one before it.
struct ExportReader {
  /// What a line holds.
  enum Line {
    /// The first line: what the export is of.
    case header
    /// Somebody of the program.
    case person(VaultPerson)
    /// A block of the log that continues what was read.
    case block([UInt8])
  }

  /// The program's number.
  private(set) var program = ProgramNumber.server
  /// The secret of its commands; nil in an export without names.
  private(set) var commandSecret: StoreSecret?
  /// The head of what was read.
  private(set) var head = Head.none
  private var expected = ""
  private var number = 0

  /// Reads the next line; nil for an empty one.
  mutating func read(_ line: String) throws -> Line? {
    number += 1
    guard !line.isEmpty else { return nil }
    guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    else { throw problem("it is no JSON object") }
    if number == 1 {
      try begin(object)
      return .header
    }
    return object["person"] == nil ? .block(try block(object)) : .person(try person(object))
  }

  /// Compares the end with the head that the first line names.
  func finish() throws {
    guard !expected.isEmpty, head.hash.description == expected else {
      throw problem("the log does not end at the head the first line names")
    }
  }

  private mutating func begin(_ object: [String: Any]) throws {
    guard object["laurel"] as? String == "journal", let version = object["version"] as? Int,
      let number = object["program"] as? Int, let head = object["head"] as? String
    else { throw problem("it does not begin an export of a journal") }
    guard 1...Store.exportVersion ~= version else {
      throw problem("it is of version \(version); this binary reads \(Store.exportVersion)")
    }
    guard let number = UInt32(exactly: number), number > 0 else {
      throw problem("\(number) is no program's number")
    }
    program = ProgramNumber(rawValue: number)
    expected = head
    guard let commands = object["commands"] else { return }
    guard let secret = (commands as? String).flatMap(LearnerKey.init(hexadecimal:)) else {
      throw problem("its secret of commands is no such secret")
    }
    commandSecret = StoreSecret(low: secret.low, high: secret.high)
  }

  private mutating func block(_ object: [String: Any]) throws -> [UInt8] {
    guard let text = object["block"] as? String, let bytes = Data(base64Encoded: text) else {
      throw problem("it holds no block")
    }
    try bytes.withUnsafeBytes { raw in
      let block = try BlockView(raw)
      guard block.header.program == program else { throw problem("it is another program's block") }
      try block.verify(after: head)
      head = block.head
    }
    return [UInt8](bytes)
  }

  private func person(_ object: [String: Any]) throws -> VaultPerson {
    guard let number = object["person"] as? Int, let learner = UInt32(exactly: number),
      let key = (object["key"] as? String).flatMap(LearnerKey.init(hexadecimal:)),
      let externalID = object["externalID"] as? String
    else { throw problem("it describes nobody") }
    return VaultPerson(
      learner: LearnerNumber(rawValue: learner), key: key, externalID: Array(externalID.utf8),
      name: Array((object["name"] as? String ?? "").utf8),
      alias: Array((object["alias"] as? String ?? "").utf8),
      rollNumber: Array((object["number"] as? String ?? "").utf8))
  }

  /// What is wrong with the line read last.
  func problem(_ text: String) -> LedgerError { .unreadableExport(line: number, problem: text) }
}
