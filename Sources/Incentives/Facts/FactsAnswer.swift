/// The outcomes of a `facts.record` call, in the order of its facts.
public struct FactsAnswer: Sendable {
  /// What became of one fact.
  public enum Item: Sendable {
    /// Recorded, or recorded before: its first outcome.
    case recorded(Recorded, isReplayed: Bool)
    /// Refused; the index in `refusals`.
    case refused(Int)
  }

  /// A recorded fact, as its first outcome tells it.
  public struct Recorded: Sendable, BitwiseCopyable {
    /// Where it stands in the log.
    public var position: Position
    /// Whether it counted, waited for the roster, or had been reversed before.
    public var status: FactStatus
    /// The rules that matched, in `outcomes`.
    public var outcomes: Run

    /// Joins the parts.
    public init(position: Position, status: FactStatus, outcomes: Run) {
      self.position = position
      self.status = status
      self.outcomes = outcomes
    }
  }

  /// One item for each fact.
  public var items: ContiguousArray<Item> = []
  /// What rules paid, in runs that items name.
  public var outcomes: ContiguousArray<Outcome> = []
  /// The refusals.
  public var refusals: [Refusal] = []
  /// The ids of rules by number.
  public var rules: RuleNames

  /// How many facts are new.
  public var recordedCount: Int {
    items.count { if case .recorded(_, isReplayed: false) = $0 { true } else { false } }
  }

  /// Makes an answer without items.
  public init(rules: RuleNames) { self.rules = rules }
}

/// The ids of a program's rules by their numbers, shared by all answers.
public final class RuleNames: Sendable {
  private let ids: ContiguousArray<String>

  /// Names the rules of a program.
  public init(_ rules: [RuleNumber: Rule]) {
    let last = rules.keys.max() ?? .none
    var ids = ContiguousArray(repeating: "", count: last.index + 1)
    for (number, rule) in rules { ids[number.index] = rule.id }
    self.ids = ids
  }

  /// The id of a rule; empty where there is none.
  public subscript(rule: RuleNumber) -> String {
    ids.indices.contains(rule.index) ? ids[rule.index] : ""
  }
}
