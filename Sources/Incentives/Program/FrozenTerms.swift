/// What a frozen term forbids (rules.md §2, §8): its statement stands, so nothing moves into or out of it.
extension ProgramState {
  /// Refuses `term_frozen` where a learner has a day in a frozen term between two days.
  ///
  /// Whatever corrects the past asks here, before it appends anything.
  func checkNotFrozen(
    _ learner: LearnerNumber, from first: LocalDay, to last: LocalDay, field: String
  ) throws(Undecided) {
    for term in frozenTerms.sorted(by: { $0.rawValue < $1.rawValue }) {
      guard let span = span(of: term) else { continue }
      let (from, to) = (max(first, span.first), min(last, span.last))
      guard from <= to else { continue }
      let touched = (from.number...to.number).lazy.map(LocalDay.init(number:)).first { day in
        let cohort = self.learners.context(of: learner, on: day).cohort
        return self.term(on: day, cohort: cohort) == term
      }
      guard touched == nil else {
        throw .refused(
          Refusal(
            .termFrozen, field: field,
            "Term \(span.id) is frozen; begin after \(span.last), or unfreeze it before it is "
              + "signed."))
      }
    }
  }
}
