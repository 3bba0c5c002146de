/// A table for a person at a terminal: a header, a line under it, and rows in aligned columns.
///
/// Columns are as wide as their widest cell in terminal cells, so Chinese names line up. Given a
/// width, the widest columns of text give way first and their cells end in `…`; right-aligned
/// columns never do, because a cut number is a wrong number. Without a width (output into a file
/// or a pipe) nothing is cut. Control characters, line ends and direction overrides in cells are
/// shown as `�`: a name from a file must not move the cursor.
public struct TextTable: Sendable {
  /// One column: its title and on which side its cells stand.
  public struct Column: Sendable {
    /// On which side of the column its cells stand.
    public enum Alignment: Sendable {
      /// For text.
      case left
      /// For numbers.
      case right
    }

    let title: String
    let alignment: Alignment

    /// A column of text or, aligned right, of numbers.
    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = TextTable.printable(title)
      self.alignment = alignment
    }
  }

  /// How many rows there are below the header.
  public var rowCount: Int { rows.count }
  private let columns: [Column]
  private var rows: [[String]] = []

  /// No column of text is cut below this many cells.
  private static let cutWidthMin = 4
  private static let gap = "  "

  /// A table without rows.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row with one cell for each column.
  public mutating func addRow(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has one cell for each column")
    rows.append(cells.map(Self.printable))
  }

  /// The finished lines, each with its line end; cut to `width` cells if one is given.
  public func render(width: Int? = nil) -> String {
    let widths = fitted(naturalWidths, to: width)
    var text = line(columns.map(\.title), widths)
    text += widths.map { String(repeating: "-", count: $0) }.joined(separator: Self.gap) + "\n"
    for row in rows { text += line(row, widths) }
    return text
  }

  private var naturalWidths: [Int] {
    var widths = columns.map { DisplayWidth.of($0.title) }
    for row in rows {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], DisplayWidth.of(cell))
      }
    }
    return widths
  }

  /// Takes one cell at a time from the widest column of text until the line fits or none can give.
  private func fitted(_ natural: [Int], to width: Int?) -> [Int] {
    guard let width else { return natural }
    var widths = natural
    let gaps = Self.gap.count * max(0, columns.count - 1)
    var excess = widths.reduce(gaps, +) - width
    let texts = columns.indices.filter { columns[$0].alignment == .left }
    while excess > 0 {
      guard let widest = texts.max(by: { widths[$0] < widths[$1] }),
        widths[widest] > Self.cutWidthMin
      else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let shown = DisplayWidth.truncate(cell, to: widths[index])
      let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(shown))
      if index > 0 { line += Self.gap }
      line += columns[index].alignment == .left ? shown + padding : padding + shown
    }
    // Padding at a line's end only makes lines wrap.
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }

  private static func printable(_ cell: String) -> String {
    guard cell.unicodeScalars.contains(where: isUnprintable) else { return cell }
    var shown = String.UnicodeScalarView()
    for scalar in cell.unicodeScalars {
      shown.append(isUnprintable(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(shown)
  }

  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
