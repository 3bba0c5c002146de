/// Says in commands what the server says in methods: who reads an advice here types commands.
///
/// A server's texts name its methods, as every client has them. At the edge of the command line each name
/// becomes the command that calls the method; names of methods without a command stay.
enum CommandWords {
  /// The command that calls a method.
  static let commands: [String: String] = [
    "program.apply": "program apply", "program.get": "program get",
    "program.list": "program list", "program.advance": "program advance",
    "program.check": "check", "calendar.import": "calendar import",
    "batch.open": "import", "batch.list": "import list", "batch.get": "import list",
    "batch.reverse": "import undo", "roster.import": "import roster",
    "learner.put": "import roster", "learner.erase": "erase",
    "membership.transfer": "group transfer", "membership.correct": "group correct",
    "staff.put": "staff put", "staff.list": "staff list", "facts.record": "record",
    "fact.reverse": "reverse", "fact.list": "fact list", "balance.get": "balance",
    "history.list": "history", "points.grant": "grant", "points.adjust": "adjust",
    "points.open": "import opening", "board.top": "board top", "board.around": "board around",
    "board.list": "board list", "job.list": "check", "audit.list": "audit",
    "system.authenticate": "login", "system.stats": "check", "system.verify": "verify",
    "system.backup": "backup", "key.create": "keys create", "key.list": "keys list",
    "key.revoke": "keys revoke", "session.put": "session put", "session.list": "session list",
    "attendance.set": "attendance set", "attendance.get": "attendance get",
    "attendance.excuse": "attendance excuse", "badge.list": "badge list",
    "badge.award": "badge award",
    "badge.revoke": "badge revoke", "quest.get": "quest", "streak.list": "streak",
    "award.list": "award list", "award.grant": "award grant", "award.confirm": "award confirm",
    "award.revoke": "award revoke", "award.nominate": "award nominate",
    "award.decide": "award decide",
    "learner.merge": "merge", "program.clone": "program clone", "program.drop": "program drop",
  ]

  /// A text with commands in place of methods.
  static func of(_ text: String) -> String {
    var told = ""
    var rest = text[...]
    while let start = rest.firstIndex(where: isOfName) {
      told += rest[..<start]
      let run = rest[start...].prefix(while: isOfName)
      rest = rest[run.endIndex...]
      // A full stop may end the sentence.
      let name = run.hasSuffix(".") ? run.dropLast() : run
      guard let command = commands[String(name)] else {
        told += run
        continue
      }
      let isQuoted = told.hasSuffix("`")
      told += isQuoted ? "laurel \(command)" : "`laurel \(command)`"
      told += run[name.endIndex...]
    }
    return told + rest
  }

  private static func isOfName(_ character: Character) -> Bool {
    character == "." || character.isASCII && character.isLetter
  }
}
