/// What a long piece of work says about itself: how far, how many, how fast, how long still.
///
/// Pure: the same values give the same text. `ProgressBar` decides when it is written and where.
public struct ProgressLine: Hashable, Sendable {
  /// What is being done, such as `Importing events.csv.gz`.
  public var label: String
  /// What is counted, such as `facts`.
  public var unit: String
  /// How many are done.
  public var count: Int
  /// How much of the whole is done, 0 to 1; nil when the whole is not known.
  public var fraction: Double?
  /// Since when it runs.
  public var elapsed: Duration

  /// The state of the work at one moment.
  public init(label: String, unit: String, count: Int, fraction: Double?, elapsed: Duration) {
    self.label = label
    self.unit = unit
    self.count = count
    self.fraction = fraction.map { min(max($0, 0), 1) }
    self.elapsed = elapsed
  }

  /// The line as it is redrawn, no wider than a number of cells.
  ///
  ///     Importing events.csv.gz  [#####-----]  50%  91,529 facts  152,548/s  0:01 left
  ///
  /// In a narrow window the bar goes first; then the end of the line is cut.
  public func text(width: Int) -> String {
    var parts = [label]
    let rest = [percent, amount, rate, remaining].compactMap(\.self)
    let free = width - DisplayWidth.of((parts + rest).joined(separator: "  ")) - 2
    if let fraction, free >= Self.barWidthMin {
      parts.append(Self.bar(fraction, width: min(free, Self.barWidthMax)))
    }
    return DisplayWidth.truncate((parts + rest).joined(separator: "  "), to: width)
  }

  /// `Importing events.csv.gz: 183,058 facts in 1.2 s (152,548/s)`, the last word when it is over.
  public var summary: String {
    let tenths = Int((seconds * 10).rounded())
    let speed = rate.map { " (\($0))" } ?? ""
    return "\(label): \(amount) in \(tenths / 10).\(tenths % 10) s\(speed)"
  }

  private static let barWidthMin = 10
  private static let barWidthMax = 32

  private var seconds: Double { elapsed / .seconds(1) }

  private var percent: String? {
    guard let fraction else { return nil }
    let text = "\(Int((fraction * 100).rounded(.down)))%"
    return String(repeating: " ", count: 4 - text.count) + text
  }

  private var amount: String { "\(Self.grouped(count)) \(unit)" }

  private var rate: String? {
    guard seconds > 0, count > 0 else { return nil }
    return "\(Self.grouped(Int(Double(count) / seconds)))/s"
  }

  private var remaining: String? {
    guard let fraction, fraction > 0, fraction < 1, seconds >= 1 else { return nil }
    let left = seconds / fraction - seconds
    // Beyond a hundred hours an estimate says nothing.
    guard left < 360_000 else { return nil }
    return "\(Self.clock(Int(left.rounded(.up)))) left"
  }

  private static func bar(_ fraction: Double, width: Int) -> String {
    let inside = width - 2
    let full = Int(Double(inside) * fraction)
    return "[" + String(repeating: "#", count: full)
      + String(repeating: "-", count: inside - full) + "]"
  }

  /// A whole number with commas between the thousands.
  static func grouped(_ number: Int) -> String {
    var text = String(number.magnitude)
    var at = text.endIndex
    while text.index(at, offsetBy: -3, limitedBy: text.startIndex) ?? text.startIndex
      > text.startIndex
    {
      at = text.index(at, offsetBy: -3)
      text.insert(",", at: at)
    }
    return number < 0 ? "-" + text : text
  }

  /// Minutes and seconds, with hours where there are any.
  static func clock(_ seconds: Int) -> String {
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let minutes = seconds / 60
    guard minutes >= 60 else { return "\(minutes):\(two(seconds % 60))" }
    return "\(minutes / 60):\(two(minutes % 60)):\(two(seconds % 60))"
  }
}
