/// What is resident of a period that has not closed: scores, windows, and a day's sheets.
///
/// Closing a period drops the whole object; this is why the size of the living state follows the
/// number of learners and not the length of history.
public final class OpenPeriod {
  /// The period.
  public let period: Period
  /// Points of each learner in the period.
  public internal(set) var learnerScores = PagedArray<Int64>(initial: 0)
  /// Points of each group in the period.
  public internal(set) var groupScores = PagedArray<Int64>(initial: 0)
  /// What stars of the period compare beside the scores.
  public internal(set) var starSums: ContiguousArray<StarSums> = []
  /// The record by which it closed; none while it is open.
  public internal(set) var closedAt = Position.none
  /// The windows that end with the period.
  public internal(set) var windows = WindowTable()
  /// The facts of a day; empty for longer periods.
  public internal(set) var sheets = DaySheets()
  /// The rank indexes of this period that are kept up to date.
  var boards = LiveBoards()
  /// The first record that touched the period; a restart reads open days from here.
  public internal(set) var firstPosition: Position

  init(_ period: Period, firstPosition: Position) {
    self.period = period
    self.firstPosition = firstPosition
  }

  /// Bytes held.
  public var bytes: Int {
    learnerScores.bytes + groupScores.bytes + windows.bytes + sheets.bytes
      + boards.bytes + starSums.reduce(0) { $0 + $1.sums.bytes }
  }
}
