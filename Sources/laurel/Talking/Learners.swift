import JSONRPC

/// Finds the learner a person means: by id, else by a name or a part of one.
extension Session {
  /// The learner's id; an ambiguous name is refused with its candidates.
  func learner(_ text: String) throws(CommandFailure) -> String {
    let program = try program()
    let exact = try callIfFound("learner.get") { writer in
      writer.member("program", program)
      writer.member("learner", text)
    }
    if exact != nil { return text }
    let found = try call("learner.find") { writer in
      writer.member("program", program)
      writer.member("text", text)
      writer.member("limit", 20)
    }.items("learners")
    guard let first = found.first else {
      throw .refused(language("nobody here is called “\(text)”", "没有找到学员“\(text)”"))
    }
    let namesakes = found.filter { $0.text("name") == text }
    if found.count == 1 { return first.text("learner") }
    if namesakes.count == 1 { return namesakes[0].text("learner") }
    let candidates = found.map { person in
      ["learner", "name", "alias", "cohort", "group"].map { person.text($0) }
        .filter { !$0.isEmpty }.joined(separator: "  ")
    }
    throw .refused(
      language("“\(text)” may be any of these; say the id:", "“\(text)” 有多位，请用编号：") + "\n  "
        + candidates.joined(separator: "\n  "))
  }
}

extension Session {
  /// The id of the one learner with exactly this name; else the text itself, taken as an id, since a
  /// fact may come before its learner is on the roster.
  func knownLearner(_ text: String) throws(CommandFailure) -> String {
    let program = try program()
    let named = try call("learner.find") { writer in
      writer.member("program", program)
      writer.member("text", text)
      writer.member("limit", 100)
    }.items("learners")
    if named.contains(where: { $0.text("learner") == text }) { return text }
    guard named.contains(where: { $0.text("name") == text }) else { return text }
    return try learner(text)
  }
}
