import JSONRPC

/// Sends learners to `roster.import`.
typealias RosterUpload = RowUpload<LearnerRow>

extension RowUpload where Row == LearnerRow {
  /// An upload of learners into a program, as part of a batch; a dry run only asks what would follow.
  ///
  /// Each call of a dry run is rehearsed by itself: rows of one learner should lie in one call.
  convenience init(
    _ session: Session, program: String, batch: ImportBatch? = nil, isDryRun: Bool = false
  ) {
    self.init(
      session, program: program, batch: batch, isDryRun: isDryRun,
      method: Method(
        name: "roster.import", rows: "learners", figure: ("changed", "changed", "有变动"),
        tellsEffects: true, write: { $0.learner($1) }))
  }
}
