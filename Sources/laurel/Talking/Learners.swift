import API
import JSONRPC
import Tabular

/// A learner as people recognise them.
struct Person {
  /// The id.
  let id: String
  /// The name; empty where none is known.
  let name: String
  /// The id that answers for this one, where the account was merged into another.
  var survivor: String?

  /// Id and name.
  var shown: String { name.isEmpty ? id : "\(id) \(name)" }
}

/// Finds the learner a person means.
///
/// A question takes a part of a name, where it fits one learner only: at worst it shows somebody else.
/// What changes something takes an id or a whole name and nothing less, for points that went to the
/// wrong person are a dispute.
extension Session {
  /// Whom a question is about: by id, else by the number beside it, else by a name or a part of one.
  func learner(_ text: String) throws(CommandFailure) -> String {
    if let exact = try person(id: text) { return exact.survivor ?? exact.id }
    let found = try find(text)
    if let holder = holder(of: text, in: found) { return holder.id }
    let namesakes = found.filter { $0.text("name") == text }
    if found.count == 1 { return found[0].text("learner") }
    if namesakes.count == 1, found.count < Self.foundMax { return namesakes[0].text("learner") }
    throw unclear(text, found)
  }

  /// Whom a change is for: the learner with this id or number, or the only one with exactly this name.
  func recipient(_ text: String) throws(CommandFailure) -> Person {
    if let person = try exactPerson(text) { return person }
    throw unclear(text, try find(text))
  }

  /// The id of the learner a fact is about; the text itself, taken as an id, where nobody here is
  /// called so, since a fact may come before its learner is on the roster.
  func subject(_ text: String) throws(CommandFailure) -> String {
    try exactPerson(text)?.id ?? text
  }

  private static let foundMax = Int(CallLimits.foundLearnersMax)

  /// Nil where nobody has this id, number or whole name; namesakes are refused, and so are names among more
  /// matches than are listed, where another namesake may be.
  private func exactPerson(_ text: String) throws(CommandFailure) -> Person? {
    if let exact = try person(id: text) { return exact }
    let found = try find(text)
    if let holder = holder(of: text, in: found) { return holder }
    let namesakes = found.filter { $0.text("name") == text }
    guard let first = namesakes.first else { return nil }
    guard namesakes.count == 1, found.count < Self.foundMax else { throw unclear(text, namesakes) }
    return Person(id: first.text("learner"), name: text)
  }

  /// The learner who has the number beside the id, unless somebody else is called so.
  private func holder(of text: String, in found: [Answer]) -> Person? {
    let meant = found.filter { $0.text("number") == text || $0.text("name") == text }
    guard meant.count == 1, let holder = meant.first, holder.text("number") == text else {
      return nil
    }
    return Person(id: holder.text("learner"), name: holder.text("name"))
  }

  private func person(id: String) throws(CommandFailure) -> Person? {
    let program = try program()
    let found = try callIfFound("learner.get") { writer in
      writer.member("program", program)
      writer.member("learner", id)
    }
    return found.map {
      Person(id: id, name: $0.text("name"), survivor: $0.text("learner"))
    }
  }

  private func find(_ text: String) throws(CommandFailure) -> [Answer] {
    let program = try program()
    return try call("learner.find") { writer in
      writer.member("program", program)
      writer.member("text", text)
      writer.member("limit", Self.foundMax)
    }.items("learners")
  }

  /// Names the candidates, as many as fit on a screen.
  private func unclear(_ text: String, _ found: [Answer]) -> CommandFailure {
    guard !found.isEmpty else {
      return .refused(language("nobody here is called “\(text)”", "没有找到学员“\(text)”"))
    }
    let head = language("“\(text)” may mean any of these; say the id:", "“\(text)” 可能是以下学员，请用编号：")
    var failure = CommandFailure.refused(head + "\n" + Self.table(of: found, language))
    var writer = JSONWriter()
    writer.object { writer in
      writer.object("error") { writer in
        writer.member("message", head)
        writer.array("candidates") { for person in found { $0.value(person.value) } }
      }
    }
    failure.json = writer.string
    return failure
  }

  /// How many candidates fit on a screen.
  private static let shownMax = 20

  private static func table(of found: [Answer], _ language: Language) -> String {
    var fields: [(name: StaticString, title: String)] = [
      ("learner", language("Id", "编号")), ("number", language("Number", "学号")),
      ("name", language("Name", "姓名")), ("alias", language("Alias", "昵称")),
      ("cohort", language("Cohort", "班级")), ("group", language("Group", "小组")),
    ]
    // Many organisations have no number beside the id.
    if !found.contains(where: { $0["number"] != nil }) { fields.remove(at: 1) }
    var table = TextTable(fields.map { .init($0.title) })
    for person in found.prefix(shownMax) { table.addRow(fields.map { person.text($0.name) }) }
    let rest = found.count - shownMax
    // The failure ends its own line.
    let shown = table.shown.dropLast()
    return rest > 0 ? shown + language("\n… and \(rest) more", "\n…… 另有 \(rest) 位") : String(shown)
  }
}
