import Incentives
import JSONRPC

/// `system.backup`: writes a whole store that can be opened, into a directory on the server.
public struct BackUpStore: Sendable {
  /// What the table says of it.
  public static let card = MethodCard(
    "system.backup", "Writes a verified copy of the store into a new directory on the server.",
    params: [
      .required(
        "directory", .text(bytesMax: CallLimits.pathBytesMax),
        "An absolute path that does not exist yet.")
    ],
    result: [
      .required(
        "programs",
        .list(
          .object([
            .required("program", .identifier, "The program."),
            .required("position", .count, "The last record in the copy."),
            .required("head", .identifier, "The hash of its last block."),
          ]), max: .max), "What the copy holds."),
      .required("bytes", .count, "The size of the copy."),
    ], roles: [.admin], isServerWide: true)

  /// What a copy holds.
  public struct Outcome: Hashable, Sendable {
    /// A program in the copy.
    public struct Program: Hashable, Sendable {
      /// The program's id.
      public var program: String
      /// The last record in the copy.
      public var position: Position
      /// The hash of its last block, as 64 hexadecimal digits.
      public var head: String

      /// Joins the parts.
      public init(program: String, position: Position, head: String) {
        self.program = program
        self.position = position
        self.head = head
      }
    }

    /// The programs.
    public var programs: [Program]
    /// The size of the copy.
    public var bytes: Int

    /// Joins the parts.
    public init(programs: [Program], bytes: Int) {
      self.programs = programs
      self.bytes = bytes
    }
  }

  /// The directory to write.
  public let directory: String

  /// Reads the parameters.
  public init(_ params: JSONValue?) throws(ParameterError) {
    var fields = try Fields(params)
    directory = try fields.string("directory", max: CallLimits.pathBytesMax)
    guard directory.hasPrefix("/") else {
      throw ParameterError(
        "directory", .invalidValue, "Send an absolute path; the server does not know yours.")
    }
    try fields.finish()
  }

  /// The result.
  public static func result(_ outcome: Outcome) -> [UInt8] {
    jsonObject { writer in
      writer.array("programs") { writer in
        for program in outcome.programs {
          writer.object { writer in
            writer.member("program", program.program)
            writer.member("position", program.position)
            writer.member("head", program.head)
          }
        }
      }
      writer.member("bytes", outcome.bytes)
    }
  }
}
