import Incentives

/// What scripts ask.
extension ScriptPlayer {
  func balance(_ line: ScriptLine) throws -> [String] {
    line.words.dropFirst().map { id in
      guard let learner = game.state.learnerNumber(id) else { return "\(id) is not known" }
      let purse = game.state.purse(of: learner)
      let accounts = purse.accounts
      let parts: [(String, Int64)] = [
        ("bonus", accounts.bonus), ("adjusted", accounts.adjusted),
        ("written off", accounts.writtenOff),
        ("redeemed", accounts.redeemed), ("expired", accounts.expired), ("debt", accounts.debt),
      ]
      let others = parts.filter { $0.1 != 0 }.map { ", \($0.0) \($0.1)" }.joined()
      return "\(id): earned \(accounts.earned), spendable \(accounts.spendable)\(others)"
        + purse.lots.filter { !$0.isExpired && $0.left > 0 }.map {
          "; \($0.left) of it until \($0.expires.previous)"
        }.joined()
    }
  }

  /// `KIND [DAY or TERM]`, then `groups`, `cohort=`, `tier=`, `group=`.
  func request(_ line: ScriptLine) throws -> BoardRequest {
    BoardRequest(
      period: try period(line), ranksGroups: line.has("groups"), segment: try segment(line))
  }

  func period(_ line: ScriptLine) throws -> Period {
    switch try line.word(1) {
    case "all": return .all
    case "term":
      guard let place = game.state.termIDs.firstIndex(of: try line.word(2)) else {
        throw ScriptError(text: "no such term")
      }
      return .term(Int32(place + 1))
    case "day": return .day(try ScriptLine.day(try line.word(2)))
    case "week": return .week(containing: try ScriptLine.day(try line.word(2)))
    case "month": return .month(containing: try ScriptLine.day(try line.word(2)))
    default: throw ScriptError(text: "a board is of a day, week, month, term or all")
    }
  }

  private func segment(_ line: ScriptLine) throws -> Segment {
    let kinds: [(String, NameKind, Segment.Kind)] = [
      ("cohort", .cohort, .cohort), ("tier", .tier, .tier), ("group", .group, .group),
    ]
    for (key, name, kind) in kinds {
      guard let word = line.values[key] else { continue }
      guard let number = game.state.names.number(name, word) else {
        throw ScriptError(text: "no \(key) \(word)")
      }
      return Segment(kind: kind, number: number)
    }
    return .everyone
  }

  func board(_ line: ScriptLine) throws -> [String] {
    let request = try request(line)
    if game.state.isClosed(request.period) {
      let lines = game.closedTop(request) ?? []
      return ["final"] + lines.map(\.description)
    }
    let lines = game.top(request, count: Int(try line.number("top") ?? 10))
    return lines.isEmpty ? ["nobody"] : lines.map(\.description)
  }

  /// `around KIND [DAY or TERM] member=ID [neighbours=2]`.
  func around(_ line: ScriptLine) throws -> [String] {
    let request = try request(line)
    let id = line.values["member"] ?? ""
    let member =
      request.ranksGroups
      ? game.state.names.number(.group, id) : game.state.learnerNumber(id)?.rawValue
    guard let member else { throw ScriptError(text: "\(id) is not known") }
    let page = game.state.around(
      member, request, neighbours: Int(try line.number("neighbours") ?? 2), now: game.now)
    guard let page, let own = page.own else { return ["\(id) is not ranked"] }
    let next = own.toNext.map { "\($0) to the next place" } ?? "at the top"
    return [
      "\(id): place \(own.place.rank) of \(page.count), ahead of \(own.percentile) %, \(next)"
    ] + page.places.map { "  \(game.line($0, request))" }
  }

  func explain(_ line: ScriptLine) throws -> [String] {
    try line.words.dropFirst().map { word in
      let name = try ScriptLine.name(word)
      guard let now = game.explain(name) else { return "\(name) is not known" }
      let group = now.group.isNone ? "no group" : game.groupID(now.group)
      return "\(name) \(game.word(now.status)), \(now.day), \(group), \(game.termID(now.term))"
        + game.tell(now.outcomes)
    }
  }

  func history(_ line: ScriptLine) throws -> [String] {
    guard let learner = game.state.learnerNumber(try line.word(1)) else {
      throw ScriptError(text: "nobody has this id")
    }
    return game.indices(of: learner).compactMap { game.tell(at: $0) }
  }
}
