import JSONRPC

/// `system.verify`: proves that what is stored is whole and that the state follows from it.
public struct VerifyStore: Sendable {
  /// What the table says of it.
  public static let card = MethodCard(
    "system.verify", "Checks bytes, chain and projection, and with rules every decision.",
    params: [
      .optional(
        "rules", .boolean, "Whether every window is judged anew from the recorded facts.",
        default: "false")
    ],
    result: [
      .required("clean", .boolean, "Whether no check found a difference."),
      .required(
        "checks",
        .list(
          .object([
            .required("check", .identifier, "What was checked."),
            .required("status", .word(Check.Status.allCases.map(\.rawValue)), "What came of it."),
            .optional("detail", .prose, "What was found, or why it was not checked."),
          ]), max: .max), "The checks."),
    ], roles: [.admin], isServerWide: true)

  /// One named check and what came of it.
  public struct Check: Hashable, Sendable {
    /// What may come of a check.
    public enum Status: String, Hashable, Sendable, CaseIterable {
      /// It holds.
      case ok
      /// It does not.
      case difference
      /// This binary can not judge it; never reported as good.
      case unchecked
    }

    /// What was checked.
    public var name: String
    /// What came of it.
    public var status: Status
    /// What was found, or why it was not checked; empty where there is nothing to say.
    public var detail: String

    /// Joins the parts.
    public init(_ name: String, _ status: Status, _ detail: String = "") {
      self.name = name
      self.status = status
      self.detail = detail
    }
  }

  /// Whether decisions are judged anew.
  public let judgesRules: Bool

  /// Reads the parameters.
  public init(_ params: JSONValue?) throws(ParameterError) {
    var fields = try Fields(params)
    judgesRules = try fields.optionalBool("rules") ?? false
    try fields.finish()
  }

  /// The result.
  public static func result(_ checks: [Check]) -> [UInt8] {
    jsonObject { writer in
      writer.member("clean", !checks.contains { $0.status == .difference })
      writer.array("checks") { writer in
        for check in checks {
          writer.object { writer in
            writer.member("check", check.name)
            writer.member("status", check.status.rawValue)
            writer.memberUnlessEmpty("detail", check.detail)
          }
        }
      }
    }
  }
}
