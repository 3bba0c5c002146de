import Client
import Incentives
import JSONRPC
import Tabular

/// What a class office gets wrong and puts right, before the days close: a roster that comes late, a
/// wrong group, a wrong file. At the end every balance is what the material alone pays.
extension DemoRun {
  /// Who comes onto the roster only when facts are there already.
  private var late: LearnerRow? { material.roster.last }
  /// Who is entered in somebody else's group at first.
  private var misplaced: LearnerRow? {
    material.roster.first { $0.group != nil && $0.group != late?.group && $0.id != late?.id }
  }

  /// The roster as the office has it at first: one missing, one in the wrong group.
  var firstRoster: [LearnerRow] {
    material.roster.filter { $0.id != late?.id }.map { row in
      guard row.id == misplaced?.id else { return row }
      var wrong = row
      (wrong.group, wrong.leads) = (late?.group, nil)
      return wrong
    }
  }

  /// Puts right what was wrong, each shown before it is done.
  func putRight() throws {
    try bringLateRoster()
    try correctMembership()
    try undoImport()
  }

  private func bringLateRoster() throws {
    guard let late else { return }
    try heading("The roster comes late", "名册补录")
    // Who has no facts either is not known at all.
    let known = try session.callIfFound("learner.get") { writer in
      writer.member("program", program)
      writer.member("learner", late.id)
    }
    let waiting = known?["facts"]?.int("pending") ?? 0
    try say(
      "\(waiting) facts of \(late.id) wait for the roster. It would mean:",
      "\(late.id) 有 \(waiting) 条事实在等名册。补录后：")
    let row = { (writer: inout JSONWriter) in
      writer.member("program", program)
      writer.array("learners") { $0.learner(late) }
    }
    let preview = try session.call("roster.import") { writer in
      row(&writer)
      writer.member("dryRun", true)
    }
    try show(EffectsText.text(preview["outcome"]?["effects"], language))
    _ = try session.change("roster.import", row)
    try say(
      "\(late.id) has \(try earned(late.id)) points now.", "\(late.id) 现有 \(try earned(late.id)) 分。"
    )
  }

  private func correctMembership() throws {
    guard let misplaced, let group = misplaced.group else { return }
    try heading("A wrong group, corrected", "入错小组，更正")
    let correction = { (writer: inout JSONWriter) in
      writer.member("program", program)
      writer.member("learner", misplaced.id)
      writer.member("group", group)
      if misplaced.leads == true { writer.member("leads", true) }
    }
    let preview = try session.call("membership.correct") { writer in
      correction(&writer)
      writer.member("dryRun", true)
    }
    try say(
      "\(misplaced.id) was in \(group) all the time. It would mean:",
      "\(misplaced.id) 其实一直在 \(group)。更正后：")
    try show(EffectsText.text(preview["outcome"]?["effects"], language))
    _ = try session.change("membership.correct", correction)
  }

  private func undoImport() throws {
    try heading("A wrong file, taken back whole", "导错文件，整批撤回")
    let people = material.roster.prefix(3).map(\.id)
    let before = try people.map(earned)
    let opened = try session.change("batch.open") { writer in
      writer.member("program", program)
      writer.member("kind", "facts")
    }
    let batch = ImportBatch(id: opened["outcome"]?.text("batch") ?? "")
    let upload = FactUpload(session, program: program, batch: batch)
    for (place, learner) in people.enumerated() {
      var fact = material.mistake
      (fact.id, fact.learner) = ("wrong-file-\(place + 1)", learner)
      try upload.add(fact, line: place + 1)
    }
    try upload.finish()
    try say(
      "\(batch.id): \(upload.tally.recorded) facts, \(upload.tally.points) points paid.",
      "\(batch.id)：\(upload.tally.recorded) 条事实，给出 \(upload.tally.points) 分。")
    try whileSomebody { person in
      _ = try person.change("batch.reverse") { writer in
        writer.member("program", program)
        writer.member("batch", batch.id)
        writer.member("reason", language("wrong file", "导错文件"))
      }
    }
    try waitForJobs()
    let report = try session.call("batch.get") { writer in
      writer.member("program", program)
      writer.member("batch", batch.id)
    }
    try show(Shown.reversal(report, language))
    guard try people.map(earned) == before else {
      throw CommandFailure.failed(language("the undone import left a trace", "撤回留下了痕迹"))
    }
  }

  /// Lets a member of staff act, on a connection of their own: what undoes asks for a person.
  private func whileSomebody(_ body: (Session) throws -> Void) throws {
    let id = "demo-office"
    _ = try session.change("staff.put") { writer in
      writer.member("program", program)
      writer.member("id", id)
      writer.array("roles") { $0.string("admin") }
    }
    let made = try session.change("key.create") { writer in
      writer.member("program", program)
      writer.member("staff", id)
    }
    let client = try Client(.unix(path: socket), timeout: .seconds(120))
    let person = Session(client, program: program, language: language, isJSON: false)
    let key = made["outcome"]?.text("key") ?? ""
    _ = try person.call("system.authenticate") { $0.member("key", key) }
    try body(person)
  }
}
