import Incentives

/// Awards in scripts.
extension ScriptPlayer {
  /// `award NAME LEARNER… [group=] [on=DAY] [citation=WORD]`.
  func award(_ line: ScriptLine) throws -> [String] {
    let request = AwardGrant(
      award: try line.word(1), learners: Array(line.words.dropFirst(2)),
      groups: line.list("group"), occurredOn: try line.day("on"),
      citation: line.values["citation"] ?? "")
    return game.tell(try game.give(request, by: line.values["by"]))
  }

  /// `confirm D-0001 LEARNER`.
  func confirm(_ line: ScriptLine) throws -> [String] {
    guard let decision = DecisionNumber(try line.word(1)) else {
      throw ScriptError(text: "confirm D-0001 LEARNER")
    }
    return game.tell(try game.confirm(decision, try line.word(2)))
  }

  /// `revoke A-0001 [reason=WORD]`.
  func revoke(_ line: ScriptLine) throws -> [String] {
    guard let award = GivenNumber(try line.word(1)) else {
      throw ScriptError(text: "revoke A-0001")
    }
    return game.tell(try game.revoke(award, reason: line.values["reason"] ?? "mistake"))
  }

  /// `stars KIND DAY`: how the stars of an open period stand.
  func stars(_ line: ScriptLine) throws -> [String] {
    let stars = game.provisional(try period(line))
    return stars.isEmpty ? ["no star stands"] : stars.map { game.tell($0) }
  }

  /// `awards [LEARNER]`: what stands.
  func awards(_ line: ScriptLine) throws -> [String] {
    let state = game.state
    let learner = line.words.count > 1 ? state.learnerNumber(try line.word(1)) : nil
    let standing = state.awards.given.filter {
      $0.revokedAt.isNone && (learner == nil || $0.learner == learner)
    }
    return standing.isEmpty
      ? ["none"]
      : standing.map { row in
        "\(row.number) \(state.awardID(row.award)) of \(row.day): "
          + state.learners.shownID(row.learner)
      }
  }

  /// `nominate AWARD LEARNER object=KIND:ID or fact=SOURCE/ID [nominator=LEARNER] [by=PERSON]`.
  func nominate(_ line: ScriptLine) throws -> [String] {
    let work: WorkNomination.Work
    if let object = line.values["object"] {
      work = .object(GameFact.objectWord(object))
    } else {
      let name = try ScriptLine.name(line.values["fact"] ?? "")
      guard let position = game.positions[name],
        case .fact(let fact) = game.log.buffer.changes[Int(position.rawValue) - 1]
      else { throw ScriptError(text: "no fact \(name)") }
      work = .fact(position, of: fact.learner, about: fact.object)
    }
    let request = WorkNomination(
      award: try line.word(1), nominee: try line.word(2), work: work,
      nominator: line.values["nominator"])
    return game.tell(try game.nominate(request, by: line.values["by"] ?? "portal"))
  }

  /// `decide N-0001 accept or refuse [decider=LEARNER] [by=PERSON] [citation=WORD]`.
  func decide(_ line: ScriptLine) throws -> [String] {
    guard let nomination = NominationNumber(try line.word(1)) else {
      throw ScriptError(text: "decide N-0001 accept")
    }
    let request = WorkDecision(
      nomination: nomination, isAccepted: try line.word(2) == "accept",
      citation: line.values["citation"] ?? "", decider: line.values["decider"])
    return game.tell(try game.decide(request, by: line.values["by"] ?? "teacher"))
  }
}

extension ScriptProgram {
  /// `award NAME kind=star period=day scope=cohort minimum=8 ties=shared coolOff=0 measure=improvement
  /// confirm=60 rules=a,b score=board points=5 counts`, `award NAME kind=work quota=1 peers`, or
  /// `award NAME points=5`.
  static func award(_ line: ScriptLine) throws(ScriptError) -> AwardDefinition {
    var award = AwardDefinition(
      id: try line.word(1), title: try line.word(1), points: try line.number("points") ?? 0,
      counts: line.has("counts"))
    switch line.values["kind"] {
    case "star":
      award.kind = .star
      award.star = StarTerms(
        period: try word(line, "period") ?? .day, scope: try word(line, "scope") ?? .program,
        score: try word(line, "score") ?? .rules, rules: line.list("rules"),
        minimum: try line.number("minimum") ?? 1, ties: try word(line, "ties") ?? .fewestStars,
        coolOff: Int32(try line.number("coolOff") ?? 3),
        measure: try word(line, "measure") ?? .points,
        confirmMinutes: try line.number("confirm").map { Int32($0) })
    case "work":
      award.kind = .excellentWork
      award.work = WorkTerms(
        peers: line.has("peers"), quota: try line.number("quota").map { Int32($0) })
    default: break
    }
    return award
  }

  private static func word<Word: RawRepresentable>(
    _ line: ScriptLine, _ key: String
  ) throws(ScriptError) -> Word? where Word.RawValue == String {
    guard let text = line.values[key] else { return nil }
    guard let word = Word(rawValue: text) else { throw ScriptError(text: "\(key)=\(text)?") }
    return word
  }
}
