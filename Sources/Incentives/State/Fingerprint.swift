/// What a state is, in words: the same for every state that behaves the same.
///
/// Tests and `verify` compare two ways to a state by these lines: living on, applying the log again,
/// loading the tables. Left out is what can not be observed: caches, rank indexes (which follow from
/// scores, contexts and ids), windows and sheets of periods that are closed, periods in which nothing
/// is held. For cold paths.
extension ProgramState {
  /// The lines, in a fixed order; nothing depends on how tables are laid out in memory.
  public func fingerprint() -> [String] {
    var lines: [String] = []
    describeProgram(into: &lines)
    describeNames(into: &lines)
    describeLearners(into: &lines)
    for period in periods.keys.sorted() { describe(period, into: &lines) }
    for lot in lots { describe(lot, into: &lines) }
    return lines
  }

  private func describeProgram(into lines: inout [String]) {
    lines.append("program \(number.rawValue) at \(position.rawValue), version \(version)")
    lines.append("time \(clock.microseconds), closed through \(closedThrough.number)")
    lines.append(
      "facts \(factCount), pending \(pendingCount), latest \(latestFact.microseconds)")
    let granted = budgets.granted.sorted { $0.key < $1.key }.map { holder, points in
      "\(holder.principal.rawValue) to \(holder.cohort.rawValue): \(points)"
    }
    lines.append("granted in week \(budgets.week?.index ?? 0): \(granted)")
    for job in jobs {
      lines.append(
        "job \(job.number) of \(lastJob): \(job.kind) \(job.period) at \(job.cursor), cut at "
          + "\(job.cut.rawValue)")
    }
    for batch in batches { lines.append("batch \(batch)") }
    lines.append("last job \(lastJob), terms \(termIDs)")
    describeAwards(into: &lines)
    lines.append("definition \(definition)")
    lines += rulebook.sets.map(Self.describe)
    for (term, sets) in rulebook.kept.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines += sets.map { "term \(term.rawValue) keeps \(Self.describe($0))" }
    }
    for proposal in proposals { lines.append("proposal \(proposal)") }
    if let recomputing { lines.append("recompute \(recomputing.words)") }
  }

  private static func describe(_ set: RuleSet) -> String {
    let rules = set.rules.map { "\($0.number.rawValue)=\($0.rule.id)" }
    return "rules from \(set.effectiveFrom.microseconds): \(rules)"
  }

  private func describeNames(into lines: inout [String]) {
    for kind in NameKind.allCases {
      for number in 0..<UInt32(names.count(kind)) {
        lines.append("\(kind) \(number + 1): \(names.word(kind, number + 1))")
      }
    }
    for (number, group) in groups.enumerated() { lines.append("group \(number): \(group)") }
    describeAttendance(into: &lines)
    for (number, member) in staff.enumerated() { lines.append("staff \(number): \(member)") }
  }

  private func describeAttendance(into lines: inout [String]) {
    for session in sessions.rows { lines.append("session \(session)") }
    if let judged { lines.append("attendance judged \(judged), of \(perfectIDs)") }
    for number in 0..<UInt32(learners.count) {
      let learner = LearnerNumber(rawValue: number + 1)
      for entry in attendance.entries(of: learner) { lines.append("attendance \(entry)") }
      for leave in attendance.leaves(of: learner) {
        lines.append("leave of \(number + 1): \(leave)")
      }
      for perfect in attendance.perfect(of: learner) { lines.append("perfect \(perfect)") }
    }
  }

  private func describeLearners(into lines: inout [String]) {
    for number in 0..<UInt32(learners.count) {
      let learner = LearnerNumber(rawValue: number + 1)
      let row = learners[learner]
      lines.append(
        "learner \(number + 1): \(learners.externalID(learner)), \(learners.name(learner)), "
          + "\(learners.alias(learner)), \(learners.rollNumber(learner)), \(row.accounts), at \(row.lastPosition.rawValue), days "
          + "\(row.firstDay.number)...\(row.lastDay.number), pending \(row.pending), grants "
          + "\(row.grants)")
      if learners.surviving(learner) != learner {
        lines.append("learner \(number + 1) is learner \(learners.surviving(learner).rawValue)")
      }
      for other in learners.alsoKnown(learner) {
        lines.append("learner \(number + 1) was learner \(other.rawValue) too")
      }
      for context in learners.contextRows(of: learner).rows {
        lines.append("learner \(number + 1) is \(context)")
      }
    }
  }

  private func describe(_ lot: TermLot, into lines: inout [String]) {
    let name = "lot of term \(lot.term.rawValue) until \(lot.expires.number)"
    lines.append("\(name): \(lot.holders) holders")
    lot.left.forEach { number, points in
      if points != 0 { lines.append("\(name): learner \(number) has \(points)") }
    }
    lot.expired.forEach { number, points in
      if points != 0 { lines.append("\(name): of learner \(number) expired \(points)") }
    }
  }

  private func describe(_ period: Period, into lines: inout [String]) {
    guard let open = periods[period] else { return }
    let name = "\(period.kind) \(period.index)"
    open.learnerScores.forEach { number, score in
      if score != 0 { lines.append("\(name): learner \(number) has \(score)") }
    }
    open.groupScores.forEach { number, score in
      if score != 0 { lines.append("\(name): group \(number) has \(score)") }
    }
    let start = lines.count
    for sums in open.starSums { describe(sums, name, into: &lines) }
    guard !isClosed(period) else {
      if lines.count > start { lines.append("\(name): closed at \(open.closedAt.rawValue)") }
      return
    }
    var windows: [String] = []
    open.windows.forEach { learner, rule, object, fold in
      guard fold != .empty else { return }
      windows.append(
        "\(name): learner \(learner.rawValue), rule \(rule.rawValue), object \(object.rawValue) "
          + "holds \(fold)")
    }
    lines += windows.sorted()
    describeSheets(of: open, name, into: &lines)
  }

  private func describe(_ sums: StarSums, _ name: String, into lines: inout [String]) {
    sums.sums.forEach { number, sum in
      if sum != 0 {
        lines.append("\(name): for stars \(sums.scope.number) learner \(number) has \(sum)")
      }
    }
  }

  private func describeAwards(into lines: inout [String]) {
    for row in awards.given { lines.append("given \(row)") }
    for row in awards.decisions { lines.append("decided \(row)") }
    for row in awards.nominations { lines.append("nominated \(row)") }
    for (number, waiting) in awards.waiting.sorted(by: { $0.key < $1.key }) {
      lines.append("decision \(number.rawValue) waits for \(waiting)")
    }
    lines.append("date only \(dateOnlySources.map(\.rawValue).sorted())")
    for (key, sums) in pastSums.sorted(by: {
      ($0.key.period, $0.key.scope) < ($1.key.period, $1.key.scope)
    }) {
      describe(sums, "past \(key.period.kind) \(key.period.index)", into: &lines)
    }
  }

  private func describeSheets(of open: OpenPeriod, _ name: String, into lines: inout [String]) {
    for number in 0..<UInt32(learners.count) {
      var here = open.sheets.latest(of: LearnerNumber(rawValue: number + 1))
      while let index = here {
        let fact = open.sheets[index]
        let value = fact.hasValue ? "\(fact.value)" : "-"
        lines.append(
          "\(name): learner \(number + 1) did something to \(fact.object.rawValue) "
            + "at \(fact.occurredAt.microseconds), value \(value), record "
            + "\(fact.position.rawValue), source \(fact.source.rawValue), "
            + "id \(open.sheets.text.string(fact.id)), \(fact.status), matches "
            + (isStale(fact, on: open.period) ? "stale" : "\(fact.matches)"))
        here = open.sheets.earlier(than: index)
      }
    }
  }
}
