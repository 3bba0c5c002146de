import Incentives
import JSONRPC

/// `program.list`: the programs of the server; with the key of one program, that one.
public enum ListPrograms {
  /// What the table says of it.
  public static let card = MethodCard(
    "program.list", "Lists the programs that the caller may see.", params: [],
    result: [
      .required(
        "programs",
        .list(
          .object([
            .required("program", .identifier, "The id."),
            .required("name", .prose, "The name."),
            .required("version", .count, "The version of the definition."),
            .required("learners", .count, "Learners known; one with two ids once."),
            .required("facts", .count, "Facts recorded."),
            .required("position", .count, "The last record of its log."),
            .required("head", .identifier, "The hash of its last block."),
            .optional("rehearsalOf", .identifier, "The program it is a rehearsal of."),
          ]), max: .max), "The programs.")
    ], roles: [.read, .admin])

  /// The result for the programs a caller may see.
  ///
  /// `head` gives the durable end of a program's log, `rehearsalOf` the source of a rehearsal.
  public static func result(
    _ programs: [ProgramState], rehearsalOf: (ProgramState) -> String?,
    head: (ProgramNumber) -> (position: Position, hash: String)
  ) -> [UInt8] {
    jsonObject { writer in
      writer.array("programs") { writer in
        for state in programs where state.version > 0 {
          let head = head(state.number)
          writer.object { writer in
            writer.member("program", state.definition.id)
            writer.member("name", state.definition.name)
            writer.member("version", state.version)
            writer.member("learners", state.learners.peopleCount)
            writer.member("facts", state.factCount)
            writer.member("position", head.position)
            writer.member("head", head.hash)
            if let source = rehearsalOf(state) { writer.member("rehearsalOf", source) }
          }
        }
      }
    }
  }
}
