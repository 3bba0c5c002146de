import ArgumentParser
import JSONRPC
import Tabular

/// `laurel record`: tells of one thing a learner did.
struct Record: ServerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record one fact: what a learner did.",
    discussion: """
      Source and id name the fact for ever; delivered again it pays nothing. Files of facts go in
      with `laurel import facts`.

        laurel record 20250107 submitted:homework hw-3 --id quiz-88 --value 92 --on 2026-09-01
        laurel record 20250107 checkedIn --id c-1 --at 2026-09-01T08:05:00+08:00
      """)

  @Argument(help: "The learner: id, or whole name.")
  var learner: String
  @Argument(help: "What was done, such as submitted:homework.")
  var verb: String
  @Argument(help: "What it was done to.")
  var object: String?
  @Option(help: "What kind of thing the object is.")
  var kind: String?
  @Option(help: "The fact's id in its source.")
  var id: String
  @Option(help: "The system it comes from.")
  var source = "cli"
  @Option(help: ArgumentHelp("The instant it happened.", valueName: "instant"))
  var at: String?
  @Option(help: ArgumentHelp("The local day it happened, where the time is not known."))
  var on: String?
  @Option(help: "A number that rules may look at; decimals are floored.")
  var value: String?
  @Option(help: ArgumentHelp("A detail that rules may look at.", valueName: "name=text"))
  var metadata: [String] = []
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard (at == nil) != (on == nil) else {
      throw ValidationError("Say when: either --at INSTANT or --on DAY.")
    }
  }

  func run(with session: Session) throws {
    let id = try session.program()
    let fact = try fact(session)
    let answer = try session.call("facts.record") { writer in
      writer.member("program", id)
      writer.array("facts") { $0.fact(fact) }
    }
    let first = answer.items("outcomes").first
    try session.tell(answer) { _ in Self.text(first, session.language) }
    guard let refused = first?["refused"] else { return }
    throw CommandFailure(
      status: .refused,
      message: session.isJSON
        ? "" : "\(refused.text("reason")): \(CommandWords.of(refused.text("advice")))")
  }

  private func fact(_ session: Session) throws -> FactRow {
    var fact = FactRow(
      source: source, id: id, learner: try session.subject(learner), verb: verb,
      object: object ?? "", kind: kind ?? "", time: at.map { .at($0) } ?? .on(on ?? ""))
    if let value {
      do throws(WholeValue.Problem) { fact.value = try WholeValue.floor(value) } catch {
        throw CommandFailure.refused("“\(value)” is no number")
      }
    }
    for pair in metadata {
      guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else {
        throw CommandFailure.refused("“\(pair)” is not name=text")
      }
      let text = String(pair[pair.index(after: equals)...])
      fact.metadata.append(.init(name: String(pair[..<equals]), text: text))
    }
    return fact
  }

  private static func text(_ item: Answer?, _ language: Language) -> String {
    guard let outcome = item?["outcome"] else { return "" }
    let rules = Shown.rules(outcome.items("rules"), language)
    let points = Shown.signed(outcome.int("points"))
    let status = outcome.text("status")
    var text = rules.isEmpty ? "\(points)\n" : "\(points): \(rules)\n"
    if item?.flag("replayed") == true {
      text =
        language("known already, paid nothing more; its first answer was ", "已经记过，不再给分；首次的回答：")
        + text
    } else if status == "pending" {
      text = language("waits until the roster covers its day\n", "等待名册覆盖这一天\n")
    }
    return text
  }
}
