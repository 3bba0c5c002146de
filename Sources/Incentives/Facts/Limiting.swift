/// What a limiter pays, fact by fact in canonical order (rules.md §3).
///
/// A fact pays P(facts up to and including it) − P(facts before it), where P is what the window pays
/// for a set. `LimiterRun` walks a window and hands out exactly these differences.
struct LimiterRun {
  private let limiter: Limiter
  private(set) var fold = WindowFold.empty
  /// The k largest worths, smallest first; only for a cap on times whose worths differ.
  private var largest: [Int64] = []

  init(_ limiter: Limiter) { self.limiter = limiter }

  /// Goes on behind facts that are only known by their fold (`CompiledRule.rest`).
  init(_ rule: CompiledRule, after fold: WindowFold) {
    limiter = rule.limiter
    self.fold = fold
    if case .capTimes(let times, _) = limiter, case .points(let points) = rule.payment {
      largest = Array(repeating: points, count: Int(min(times, Int64(fold.count))))
    }
  }

  /// What the next fact of the window pays.
  mutating func pay(_ worth: Int64, at instant: Instant) -> Int64 {
    let points = limiter.pays(worth, after: fold) ?? payAmongLargest(worth)
    fold.add(worth: worth, at: instant)
    return points
  }

  private mutating func payAmongLargest(_ worth: Int64) -> Int64 {
    guard case .capTimes(let times, _) = limiter, times > 0 else { return 0 }
    let place = largest.firstIndex { $0 >= worth } ?? largest.count
    if largest.count < Int(times) {
      largest.insert(worth, at: place)
      return worth
    }
    guard place > 0 else { return 0 }
    let displaced = largest[0]
    largest.insert(worth, at: place)
    largest.removeFirst()
    return worth - displaced
  }
}

extension Limiter {
  /// What a fact pays that comes after all facts of its window.
  ///
  /// Nil where the fold does not say enough: a cap on times whose worths may differ and that is full.
  func pays(_ worth: Int64, after fold: WindowFold) -> Int64? {
    switch self {
    case .none: return worth
    case .once, .best: return max(0, worth - fold.largest)
    case .capPoints(let cap, _): return max(0, min(worth, cap - min(cap, fold.sum)))
    case .capTimes: return nil
    }
  }
}

extension CompiledRule {
  /// What a fact pays that comes after all facts of its window; nil where its facts must be looked at.
  func pays(_ worth: Int64, after fold: WindowFold) -> Int64? {
    guard case .capTimes(let times, _) = limiter else { return limiter.pays(worth, after: fold) }
    guard case .points = payment else { return nil }
    return Int64(fold.count) < times ? worth : 0
  }

  /// What a window holds beside some of its facts, given what those are worth.
  ///
  /// Counts and sums can be taken apart; the largest worth can, unless one of the given facts reaches
  /// it and the others may too. Nil then, and where single worths matter: only the others themselves
  /// can tell.
  func rest(of fold: WindowFold, without worths: ContiguousArray<Int64>) -> WindowFold? {
    guard fold.count > worths.count else { return .empty }
    guard !needsFacts, fold.sum < .max else { return nil }
    var rest = fold
    rest.count -= UInt32(worths.count)
    rest.sum -= worths.reduce(0, +)
    switch (limiter, payment) {
    case (.once, .points(let points)), (.best, .points(let points)): rest.largest = points
    case (.once, .perValue), (.best, .perValue):
      guard worths.contains(fold.largest) else { return rest }
      guard rest.count == 1 || rest.sum == 0 else { return nil }
      rest.largest = rest.sum
    case (.none, _), (.capPoints, _), (.capTimes, _): break
    }
    return rest
  }

  /// Why a fact paid what it paid.
  func reason(worth: Int64, points: Int64) -> Reason {
    if points > 0 { return .paid }
    return worth <= 0 ? .noValue : limiter.exhausted
  }
}
