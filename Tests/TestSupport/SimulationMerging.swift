import Incentives

/// Accounts that turn out to be one person's, and go on being reported under either id.
extension Simulation {
  /// Everybody there is, once each.
  var people: [String] {
    var seen: Set<String> = []
    return world.learners.map { model.who($0) }.filter { seen.insert($0).inserted }
  }

  /// Makes two learners one: what a rehearsal tells is what is then posted.
  func merge() {
    guard people.count > 3 else { return }
    checkClosed()
    let (old, survivor) = (
      world.generator.pick(world.learners), world.generator.pick(world.learners)
    )
    let merge = LearnerMerge(from: old, into: survivor, reason: "two accounts")
    let isKnown = [old, survivor].allSatisfy { game.state.learnerNumber($0) != nil }
    let areTwo = model.who(old) == old && model.who(survivor) == survivor && old != survivor
    let isBusy = game.state.hasWork
    do throws(Refusal) {
      let shown = try game.rehearse(merge)
      let changes = try game.merge(merge)
      guard isKnown, areTwo, !isBusy else { return fail("merged what can not be") }
      if game.tell(changes) != shown { fail("a rehearsal told \(shown)") }
      model.merge(old, into: survivor)
      for period in ruleCut.keys {
        guard let sums = ruleCut[period]?.removeValue(forKey: old) else { continue }
        ruleCut[period]?[survivor, default: [:]].merge(sums) { $0 + $1 }
      }
    } catch {
      let isExpected =
        switch error.reason {
        case .notFound: !isKnown
        case .invalid: !areTwo
        case .busy: isBusy
        default: false
        }
      if !isExpected { fail("\(error)") }
    }
  }
}
