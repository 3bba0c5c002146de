import JSONRPC
import Ledger
import Tabular

/// A store that a command makes.
enum NewStore {
  /// Refuses a directory that is there already: nothing is ever overwritten.
  static func checkIsFree(_ directory: String, _ language: Language) throws(CommandFailure) {
    guard FileText.exists(directory) else { return }
    throw .refused(
      language("\(directory) exists already; name a new directory", "\(directory) 已存在；请换一个新目录"))
  }

  /// Lists its programs as they lie on the disk, and what to do next.
  static func tell(_ directory: String, _ global: GlobalOptions) throws {
    let programs = try heads(directory)
    guard !global.json else {
      var writer = JSONWriter()
      writer.object { writer in
        writer.array("programs") { writer in
          for program in programs {
            writer.object { writer in
              writer.member("program", program.id)
              writer.member("position", Int64(program.head.position.rawValue))
              writer.member("head", "\(program.head.hash)")
            }
          }
        }
      }
      return try Output.write(writer.string + "\n")
    }
    let language = global.language
    var table = TextTable([
      .init(language("Program", "项目")), .init(language("Position", "位置"), .right),
      .init(language("Head", "头哈希")),
    ])
    for program in programs {
      table.addRow([
        program.id, "\(program.head.position.rawValue)", "\(program.head.hash)",
      ])
    }
    try Output.write(
      table.shown
        + language(
          "Next: laurel verify --data \(directory)\n", "下一步：laurel verify --data \(directory)\n"))
  }

  /// The programs' heads; nothing runs on the store meanwhile, so they stay where they are.
  private static func heads(_ directory: String) throws -> [(id: String, head: Head)] {
    let store = try Store.open(at: directory)
    let heads = store.journal.allHeads().sorted { $0.key < $1.key }
    let programs = try heads.filter { $0.key != .server }
      .map { (id: try store.programID(of: $0.key), head: $0.value) }
    try store.close()
    return programs
  }
}
