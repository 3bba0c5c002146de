extension ProgramState {
  /// Decides to move a manual clock.
  ///
  /// Refuses `clock_not_manual` where the clock follows the wall, or would go backwards.
  public func decideAdvance(to time: Instant, into buffer: inout ChangeBuffer) throws(Undecided) {
    guard version > 0, definition.clock == .manual else {
      throw .refused(
        Refusal(
          .clockNotManual, field: "program",
          "This program's clock follows the wall clock; declare `clock: manual` to advance it."))
    }
    guard time >= clock else {
      throw .refused(
        Refusal(.clockNotManual, field: "to", "The clock is at \(clock) and never goes back."))
    }
    guard time > clock else { return }
    buffer.changes.append(.advanced(AdvanceChange(to: time)))
  }

  /// Moves a wall clock on when a day closes, so that what is late does not depend on a ticker.
  public func decideTick(wall: Instant, into buffer: inout ChangeBuffer) {
    guard version > 0, definition.clock == .wall, wall >= nextClosing else { return }
    buffer.changes.append(.advanced(AdvanceChange(to: wall)))
  }
}
