/// Shows how a long piece of work gets on, on standard error and only while a person may look.
///
/// On a terminal one line is redrawn at most ten times a second; elsewhere, and where quiet is
/// asked for (`--json`, `--quiet`), nothing is written but one line at the end. Standard output
/// is never touched, so an answer can go into a pipe while progress is watched.
public struct ProgressBar {
  /// Whether progress is drawn while it goes on.
  public enum Style: Sendable {
    /// One line, redrawn; for a terminal.
    case live
    /// One line, at the end.
    case summary

    /// Live on a terminal that can redraw a line, unless quiet is asked for.
    public static func forStandardError(isQuiet: Bool, term: String?) -> Style {
      !isQuiet && term != "dumb" && Terminal.error.isInteractive ? .live : .summary
    }
  }

  private static let redrawEvery = Duration.milliseconds(100)
  private static let widthWhereUnknown = 80

  private let label: String
  private let unit: String
  private let style: Style
  private let width: () -> Int?
  private let now: () -> ContinuousClock.Instant
  private let write: (String) -> Void
  private let startedAt: ContinuousClock.Instant
  private var drawnAt: ContinuousClock.Instant?
  private var hasEnded = false

  /// A bar on standard error that starts its clock now.
  public init(_ label: String, unit: String, style: Style) {
    self.init(
      label, unit: unit, style: style, width: { Terminal.error.width },
      now: { ContinuousClock.now }, write: { Terminal.error.show($0) })
  }

  init(
    _ label: String, unit: String, style: Style, width: @escaping () -> Int?,
    now: @escaping () -> ContinuousClock.Instant, write: @escaping (String) -> Void
  ) {
    self.label = label
    self.unit = unit
    self.style = style
    self.width = width
    self.now = now
    self.write = write
    startedAt = now()
  }

  /// Says how far the work is; cheap enough to call for every batch.
  public mutating func update(count: Int, fraction: Double?) {
    guard style == .live, !hasEnded else { return }
    let instant = now()
    if let drawnAt, instant - drawnAt < Self.redrawEvery { return }
    drawnAt = instant
    let line = line(count: count, fraction: fraction, at: instant)
    // One cell stays free: some terminals wrap when the last one is written.
    let text = line.text(width: (width() ?? Self.widthWhereUnknown) - 1)
    write("\r\(text)\u{1B}[K")
  }

  /// Says how far the reading of a file is.
  public mutating func update(count: Int, of progress: ReadProgress) {
    update(count: count, fraction: progress.fraction)
  }

  /// Ends the work with one line that stays.
  public mutating func finish(count: Int) {
    guard !hasEnded else { return }
    hasEnded = true
    let summary = line(count: count, fraction: 1, at: now()).summary
    write(drawnAt == nil ? "\(summary)\n" : "\r\(summary)\u{1B}[K\n")
  }

  /// Takes the line away, so that an error can be printed in its place.
  public mutating func clear() {
    guard drawnAt != nil, !hasEnded else { return }
    drawnAt = nil
    write("\r\u{1B}[K")
  }

  private func line(
    count: Int, fraction: Double?, at instant: ContinuousClock.Instant
  ) -> ProgressLine {
    ProgressLine(
      label: label, unit: unit, count: count, fraction: fraction, elapsed: instant - startedAt)
  }
}

extension ReadProgress {
  /// The part of the file that has been taken, 0 to 1; nil for a pipe.
  public var fraction: Double? {
    guard let bytesTotal else { return nil }
    guard bytesTotal > 0 else { return 1 }
    return min(1, Double(bytesRead) / Double(bytesTotal))
  }
}
