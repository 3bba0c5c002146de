/// What a load came to: the client's side, the server's figures, and what the follower did meanwhile.
struct Measured: Sendable {
  var load = Load.Result()
  var figures = ServerFigures()
  /// Stretches that the follower finished while the load went on.
  var stretches = 0

  /// How a figure came about.
  var told: String {
    let busy = load.busy == 0 ? "" : ", \(load.busy) calls told busy"
    return "\(Shown.count(Double(load.facts))) facts, \(stretches) stretches, "
      + "\(figures.commits) commits\(busy)"
  }

  static func + (first: Measured, second: Measured) -> Measured {
    Measured(
      load: first.load + second.load, figures: first.figures + second.figures,
      stretches: first.stretches + second.stretches)
  }
}
