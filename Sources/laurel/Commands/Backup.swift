import ArgumentParser
import JSONRPC
import Tabular

/// `laurel backup`: a whole copy of the store, while the server runs.
struct Backup: Question {
  static let configuration = CommandConfiguration(
    abstract: "Copy the whole store into a new directory, while the server runs.",
    discussion: """
      The server writes the copy, so the directory is on its machine. Restore it with
      `laurel restore DIR --into NEW`.

        laurel backup /backup/laurel-2026-09-01
      """)

  @Argument(help: "The directory to make.", completion: .directory)
  var directory: String
  @OptionGroup var global: GlobalOptions

  func run(with session: Session) throws {
    // The server's working directory is not the caller's.
    let path = global.connect == nil ? try FileText.absolute(directory) : directory
    let answer = try session.backUp(to: path)
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([
        .init(language("Program", "项目")), .init(language("Position", "位置"), .right),
        .init(language("Head", "头哈希")),
      ])
      for program in answer.items("programs") {
        table.addRow([
          program.text("program"), "\(program.int("position"))", program.text("head"),
        ])
      }
      let bytes = answer.int("bytes")
      return table.shown
        + language("\(path): \(bytes) bytes.\n", "\(path)：\(bytes) 字节。\n")
    }
  }
}

extension Session {
  /// Lets the server copy its store into a new directory of its machine; a long store takes long.
  @discardableResult
  func backUp(to directory: String) throws(CommandFailure) -> Answer {
    let usual = client.timeout
    client.timeout = .seconds(24 * 3_600)
    defer { client.timeout = usual }
    return try call("system.backup") { $0.member("directory", directory) }
  }
}
