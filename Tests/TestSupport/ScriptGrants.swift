import Incentives

/// Points that people move, in scripts.
extension ScriptPlayer {
  func grant(_ line: ScriptLine) throws -> [String] {
    let request = GrantRequest(
      learners: Array(line.words.dropFirst(1).filter { $0 != "bonus" }),
      groups: line.list("group"), reason: line.values["reason"] ?? "",
      occurredOn: try line.day("on"), counts: !line.has("bonus"))
    return game.tell(try game.grant(request, by: line.values["by"]))
  }

  /// `adjust LEARNER POINTS reason=WHY [on=DAY] [earned] [debt]`.
  func adjust(_ line: ScriptLine) throws -> [String] {
    guard let points = Int64(try line.word(2)) else { throw ScriptError(text: "adjust by points") }
    let request = AdjustRequest(
      learner: try line.word(1), points: points, reason: line.values["reason"] ?? "",
      occurredOn: try line.day("on"), earned: line.has("earned"), allowDebt: line.has("debt"))
    return game.tell(try game.adjust(request))
  }

  /// `open LEARNER EARNED [spendable=POINTS] [on=DAY]`.
  func open(_ line: ScriptLine) throws -> [String] {
    guard let earned = Int64(try line.word(2)) else { throw ScriptError(text: "open with points") }
    let request = OpeningRequest(
      learner: try line.word(1), earned: earned, spendable: try line.number("spendable"),
      occurredOn: try line.day("on"))
    return game.tell(try game.open(request))
  }

  /// `take-back LEARNER NUMBER [cause=CAUSE]`: what people gave the learner, counted from 1.
  func takeBack(_ line: ScriptLine) throws -> [String] {
    guard let learner = game.state.learnerNumber(try line.word(1)),
      let number = Int(try line.word(2)), 1...game.given(to: learner).count ~= number
    else { throw ScriptError(text: "take-back LEARNER NUMBER") }
    let position = game.given(to: learner)[number - 1]
    return game.tell(try game.takeBack(position, cause: try cause(line)))
  }

  func spend(_ line: ScriptLine) throws -> [String] {
    guard let learner = game.state.learnerNumber(try line.word(1)),
      let points = Int64(try line.word(2))
    else { throw ScriptError(text: "spend LEARNER POINTS") }
    let before = game.log.buffer.changes.count
    try game.spend(points, by: learner)
    return game.tell(before..<game.log.buffer.changes.count)
  }
}
