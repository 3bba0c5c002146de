/// Badges and quests that depend on what is earned: they follow the sum, not single facts.
///
/// They pay nothing, so nothing depends on when they are looked at: after every decision, for the
/// learners whose earned points or counts it changed. They lapse when the sum falls, unless they are
/// sticky.
extension ProgramState {
  /// Appends what follows from a decision's changes: call it last, before they are applied.
  public func conclude(_ buffer: inout ChangeBuffer, from start: Int) {
    guard let set = ruleSets.last(where: { $0.effectiveFrom <= clock }), set.readsEarned else {
      return
    }
    for (learner, outlook) in outlooks(of: buffer, from: start).sorted(by: { $0.key < $1.key }) {
      var outlook = outlook
      for recognition in set.recognitions where recognition.readsEarned {
        let held = outlook.reached(recognition.number, of: learner, in: self)
        let earned = learners[learner].accounts.earned + outlook.earned
        var stage = recognition.stage(
          after: 0, { outlook.reached($0, of: learner, in: self) }, earned: { earned })
        if recognition.isSticky { stage = max(stage, Int(held)) }
        guard stage != held else { continue }
        outlook.reached[recognition.number] = Int64(stage)
        buffer.changes.append(
          .window(
            WindowChange(
              learner: learner, key: Self.total(of: recognition.number),
              fold: stage == 0
                ? .empty : WindowFold(last: clock, sum: 0, largest: Int64(stage), count: 1))))
        buffer.changes.append(
          .recognized(
            RecognitionChange(
              learner: learner, recognition: recognition.number, stage: UInt16(stage),
              fact: .none, day: day(at: clock))))
      }
    }
  }

  /// What a learner will have once a decision is applied.
  private struct Outlook {
    var earned: Int64 = 0
    var reached: [RuleNumber: Int64] = [:]

    func reached(_ number: RuleNumber, of learner: LearnerNumber, in state: ProgramState) -> Int64 {
      reached[number]
        ?? state.allTime.windows.fold(learner, number, .none).largest
    }
  }

  /// The learners whose earned points or counts of all time a decision changes.
  private func outlooks(of buffer: ChangeBuffer, from start: Int) -> [LearnerNumber: Outlook] {
    var outlooks: [LearnerNumber: Outlook] = [:]
    for change in buffer.changes[start...] {
      switch change {
      case .fact(let fact):
        let points = buffer.outcomes[fact.outcomes.range].reduce(0) { $0 + $1.points }
        if points != 0 { outlooks[fact.learner, default: Outlook()].earned += points }
      case .moved(let move):
        outlooks[move.learner, default: Outlook()].earned += move.posting.points
      case .merged(let merge):
        let handedOver = learners[merge.from].accounts.earned
        outlooks[merge.into, default: Outlook()].earned += handedOver
        outlooks[merge.from, default: Outlook()].earned -= handedOver
      case .granted(let grant) where grant.counts:
        outlooks[grant.learner, default: Outlook()].earned += grant.posting.points
      case .window(let window) where window.key == Self.total(of: window.key.rule):
        outlooks[window.learner, default: Outlook()].reached[window.key.rule] =
          window.fold.largest
      default: break
      }
    }
    return outlooks
  }
}
