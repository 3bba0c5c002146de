/// Posts what expired: the third kind of job.
///
/// A lot can not be spent from the first instant of its day on; from then on every decision and every
/// read counts it as expired. The job moves what learners had left from spendable to expired, learner by
/// learner, in short steps. Whoever was settled meanwhile is posted already and has nothing left.
extension ProgramState {
  /// How many learners one step looks at; under 2 ms.
  static var expiryLearnersMax: Int { 32_768 }
  /// How many lots one step expires.
  static var expiriesMax: Int { 1_024 }

  /// The lot whose day has come and of which learners have something left; the oldest.
  var lotToExpire: TermLot? { lots.first { $0.expiry <= clock && $0.holders > 0 } }

  /// Does the next step of the job.
  func decideExpiring(_ job: Job, into buffer: inout ChangeBuffer) {
    let term = TermNumber(rawValue: UInt16(job.period.index))
    guard let lot = lot(of: term) else {
      preconditionFailure("a term keeps the expiry that has passed")
    }
    var cursor = Int(job.cursor)
    let last = min(learners.count, cursor + Self.expiryLearnersMax)
    var found = 0
    while cursor < last, found < Self.expiriesMax {
      cursor += 1
      let left = lot.left[cursor]
      guard left != 0 else { continue }
      found += 1
      buffer.changes.append(
        .lot(
          LotChange(
            learner: LearnerNumber(rawValue: UInt32(cursor)), term: term, day: lot.expires,
            points: -left, expired: left, cause: .expiry)))
    }
    var moved = job
    moved.cursor = UInt32(cursor)
    buffer.changes.append(.job(moved.change(cursor < learners.count ? .running : .done)))
  }
}
