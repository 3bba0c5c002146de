import Incentives
import Tabular

/// What a demo plays: a program, a roster, a term of facts, and one fact that is a mistake.
struct DemoMaterial {
  /// The program that is applied.
  let program: ProgramFile
  /// Where its file is, as people can print it: `laurel program example NAME`.
  let example: ExampleName
  /// The learners with their groups.
  let roster: [LearnerRow]
  /// How many facts there are.
  let factCount: Int
  /// The days on which something happens.
  let days: ClosedRange<LocalDay>
  /// Where it all comes from, and how the groups were made, for people.
  let story: String
  /// A fact that is recorded and taken back, so that the term's own points stay as they are.
  let mistake: FactRow
  /// Hands out the facts in order.
  let stream: ((FactRow, Int) throws -> Void) throws -> Void

  /// The generated class of a seed.
  init(seed: UInt64, _ language: Language) throws {
    let generator = ClassGenerator(seed: seed)
    let facts = generator.facts()
    let program = try Self.program(.demo)
    let last = ClassGenerator.firstDay.advanced(by: Int32(ClassGenerator.weeks * 7 - 1))
    self.program = program
    example = .demo
    roster = generator.roster
    factCount = facts.count
    days = ClassGenerator.firstDay...last
    story = language(
      "A generated class (seed \(seed)): nobody in it exists, and nothing in it happened.",
      "这个班是随机生成的（种子 \(seed)）：人和事都是虚构的。")
    mistake = FactRow(
      source: "demo", id: "mistake-1", learner: generator.roster[0].id, verb: "submitted:homework",
      object: "hw-demo", time: .on("\(last.previous)"), value: 92,
      metadata: [.init(name: "late", text: "false")])
    stream = { body in
      for (index, fact) in facts.enumerated() { try body(fact, index + 1) }
    }
  }

  /// A real learning log.
  init(log directory: String, _ language: Language) throws {
    let log = try LearningLog(directory: directory, language: language)
    var program = try Self.program(.oulad)
    program.stretchTerm(over: log.firstDay...log.lastDay)
    self.program = program
    example = .oulad
    roster = log.roster
    factCount = log.count
    days = log.firstDay...log.lastDay
    story = language(
      """
      A real learning log: \(directory)
      Groups of 5–8: the learners by their ids (bytewise), dealt in turn into ⌈n ÷ 8⌉ groups.
      """,
      """
      真实学习日志：\(directory)
      小组 5–8 人：学员按编号（逐字节）排序，依次发入 ⌈n ÷ 8⌉ 个组。
      """)
    mistake = FactRow(
      source: "laurel-demo", id: "mistake-1", learner: log.roster[0].id, verb: "submitted:demo",
      object: "laurel-demo", time: .on("\(log.lastDay)"), value: 92)
    stream = { body in try log.stream(language, body) }
  }

  private static func program(_ example: ExampleName) throws(CommandFailure) -> ProgramFile {
    do throws(ProgramFileError) {
      return try ProgramFile(yaml: example.yaml)
    } catch {
      throw .failed("\(example).yaml: \(error)")
    }
  }
}

extension ProgramFile {
  /// Makes the first term long enough for some days; a log of other years is played as it is.
  mutating func stretchTerm(over days: ClosedRange<LocalDay>) {
    guard case .list(var terms)? = definition["terms"], var term = terms.first,
      let from = term["from"]?.text.flatMap({ LocalDay($0) }),
      let to = term["to"]?.text.flatMap({ LocalDay($0) })
    else { return }
    term["from"] = .text("\(min(from, days.lowerBound))")
    term["to"] = .text("\(max(to, days.upperBound))")
    terms[0] = term
    definition["terms"] = .list(terms)
  }

  /// The first term's last day; nil where there is none.
  var lastDay: LocalDay? {
    definition["terms"]?.items.first?["to"]?.text.flatMap { LocalDay($0) }
  }
}
