/// What each person granted to each cohort in the current week (rules.md §3 “Grants”).
///
/// A grant belongs to the week in which it was decided, whatever day it is for. Only the latest week is
/// kept: no decision looks further back. What was taken back stays counted, for a budget limits what is
/// handed out.
public struct GrantBudgets: Hashable, Sendable {
  /// Whose budget it is, and for whom: each person has one for each cohort.
  public struct Holder: Hashable, Comparable, Sendable {
    /// Who grants: a person or an integration, whatever its roles.
    public var principal: PrincipalNumber
    /// The cohort of the learners; none for those in no cohort.
    public var cohort: CohortNumber

    /// Joins the parts.
    public init(principal: PrincipalNumber, cohort: CohortNumber) {
      self.principal = principal
      self.cohort = cohort
    }

    /// Orders by number.
    public static func < (left: Holder, right: Holder) -> Bool {
      (left.principal, left.cohort) < (right.principal, right.cohort)
    }
  }

  /// The latest week in which something was granted; nil before the first grant.
  public private(set) var week: Period?
  /// The points granted in that week.
  public private(set) var granted: [Holder: Int64] = [:]

  /// Makes budgets of which nothing was used.
  public init() {}

  /// Joins what was kept of a week.
  public init(week: Period?, granted: [Holder: Int64]) {
    self.week = week
    self.granted = granted
  }

  /// What a holder granted in a week, which is the latest or a later one.
  public func granted(by holder: Holder, in week: Period) -> Int64 {
    self.week == week ? granted[holder, default: 0] : 0
  }

  /// Counts a grant; adjustments, opening balances and what is taken back are no grants.
  public mutating func add(_ grant: GrantChange) {
    guard grant.kind == .grant, grant.undoes.isNone, grant.posting.points > 0 else { return }
    let week = Period.week(containing: grant.decidedOn)
    if self.week.map({ $0 < week }) ?? true { self = GrantBudgets(week: week, granted: [:]) }
    guard self.week == week else { return }
    let holder = Holder(principal: grant.principal, cohort: grant.cohort)
    granted[holder, default: 0] += grant.posting.points
  }
}

extension ProgramState {
  /// Refuses grants beyond what is left of the week's budget of any of their cohorts (`over_budget`).
  func checkBudget(
    of principal: PrincipalNumber, for grants: some Sequence<GrantChange>, today: LocalDay
  ) throws(Undecided) {
    let week = Period.week(containing: today)
    let budget = definition.grantBudget ?? ProgramDefinition.grantBudgetDefault
    var asked: [CohortNumber: Int64] = [:]
    for grant in grants { asked[grant.cohort, default: 0] += grant.posting.points }
    for (cohort, points) in asked.sorted(by: { $0.key < $1.key }) {
      let holder = GrantBudgets.Holder(principal: principal, cohort: cohort)
      let left = max(0, budget - budgets.granted(by: holder, in: week))
      guard points > left else { continue }
      let whom =
        cohort.isNone
        ? "learners without a cohort" : "cohort \(names.word(.cohort, UInt32(cohort.rawValue)))"
      let until = week.last.map { "\($0.next)" } ?? ""
      throw .refused(
        Refusal(
          .overBudget, field: "learners",
          "\(left) of \(budget) points a week are left for \(whom) until \(until); this would give "
            + "\(points). An admin may raise the program's grantBudget or adjust points."))
    }
  }
}
