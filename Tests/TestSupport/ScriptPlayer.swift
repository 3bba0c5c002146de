import Incentives

/// Plays the commands of a script on a game.
///
/// It remembers what came from outside — program, people, facts, reversals — so that `rebuild` can
/// deliver all of it again, in another order, to a program that starts anew.
final class ScriptPlayer {
  enum Delivery {
    case fact(GameFact)
    case reversal(FactName, ReversalCause)
    case person(LearnerRecord)
    case correction(MembershipCorrection)
    case merge(LearnerMerge)
  }

  /// A script begins at noon of 2026-09-01 in UTC.
  var game = Game(wall: Instant(seconds: 1_788_264_000))
  var programs: [(definition: ProgramDefinition, zone: ZoneOffsets, from: Instant)] = []
  var groups: [GroupRecord] = []
  var deliveries: [Delivery] = []
  /// The batch that commands belong to.
  private var batch: BatchNumber?

  /// What a command answers, a line each.
  ///
  /// A refusal is an answer; anything else that is wrong is thrown.
  func play(_ lines: [String]) throws -> [String] {
    let parsed = lines.map { ScriptLine($0) }
    let answers: [String]
    do {
      answers = try game.part(of: batch) { try perform(parsed) } + judged()
    } catch let refusal as Refusal {
      let field = refusal.field.isEmpty ? "" : " (\(refusal.field))"
      answers = ["refused \(refusal.reason.rawValue)\(field)"]
    }
    guard game.faults.isEmpty else { throw ScriptError(text: game.faults.joined(separator: "; ")) }
    return answers
  }

  /// What a correction does to perfect attendance, which an engine judges between two commands.
  private func judged() throws -> [String] {
    guard game.state.isAttendanceDue else { return [] }
    return game.tell(try game.work())
  }

  private func perform(_ lines: [ScriptLine]) throws -> [String] {
    let line = lines[0]
    switch try line.word(0) {
    case "now": return try now(line)
    case "advance": return try advance(line)
    case "program": return try program(lines)
    case "roster", "move": return try person(line)
    case "correct": return try correct(line)
    case "group": return try group(line)
    case "fact": return try fact(line)
    case "reverse": return try reverse(line)
    case "erase": return try erase(line)
    case "merge": return try merge(line)
    case "batch": return try batch(line)
    case "undo": return try undo(line)
    case "grant": return try grant(line)
    case "adjust": return try adjust(line)
    case "open": return try open(line)
    case "take-back": return try takeBack(line)
    case "spend": return try spend(line)
    case "work": return try work(line)
    case "again": return try again(line)
    case "rebuild": return try rebuild(line)
    case "restart": return try restart()
    case "award": return try award(line)
    case "confirm": return try confirm(line)
    case "revoke": return try revoke(line)
    case "stars": return try stars(line)
    case "awards": return try awards(line)
    case "nominate": return try nominate(line)
    case "decide": return try decide(line)
    case "balance": return try balance(line)
    case "board": return try board(line)
    case "around": return try around(line)
    case "explain": return try explain(line)
    case "history": return try history(line)
    case "award-badge", "revoke-badge": return try decideBadge(line)
    case "standing": return try standing(line)
    case "session": return try session(line)
    case "attend": return try attend(line)
    case "leave": return try leave(line)
    case "sheet": return try sheet(line)
    case "attendance": return try attendance(line)
    case "not-taken": return notTaken()
    case "excused": return try excused(line)
    default: throw ScriptError(text: "there is no such command")
    }
  }
}

/// Time, program and people.
extension ScriptPlayer {
  private func instant(_ line: ScriptLine) throws -> Instant {
    game.state.instant(of: try ScriptLine.time(try line.word(1)))
  }

  private func now(_ line: ScriptLine) throws -> [String] {
    let advanced = try game.tick(try instant(line))
    let worked = try game.work()
    return game.tell(advanced.lowerBound..<worked.upperBound)
  }

  private func advance(_ line: ScriptLine) throws -> [String] {
    let advanced = try game.advance(to: try instant(line))
    let worked = try game.work()
    return game.tell(advanced.lowerBound..<worked.upperBound)
  }

  private func program(_ lines: [ScriptLine]) throws -> [String] {
    let definition = try ScriptProgram.definition(lines)
    guard let zone = GameZones.offsets(definition.zone) else {
      throw ScriptError(text: "no zone \(definition.zone)")
    }
    var from: Instant?
    if let word = lines[0].values["effective"] {
      from = game.state.instant(of: try ScriptLine.time(word))
    }
    var floor: RecomputeFloor?
    if let word = lines[0].values["recompute"] {
      floor = RecomputeFloor.allCases.first { $0.word == word }
      guard floor != nil else { throw ScriptError(text: "no floor \(word)") }
    }
    guard lines[0].values["only"] == nil else {
      return tell(
        try game.preview(
          ProgramApplication(
            definition: definition, zone: zone, effectiveFrom: from, recompute: floor)))
    }
    var changes = try game.apply(
      definition, zone: zone, effectiveFrom: from, recompute: floor,
      by: lines[0].values["by"])
    // The job runs at once, unless `job=later`.
    if lines[0].values["job"] == nil, !game.state.jobs.isEmpty {
      changes = changes.lowerBound..<(try game.work().upperBound)
    }
    for index in changes {
      guard case .program(let change) = game.log.buffer.changes[index] else { continue }
      programs.append((definition, zone, change.effectiveFrom))
    }
    return game.tell(changes).filter { !$0.hasPrefix("clock") }
  }

  private func tell(_ preview: RecomputePreview) -> [String] {
    let sums =
      "\(preview.learners) learners, \(game.signed(preview.up)) \(game.signed(-preview.down)), "
      + "\(preview.kept) kept, \(preview.writtenOff) written off: \(game.signed(preview.net))"
    return [sums]
      + preview.effects.map { effect in
        "  \(game.state.learners.externalID(effect.learner)): earned \(effect.earnedBefore) → "
          + "\(effect.earnedAfter), spendable \(effect.spendableBefore) → \(effect.spendableAfter)"
      }
  }

  private func work(_ line: ScriptLine) throws -> [String] {
    game.tell(try game.work(steps: Int(try line.number("steps") ?? .max)))
  }

  private func person(_ line: ScriptLine) throws -> [String] {
    let isRoster = try line.word(0) == "roster"
    var flags: LearnerFlags?
    for word in line.list("flags") {
      switch word {
      case "staff": flags = (flags ?? []).union(.staff)
      case "test": flags = (flags ?? []).union(.test)
      case "observer": flags = (flags ?? []).union(.observer)
      case "none": flags = []
      default: throw ScriptError(text: "no flag \(word)")
      }
    }
    let group = line.values["group"]
    let record = LearnerRecord(
      id: try line.word(1), from: try line.day("from"), to: try line.day("to"), isRoster: isRoster,
      cohort: line.values["cohort"], tier: line.values["tier"], flags: flags,
      group: group == "none" ? "" : group)
    let changes = try game.put(record)
    deliveries.append(.person(record))
    return game.tell(changes)
  }

  private func erase(_ line: ScriptLine) throws -> [String] {
    game.tell(try game.erase(try line.word(1)))
  }

  /// Makes two learners one; `only=shown` tells what would change and changes nothing.
  private func merge(_ line: ScriptLine) throws -> [String] {
    let merge = LearnerMerge(
      from: try line.word(1), into: try line.word(2), reason: line.values["reason"] ?? "two ids")
    guard line.values["only"] == nil else { return try game.rehearse(merge) }
    let changes = try game.merge(merge)
    deliveries.append(.merge(merge))
    return game.tell(changes)
  }

  /// Corrects a membership; `only=shown` tells what would move and changes nothing.
  private func correct(_ line: ScriptLine) throws -> [String] {
    let group = line.values["group"] ?? ""
    let correction = MembershipCorrection(
      learner: try line.word(1), group: group == "none" ? "" : group, from: try line.day("from"),
      to: try line.day("to"))
    guard line.values["only"] == nil else {
      return try game.rehearse { (buffer, log) throws(Undecided) in
        try self.game.state.decide(
          correction, today: self.game.state.day(at: self.game.now), log: log, into: &buffer)
      }
    }
    let changes = try game.correct(correction)
    deliveries.append(.correction(correction))
    return game.tell(changes)
  }

  private func group(_ line: ScriptLine) throws -> [String] {
    let record = GroupRecord(id: try line.word(1), cohort: line.values["cohort"])
    groups.append(record)
    return game.tell(try game.put(record))
  }
}

/// Facts and points.
extension ScriptPlayer {
  private func fact(_ line: ScriptLine) throws -> [String] {
    var fact = GameFact(
      name: try ScriptLine.name(try line.word(1)), learner: try line.word(2),
      verb: try line.word(3), object: line.values["object"], value: try line.number("value"),
      time: try ScriptLine.time(try line.word(4)))
    for (key, value) in line.values where key.hasPrefix("meta.") {
      fact.metadata[String(key.dropFirst(5))] = value
    }
    let answer = try game.record(fact)
    switch answer {
    case .recorded(let changes):
      deliveries.append(.fact(fact))
      return game.tell(changes)
    case .replayed(let position):
      let first = game.tell(at: Int(position.rawValue) - 1) ?? ""
      return ["replayed: \(first)"]
    }
  }

  /// The cause that a line names; without one it is a mistake.
  func cause(_ line: ScriptLine) throws -> ReversalCause {
    let word = line.values["cause"] ?? "mistake"
    guard let cause = ReversalCause.allCases.first(where: { $0.word == word }) else {
      throw ScriptError(text: "no cause \(word)")
    }
    return cause
  }

  private func reverse(_ line: ScriptLine) throws -> [String] {
    let cause = try cause(line)
    let name = try ScriptLine.name(try line.word(1))
    let changes = try game.reverse(name, cause: cause)
    deliveries.append(.reversal(name, cause))
    return game.tell(changes)
  }

  /// `batch KIND` begins one, to which the commands after it belong; `batch end` ends it.
  private func batch(_ line: ScriptLine) throws -> [String] {
    let word = try line.word(1)
    batch = nil
    guard word != "end" else { return [] }
    guard let kind = BatchKind.allCases.first(where: { $0.word == word }) else {
      throw ScriptError(text: "no kind of batch \(word)")
    }
    let (number, changes) = try game.open(BatchOpening(kind: kind))
    batch = number
    return game.tell(changes)
  }

  private func undo(_ line: ScriptLine) throws -> [String] {
    guard let number = BatchNumber(try line.word(1)) else {
      throw ScriptError(text: "undo B-0001")
    }
    return game.tell(try game.takeBack(number, reason: line.values["reason"] ?? "mistake"))
  }
}
