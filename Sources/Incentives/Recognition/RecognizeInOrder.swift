/// The short way to recognise a new fact: from what the windows hold, where it comes after all others.
extension ProgramState {
  /// What a new fact pays through streaks, badges and quests; nil where it does not come after all
  /// facts and grants of its learner, or a window is not resident.
  func recognizeInOrder(
    _ fact: FactChange, signals: UInt64, set: RuleSet, context: Context, order: SheetOrder,
    walk: inout RecognitionWalk
  ) -> [Outcome]? {
    guard case .last = order, learners[fact.learner].lastDay <= fact.day else { return nil }
    let open = openPeriods(day: fact.day, term: fact.term)
    let sources = RecognitionSources(
      book: rulebook,
      resident: { key in
        if let period = open.period(key.period.kind), period.period == key.period {
          return period.windows.fold(fact.learner, key.rule, key.object)
        }
        // Days between may lie in other terms.
        guard !self.isClosed(key.period) else { return nil }
        return self.periods[key.period]?.windows.fold(fact.learner, key.rule, key.object) ?? .empty
      },
      context: { self.learners.context(of: fact.learner, on: $0) })
    let seen = RecognizedFact(
      position: .none, occurredAt: fact.occurredAt, day: fact.day, object: fact.object,
      term: fact.term, signals: signals)
    return recognize(seen, in: set, context: context, sources, walk: &walk)
  }
}
