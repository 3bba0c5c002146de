import Incentives
import JSONRPC

/// `system.verify`: proves that what is stored is whole and that the state follows from it.
public struct VerifyStore: Sendable {
  /// What the table says of it.
  public static let card = MethodCard(
    "system.verify", "Checks bytes, chain and projection, and with rules every decision.",
    params: [
      .optional(
        "rules", .boolean, "Whether every window is judged anew from the recorded facts.",
        default: "false"),
      .optional(
        "heads",
        .list(
          .object([
            .required("program", .identifier, "The program."),
            .required("position", .count, "The position of a write reply."),
            .required("head", .identifier, "The head hash of that reply."),
          ]), max: CallLimits.rowsMax),
        "Heads kept elsewhere that the log must hold: so a cut tail is found."),
    ],
    result: [
      .required("clean", .boolean, "Whether every check was made and came out good."),
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

  /// What is asked.
  public struct Question: Hashable, Sendable {
    /// The end of a program's log as the caller kept it.
    public struct Head: Hashable, Sendable {
      /// The program's id.
      public var program: String
      /// The position.
      public var position: Position
      /// The hash, as 64 hexadecimal digits.
      public var hash: String
    }

    /// Whether decisions are judged anew.
    public var judgesRules = false
    /// Heads that the log must hold.
    public var heads: [Head] = []
  }

  /// What is asked.
  public let question: Question

  /// Reads the parameters.
  public init(_ params: JSONValue?) throws(ParameterError) {
    var fields = try Fields(params)
    let judgesRules = try fields.optionalBool("rules") ?? false
    let heads = try fields.optionalItems("heads", max: CallLimits.rowsMax) {
      value throws(ParameterError) in try value.fields(Self.head)
    }
    question = Question(judgesRules: judgesRules, heads: heads ?? [])
    try fields.finish()
  }

  private static func head(_ fields: inout Fields) throws(ParameterError) -> Question.Head {
    let program = try fields.identifier("program")
    guard let position = try fields.optionalPosition("position") else {
      throw ParameterError("position", .missing, "Add the field.")
    }
    let hash = try fields.identifier("head")
    guard hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit) else {
      throw ParameterError(
        "head", .invalidValue, "Send the 64 hexadecimal digits of a reply's head.")
    }
    return Question.Head(program: program, position: position, hash: hash)
  }

  /// The result.
  public static func result(_ checks: [Check]) -> [UInt8] {
    jsonObject { writer in
      writer.member("clean", checks.allSatisfy { $0.status == .ok })
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
