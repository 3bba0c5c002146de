import API
import Testing

@testable import laurel

/// Advice that people read names commands, not methods.
@Suite("CLI: advice in commands")
struct CommandWordsTests {
  /// Methods that no command calls by itself.
  private static let without: Set = [
    "learner.get", "learner.find", "group.put", "fact.explain", "system.health", "rpc.discover",
  ]

  @Test("every method has its command, or is known to have none; every command is there")
  func table() throws {
    let methods = Set(MethodTable.entries.map(\.card.name))
    #expect(Set(CommandWords.commands.keys).union(Self.without) == methods)
    #expect(Set(CommandWords.commands.keys).isDisjoint(with: Self.without))
    let laurel = try CLIBinary()
    for command in Set(CommandWords.commands.values).sorted() {
      let run = try laurel.run(command.split(separator: " ").map(String.init) + ["--help"])
      #expect(run.status == 0, "\(command)")
      #expect(run.output.contains("laurel \(command)"), "\(command)")
    }
  }

  @Test(
    "names become commands in running text",
    arguments: [
      ("use membership.transfer.", "use `laurel group transfer`."),
      ("`fact.list` shows them", "`laurel fact list` shows them"),
      ("Apply one first (program.apply).", "Apply one first (`laurel program apply`)."),
      ("staff.put, then key.create", "`laurel staff put`, then `laurel keys create`"),
      (
        "see learner.get, e.g. a.csv or submitted:TMA",
        "see learner.get, e.g. a.csv or submitted:TMA"
      ),
      ("", ""), ("…", "…"),
    ])
  func texts(said: String, told: String) {
    #expect(CommandWords.of(said) == told)
  }

  @Test("what the binary prints: a refusal and its way out")
  func printed() throws {
    let laurel = try CLIBinary.classroom()
    let unknown = try laurel.run("staff", "end", "T-404")
    #expect(unknown.status == 1)
    #expect(
      unknown.errors.contains(
        "There is no member of staff T-404; `laurel staff list` shows those there are."),
      "\(unknown.errors)")
    let batch = try laurel.run("import", "undo", "B-0999", "--yes")
    #expect(batch.errors.contains("`laurel import list` shows those there are."), "\(batch.errors)")
    // Machines are told as the server said it.
    let machine = try laurel.run("import", "undo", "B-0999", "--yes", "--json")
    #expect(machine.output.contains("batch.list shows"))
  }
}
