import Incentives

/// A refusal as its idempotency key remembers it: reason, field and advice, each behind a zero byte.
enum RememberedRefusal {
  static func encode(_ refusal: Refusal) -> [UInt8] {
    Array("\(refusal.reason.rawValue)\0\(refusal.field)\0\(refusal.advice)".utf8)
  }

  static func decode(_ bytes: [UInt8]) -> Refusal {
    let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    return Refusal(
      RefusalReason(rawValue: parts.first ?? "") ?? .invalid, field: parts.dropFirst().first ?? "",
      parts.dropFirst(2).first ?? "")
  }
}
