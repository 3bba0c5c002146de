/// What a new definition may not change about the expiry of terms.
///
/// A lot holds what was earned since its term began to expire. Which of a learner's points are left of
/// earlier ones nobody can say without the order in which they were spent, so a term begins to expire
/// before anything counts in it. Until the day has come it can be moved or taken away.
extension ProgramState {
  /// Refuses an expiry that has passed, before or after the change, and one of a term with points in it.
  ///
  /// `days` are those from the first to the last fact or grant.
  func checkExpiry(
    _ new: ProgramDefinition, days: ClosedRange<LocalDay>?, wall: Instant
  ) throws(Undecided) {
    let now = definition.clock == .manual ? clock : max(clock, wall)
    for term in definition.terms {
      guard let expires = term.expires, firstInstant(of: expires) <= now else { continue }
      let place = new.terms.firstIndex { $0.id == term.id }
      guard place.map({ new.terms[$0].expires }) != expires else { continue }
      throw .refused(
        Refusal(
          .invalid, field: place.map { "terms[\($0)].expires" } ?? "terms",
          "The points of term \(term.id) expired on \(expires); that day stays."))
    }
    for (place, term) in new.terms.enumerated() {
      guard let expires = term.expires else { continue }
      let old = definition.terms.first { $0.id == term.id }
      guard old?.expires != expires else { continue }
      let field = "terms[\(place)].expires"
      guard firstInstant(of: expires) > now else {
        throw .refused(
          Refusal(.invalid, field: field, "\(expires) has passed; choose a day to come."))
      }
      guard let days, old?.expires == nil, days.overlaps(term.first...term.last) else { continue }
      throw .refused(
        Refusal(
          .recomputeRequired, field: field,
          "Points may have been earned in term \(term.id) already (facts and grants are of "
            + "\(days.lowerBound) to \(days.upperBound)); a term is made to expire before its first "
            + "fact. Let the next term expire."))
    }
  }
}
