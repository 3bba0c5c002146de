import Incentives

/// Imports and their undoing: many facts under one batch, taken back as one by a job.
extension Simulation {
  /// Records some facts as one import.
  func importFacts() {
    do {
      let (batch, _) = try game.open(BatchOpening(kind: .facts))
      let first = sent.count
      try game.part(of: batch) {
        for _ in 0..<world.generator.next(in: 1...6) { recordNew() }
      }
      batches[batch] = sent[first...].map { ($0.name, $0.learner) }
    } catch {
      fail("an import was refused: \(error)")
    }
  }

  /// Takes an import back: of its facts those go that nobody reversed before.
  func undoImport() {
    guard let place = world.generator.place(in: Array(batches)) else { return }
    let (batch, facts) = Array(batches).sorted { $0.key < $1.key }[place]
    // Jobs that give awards end first, so that what is taken back and what is paid keep their order.
    if model.time.definition.awards != nil { work(steps: .max) }
    do throws(Refusal) {
      _ = try game.takeBack(batch, reason: "mistake")
    } catch {
      return fail("undoing was refused: \(error)")
    }
    batches[batch] = nil
    for (name, _) in facts { model.reversed.insert(name) }
    // What a learner loses is settled in one go.
    for learner in Set(facts.map { model.who($0.learner) }).sorted() { model.settle(learner) }
    noteAwards()
    checkClosed()
    guard case .some = game.state.batch(batch)?.reversal, !game.state.hasWork else {
      return fail("\(batch) is not taken back whole")
    }
  }
}
