import JSONRPC

/// One line of the table: what was measured, what it must be, and what the machine could do.
struct BenchRow: Sendable {
  /// What a figure is compared with.
  enum Goal: Sendable {
    case atLeast(Double)
    case below(Double)

    func isMet(by value: Double) -> Bool {
      switch self {
      case .atLeast(let bound): value >= bound
      case .below(let bound): value < bound
      }
    }
  }

  /// The short name that `--only` takes.
  var name: String
  var what: String
  var must: String
  var aim: String
  var measured: String
  /// The same work's raw journal on the same disk in the same run; or what else bounds the figure.
  var floor = "–"
  /// What PostgreSQL and Redis did with the same credits.
  var peers = "–"
  /// The figure and its goals; the row is judged by all of them.
  var goals: [(value: Double, must: Goal, aim: Goal)] = []

  /// `aim` and `must` where the figures reach them; `missed` otherwise.
  var verdict: String {
    guard goals.allSatisfy({ $0.must.isMet(by: $0.value) }) else { return "missed" }
    return goals.allSatisfy { $0.aim.isMet(by: $0.value) } ? "aim" : "must"
  }
}

/// The table that the README shows.
struct BenchTable {
  /// What to know about the machine while it ran.
  var circumstances: String
  var rows: [BenchRow] = []

  /// The table in Markdown.
  var markdown: String {
    var lines = [
      "| what | must | aim | measured | reached | raw LMDB floor | peers |",
      "|---|---|---|---|---|---|---|",
    ]
    for row in rows {
      let cells = [
        row.what, row.must, row.aim, row.measured, row.verdict, row.floor, row.peers,
      ]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n") + "\n\n" + circumstances + "\n"
  }

  /// The table for machines.
  var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("circumstances", circumstances)
      writer.array("rows") { writer in
        for row in rows {
          writer.object { writer in
            writer.member("name", row.name)
            writer.member("what", row.what)
            writer.member("must", row.must)
            writer.member("aim", row.aim)
            writer.member("measured", row.measured)
            writer.member("reached", row.verdict)
            writer.member("floor", row.floor)
            writer.member("peers", row.peers)
            writer.array("figures") { writer in
              // JSON numbers here are whole: thousandths.
              for goal in row.goals { writer.int(Int64((goal.value * 1_000).rounded())) }
            }
          }
        }
      }
    }
    return writer.string + "\n"
  }
}

/// Numbers as the table shows them.
enum Shown {
  /// A whole number with separators between thousands.
  static func count(_ value: Double) -> String {
    var digits = String(Int(value.rounded()))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }

  /// A number with so many digits behind the point.
  static func decimal(_ value: Double, _ digits: Int = 2) -> String {
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((value * Double(scale)).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let behind = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: digits - behind.count) + behind
  }

  static func rate(_ value: Double) -> String { count(value) + "/s" }
}
