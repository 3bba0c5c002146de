import Incentives
import JSONRPC

/// `batch.open`: names what an import, a delivery or a run is about to make, so that it can be taken back.
public struct OpenBatch: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "batch.open",
    "Opens a batch: calls that name it belong together and can be taken back as one. The same file by "
      + "the same caller goes on with its batch.",
    params: [
      .program, .idempotencyKey,
      .required("kind", .word(BatchKind.allCases.map(\.word)), "What makes it."),
      .optional("file", .prose, "The file's name, without its folder."),
      .optional("sha256", .sha256, "The file's SHA-256."),
    ],
    result: [
      .required("batch", .batch, "Its id."),
      .required("continued", .boolean, "Whether it was there: the same file, cut off before."),
    ], roles: [.facts, .award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private let opening: BatchOpening

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    let word = try fields.identifier("kind")
    guard let kind = BatchKind.allCases.first(where: { $0.word == word }) else {
      let words = BatchKind.allCases.map(\.word).joined(separator: ", ")
      throw ParameterError("kind", .invalidValue, "Send one of: \(words).")
    }
    let file = try fields.optionalProse("file") ?? ""
    let digest = try fields.optionalIdentifier("sha256") ?? ""
    guard digest.isEmpty || digest.utf8.count == 64 && digest.utf8.allSatisfy(Self.isHexadecimal)
    else {
      throw ParameterError("sha256", .invalidValue, "Send 64 hexadecimal digits, in lower case.")
    }
    opening = BatchOpening(kind: kind, fileName: file, digest: digest)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
  }

  /// A batch shows nobody: who sees some cohorts only may open one too.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Decides the opening.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (context.state, context.wall, context.principal)
    let opened = try context.commit { buffer throws(Undecided) in
      try state.decide(opening, now: now, by: principal, into: &buffer)
    }
    return jsonObject { writer in
      writer.member("batch", opened.batch.description)
      writer.member("continued", opened.isContinued)
    }
  }
}
