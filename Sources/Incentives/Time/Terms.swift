/// A declared term: its days, and whose it is.
public struct TermSpan: Hashable, Sendable {
  /// The id its program file gives it.
  public let id: String
  /// Its number in the program, from 1; never used again.
  public let number: Int32
  /// Its first day.
  public let first: LocalDay
  /// Its last day.
  public let last: LocalDay
  /// The numbers of the cohorts it is declared for, ascending; empty for the whole program.
  public let cohorts: [UInt32]

  /// A term of some cohorts, or of the whole program if none is named.
  ///
  /// Nil when the number is below 1 or the last day is before the first.
  public init?(
    id: String, number: Int32, first: LocalDay, last: LocalDay, cohorts: [UInt32] = []
  ) {
    guard number >= 1, first <= last else { return nil }
    self.id = id
    self.number = number
    self.first = first
    self.last = last
    self.cohorts = cohorts.sorted()
  }

  /// Whether the term is a cohort's; nil stands for whoever is in no cohort.
  public func applies(to cohort: UInt32?) -> Bool {
    guard !cohorts.isEmpty else { return true }
    return cohort.map(cohorts.contains) ?? false
  }
}

/// The terms of a program: which term a day of a cohort lies in.
///
/// The terms of one cohort never overlap; a cohort for which none is declared lives in one endless
/// term, number 0.
public struct Terms: Hashable, Sendable {
  /// Two terms that hold the same day for the same cohort.
  public struct Overlap: Error, Hashable, Sendable {
    /// The id of the term that begins first.
    public let first: String
    /// The id of the term that begins while it lasts.
    public let second: String
  }

  /// The number of the endless term of a cohort without declared terms.
  public static let endless: Int32 = 0

  /// The terms by first day, then by number.
  public let spans: [TermSpan]

  /// The terms given, in any order; refused when two of one cohort share a day.
  public init(_ spans: [TermSpan] = []) throws(Overlap) {
    let ordered = spans.sorted { ($0.first, $0.number) < ($1.first, $1.number) }
    for (index, span) in ordered.enumerated() {
      let clash = ordered[(index + 1)...].first { $0.first <= span.last && $0.meets(span) }
      if let clash { throw Overlap(first: span.id, second: clash.id) }
    }
    self.spans = ordered
  }

  /// The declared term a cohort's day lies in; nil between terms and in the endless one.
  public func term(on day: LocalDay, cohort: UInt32? = nil) -> TermSpan? {
    spans.first { $0.first <= day && day <= $0.last && $0.applies(to: cohort) }
  }

  /// The number of the term a cohort's day lies in: 0 where none is declared, nil between terms.
  public func number(on day: LocalDay, cohort: UInt32? = nil) -> Int32? {
    var isDeclared = false
    for span in spans where span.applies(to: cohort) {
      if span.first <= day && day <= span.last { return span.number }
      isDeclared = true
    }
    return isDeclared ? nil : Terms.endless
  }

  /// The term with a number.
  public func term(number: Int32) -> TermSpan? {
    spans.first { $0.number == number }
  }

  /// The term with an id.
  public func term(id: String) -> TermSpan? {
    spans.first { $0.id == id }
  }
}

extension TermSpan {
  /// Whether some cohort has both terms.
  fileprivate func meets(_ other: TermSpan) -> Bool {
    cohorts.isEmpty || other.cohorts.isEmpty || cohorts.contains(where: other.cohorts.contains)
  }
}
