import Incentives
import JSONRPC

/// `program.clone`: copies a program as it stands, to try something out on the copy.
///
/// The copy has a log, an id and a manual clock of its own, and everything its source holds up to one
/// position; idempotency keys are not copied. The source is not touched. A job that runs in the source
/// goes on in the copy. `job.list` of the source tells how far the copy is.
public struct CloneProgram: Sendable {
  /// What the table says of it.
  public static let card = MethodCard(
    "program.clone",
    "Copies a program as it stands, under another id and with a manual clock, to rehearse on the copy.",
    params: [
      .required("program", .identifier, "The program to copy."),
      .required("as", .identifier, "The id of the copy; no program may have it."),
      .required("rehearsal", .boolean, "True: the copy is a rehearsal; there are no others."),
      .idempotencyKey,
    ],
    result: [
      .required(
        "outcome",
        .object([
          .required("program", .identifier, "The copy."),
          .required("rehearsalOf", .identifier, "The program that was copied."),
          .required("through", .count, "The last record of the source that it holds."),
          .required("clock", .instant, "The copy's time: that of its source then."),
        ]), "The copy.")
    ], roles: [.admin], isServerWide: true)

  /// The program to copy.
  public let program: String
  /// The id of the copy.
  public let id: String
  /// The idempotency key.
  public let idempotencyKey: String

  /// Reads the parameters.
  public init(_ params: JSONValue?) throws(ParameterError) {
    var fields = try Fields(params)
    program = try fields.identifier("program")
    id = try fields.identifier("as")
    guard try fields.optionalBool("rehearsal") == true else {
      throw ParameterError(
        "rehearsal", .invalidValue, "Send true: a program is copied to rehearse on the copy only.")
    }
    idempotencyKey = try fields.idempotencyKey()
    try fields.finish()
  }

  /// The result.
  public func result(_ rehearsal: Rehearsal, isReplayed: Bool) -> [UInt8] {
    jsonObject { writer in
      writer.object("outcome") { writer in
        writer.member("program", rehearsal.id)
        writer.member("rehearsalOf", program)
        writer.member("through", rehearsal.through)
        writer.member("clock", rehearsal.clock)
      }
      if isReplayed { writer.member("replayed", true) }
    }
  }
}

/// `program.drop`: removes a rehearsal, for good: its log, and the keys of its people.
public struct DropProgram: Sendable {
  /// What the table says of it.
  public static let card = MethodCard(
    "program.drop",
    "Removes a rehearsal for good, with its log and the keys of its people; only a rehearsal. Its API keys "
      + "end.",
    params: [.required("program", .identifier, "The rehearsal."), .idempotencyKey],
    result: [
      .required(
        "outcome",
        .object([.required("program", .identifier, "The rehearsal that is no more.")]),
        "What happened.")
    ], roles: [.admin], isServerWide: true)

  /// The rehearsal.
  public let program: String
  /// The idempotency key.
  public let idempotencyKey: String

  /// Reads the parameters.
  public init(_ params: JSONValue?) throws(ParameterError) {
    var fields = try Fields(params)
    program = try fields.identifier("program")
    idempotencyKey = try fields.idempotencyKey()
    try fields.finish()
  }

  /// The result.
  public func result(isReplayed: Bool) -> [UInt8] {
    jsonObject { writer in
      writer.object("outcome") { $0.member("program", program) }
      if isReplayed { writer.member("replayed", true) }
    }
  }
}
