import Client
import Glibc
import Incentives
import JSONRPC
import Tabular

/// One performance of the demo: each step says what it does, does it over the socket, shows the answer.
///
/// Nothing here knows more than any client would: the same calls, the same refusals. The one fact
/// that is taken back is a mistake recorded for the purpose, so that every balance at the end is
/// what the material alone pays.
struct DemoRun {
  let material: DemoMaterial
  private let directory: String
  let session: Session
  let program: String
  let language: Language
  /// Where the demo's server listens.
  let socket: String

  /// Connects to the demo's server.
  init(
    _ material: DemoMaterial, directory: String, socket: String, _ language: Language
  ) throws {
    self.material = material
    self.directory = directory
    self.language = language
    self.socket = socket
    program = material.program.id
    let client = try Client(.unix(path: socket), timeout: .seconds(120))
    session = Session(client, program: program, language: language, isJSON: false)
  }

  /// Plays every step.
  func play() throws {
    try DemoTelling.title(material, directory, language)
    try declare()
    try enrol()
    try planSessions()
    try heading("The term's facts, streamed over the socket", "一学期的事实，经套接字流入")
    let first = try stream(language("Facts", "事实"))
    try say(
      "\(first.recorded) recorded, \(first.points) points paid, every one durable.",
      "记录 \(first.recorded) 条，给出 \(first.points) 分，全部已落盘。")
    try putRight()
    try closeDays()
    let star = try showStandings()
    try showStars()
    try showHistory(of: star)
    try showAttendance()
    try deliverTwice(star)
    try takeBack()
    try verify()
  }

  // MARK: Before the term

  private func declare() throws {
    try heading("The program", "项目")
    let answer = try session.apply(
      ProgramCall(file: material.program, name: "\(material.example).yaml"))
    let version = answer["outcome"]?.int("version") ?? 0
    let rules = material.program.definition["rules"]?.items.count ?? 0
    try say(
      "\(program): version \(version), \(rules) rules; read them with "
        + "`laurel program example \(material.example)`.",
      "\(program)：第 \(version) 版，\(rules) 条规则；查看：laurel program example \(material.example)")
  }

  private func enrol() throws {
    try heading("The roster and its groups", "名册与小组")
    let upload = RosterUpload(session, program: program)
    for (index, row) in firstRoster.enumerated() { try upload.add(row, line: index + 1) }
    try upload.finish()
    guard upload.refused.count == 0 else {
      throw CommandFailure.failed(upload.refused.list(language))
    }
    let groups = Set(material.roster.compactMap(\.group)).count
    try say(
      "\(upload.answered) learners in \(groups) groups.",
      "\(upload.answered) 位学员，\(groups) 个小组。")
  }

  // MARK: The term

  private func stream(_ label: String) throws -> FactUpload.Tally {
    var bar = ProgressBar(
      label, unit: language("facts", "条"),
      style: .forStandardError(isQuiet: false, term: environment("TERM")))
    defer { bar.clear() }
    let upload = FactUpload(session, program: program)
    try material.stream { fact, line in
      try upload.add(fact, line: line)
      guard upload.tally.answered > 0, line % 500 == 0 else { return }
      let done = upload.tally.answered
      bar.update(count: done, fraction: Double(done) / Double(material.factCount))
    }
    try upload.finish()
    bar.finish(count: upload.tally.answered)
    guard upload.refused.count == 0 else {
      throw CommandFailure.failed(upload.refused.list(language))
    }
    return upload.tally
  }

  private func closeDays() throws {
    try heading("Time passes: the days close, one after the other", "时间流逝：逐日收榜")
    let first = material.days.lowerBound
    let total = first.days(until: material.days.upperBound) + 1
    var bar = ProgressBar(
      language("Days", "天"), unit: language("days", "天"),
      style: .forStandardError(isQuiet: false, term: environment("TERM")))
    defer { bar.clear() }
    for day in 1...total {
      try advance(to: first.advanced(by: Int32(day)))
      bar.update(count: day, fraction: Double(day) / Double(total))
    }
    // Three days beyond the term its grace is over too, and its board is final.
    let end = max(material.program.lastDay ?? material.days.upperBound, material.days.upperBound)
    try advance(to: end.advanced(by: 4))
    try waitForJobs()
    bar.finish(count: total)
    let boards = try session.call("board.list") { $0.member("program", program) }
    let closed = boards.items("closed").count
    try say("\(closed) boards are closed and final.", "\(closed) 个榜单已收榜定稿。")
  }

  private func advance(to day: LocalDay) throws {
    _ = try session.change("program.advance") { writer in
      writer.member("program", program)
      writer.member("to", "\(day)")
    }
  }

  /// Waits until no job is left; asks again every ten milliseconds, for ten minutes at most.
  func waitForJobs() throws {
    let deadline = ContinuousClock.now + .seconds(600)
    while ContinuousClock.now < deadline {
      let list = try session.call("job.list") { $0.member("program", program) }
      if list.items("jobs").isEmpty, !list.flag("due") { return }
      usleep(10_000)
    }
    throw CommandFailure.failed(
      language("the days did not close within ten minutes", "十分钟内没有收完榜"))
  }

  // MARK: After the term

  /// Shows the boards and returns who leads.
  private func showStandings() throws -> String {
    try heading("Standings: learners, all time", "总榜：学员")
    let learners = try session.board("all", limit: 10)
    try show(BoardTable.text(learners, language))
    try heading("Standings: groups", "总榜：小组")
    try show(BoardTable.text(try session.board("all", groups: true, limit: 10), language))
    let middle = Int32(material.days.lowerBound.days(until: material.days.upperBound) / 2)
    let week = Period.week(containing: material.days.lowerBound.advanced(by: middle))
    try heading("One closed week: \(week)", "已收榜的一周：\(week)")
    try show(BoardTable.text(try session.board("\(week)", limit: 5), language))
    guard let star = learners.items("places").first?.text("learner"), !star.isEmpty else {
      throw CommandFailure.failed(language("nobody has a point", "没有人得分"))
    }
    return star
  }

  /// Shows who got the last stars, where the program declares some.
  private func showStars() throws {
    guard let award = material.program.definition["awards"]?.items.first else { return }
    try heading("The last stars, with why", "最近的星，以及为什么")
    let stars = try session.call("award.list") { writer in
      writer.member("program", program)
      writer.member("award", award["id"]?.text ?? "")
      writer.member("limit", 5)
    }
    try show(AwardTables.text(stars, language))
  }

  private func showHistory(of learner: String) throws {
    try heading("\(learner): the reason of every point", "\(learner)：每一分的来历")
    try show(HistoryTable.text(try session.history(of: learner, limit: 12), language))
  }

  private func deliverTwice(_ learner: String) throws {
    try heading("Delivered twice, paid once", "重复送达，只付一次")
    let before = try earned(learner)
    var twin: FactRow?
    try material.stream { fact, _ in if fact.learner == learner { twin = twin ?? fact } }
    guard let twin else { return }
    let again = try record(twin)
    let isReplayed = again.items("outcomes").first?.flag("replayed") == true
    try say(
      "\(twin.source) \(twin.id) once more: replayed \(isReplayed), "
        + "earned \(before) before and \(try earned(learner)) after.",
      "\(twin.source) \(twin.id) 再送一次：replayed \(isReplayed)，"
        + "成长值之前 \(before)，之后 \(try earned(learner))。")
    let all = try stream(language("The whole log again", "整个日志再来一遍"))
    try say(
      "\(all.replayed) known already, \(all.recorded) new, \(all.points) points paid.",
      "早已记过 \(all.replayed) 条，新 \(all.recorded) 条，给出 \(all.points) 分。")
    guard isReplayed, all.recorded == 0, all.points == 0 else {
      throw CommandFailure.failed(language("a fact was paid twice", "有事实被重复给分"))
    }
  }

  private func takeBack() throws {
    try heading("A mistake, and its reversal", "记错了，撤销")
    let learner = material.mistake.learner
    let before = try earned(learner)
    let recorded = try record(material.mistake).items("outcomes").first?["outcome"]
    let paid = recorded?.int("points") ?? 0
    let why = Shown.rules(recorded?.items("rules") ?? [], language)
    let between = try earned(learner)
    try say(
      "Recorded for \(learner) by mistake: \(Shown.signed(paid)) (\(why)).",
      "误记给 \(learner)：\(Shown.signed(paid))（\(why)）。")
    try say("What a reversal would do:", "撤销会怎样：")
    let preview = try session.call("fact.reverse") { writer in
      write(material.mistake, &writer)
      writer.member("dryRun", true)
    }
    try show(Reverse.text(preview, language))
    _ = try session.change("fact.reverse") { write(material.mistake, &$0) }
    let after = try earned(learner)
    try say(
      "Reversed: earned \(before) before the mistake, \(between) with it, \(after) now.",
      "已撤销：误记前 \(before)，误记后 \(between)，现在 \(after)。")
    guard before == after, between == before + paid else {
      throw CommandFailure.failed(language("the reversal left a trace", "撤销留下了痕迹"))
    }
  }

  private func verify() throws {
    try heading("Verify: everything again from the journal, every rule again", "核对：从日志重算一切")
    let report = try session.verify(rules: true)
    try show(report.text(language))
    try report.endCommand()
  }

  // MARK: Small things

  private func write(_ fact: FactRow, _ writer: inout JSONWriter) {
    writer.member("program", program)
    writer.member("source", fact.source)
    writer.member("id", fact.id)
  }

  private func record(_ fact: FactRow) throws -> Answer {
    try session.call("facts.record") { writer in
      writer.member("program", program)
      writer.array("facts") { $0.fact(fact) }
    }
  }

  func earned(_ learner: String) throws -> Int64 {
    try session.call("balance.get") { writer in
      writer.member("program", program)
      writer.member("learner", learner)
    }.int("earned")
  }

  func heading(_ english: String, _ chinese: String) throws {
    try DemoTelling.heading(language(english, chinese))
  }

  func say(_ english: String, _ chinese: String) throws {
    try show(language(english, chinese) + "\n")
  }

  func show(_ text: String) throws { try Output.write(text) }
}
