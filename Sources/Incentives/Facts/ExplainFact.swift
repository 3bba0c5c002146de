/// What is true now of one fact (`fact.explain`, rules.md “The rule of rules”).
///
/// The first reply to a fact is history; an explanation is judged anew from all facts of the learner
/// and the context of today, and so does not depend on the order in which anything came.
public struct FactExplanation: Hashable, Sendable {
  /// Whether it counts, waits for the roster, or was reversed.
  public var status: FactStatus
  /// The local day it belongs to.
  public var day: LocalDay
  /// The group its points belong to; none where there is none or the learner is on no board.
  public var group: GroupNumber
  /// The term it belongs to.
  public var term: TermNumber
  /// The rules that match, in rule order, with what they pay; none while the fact is pending.
  public var outcomes: [Outcome]

  /// What it pays in all.
  public var points: Int64 { outcomes.reduce(0) { $0 + $1.points } }
}

extension ProgramState {
  /// Explains a recorded fact of a learner; nil where the learner has no fact at the position.
  ///
  /// What was paid for a term whose lot has expired at `time`, by default the program's own, says so.
  /// Needs the learner's log where a day of the learner has closed and none is given.
  public func explain(
    _ position: Position, of learner: LearnerNumber, log: LearnerLog? = nil, at time: Instant? = nil
  ) throws(Undecided) -> FactExplanation? {
    let book = rulebook(of: learner)
    let known: LearnerFacts
    if let log, log.learner == learner {
      known = facts(from: log, by: book)
    } else {
      known = try facts(of: learner, log: nil)
    }
    guard let place = known.index(of: position) else { return nil }
    let judged = judge(known.facts, rows: learners.contextRows(of: learner), by: book)
    var judgement = judged.judgements[place]
    if isExpired(judgement.term, at: time) {
      for index in judgement.outcomes.indices where judgement.outcomes[index].reason == .paid {
        judgement.outcomes[index].reason = .lotExpired
      }
    }
    return FactExplanation(
      status: judgement.status, day: known.facts[place].day, group: judgement.group,
      term: judgement.term, outcomes: judgement.outcomes)
  }
}
