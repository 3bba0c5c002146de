/// Sends learners to `roster.import`.
typealias RosterUpload = RowUpload<LearnerRow>

extension RowUpload where Row == LearnerRow {
  /// An upload of learners into a program, as part of a batch.
  convenience init(_ session: Session, program: String, batch: ImportBatch? = nil) {
    self.init(
      session, program: program, batch: batch,
      method: Method(
        name: "roster.import", rows: "learners", figure: ("changed", "changed", "有变动"),
        write: { $0.learner($1) }))
  }
}
