/// Deals learners into groups of 5–8 where a log has none.
///
/// The rule: the learners are ordered by their ids, compared bytewise; n learners make ⌈n ÷ 8⌉
/// groups; learner i (from 0) goes into group i mod ⌈n ÷ 8⌉. Groups are called `group-01`,
/// `group-02` … with as many digits as the last one needs, at least two. So sizes differ by at most
/// one and lie within 5–8, but for the numbers that cannot be split so: up to four learners are one
/// small group, nine are five and four. The same learners always make the same groups, in whatever
/// order they are given.
struct Grouping: Sendable {
  /// The most learners of a group.
  static let sizeMax = 8

  /// The groups in order, each with its learners in order.
  let groups: [(name: String, members: [String])]

  /// Deals out some learners; an id given twice counts once.
  init(_ learners: some Sequence<String>) {
    let ids = Set(learners).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let count = (ids.count + Self.sizeMax - 1) / Self.sizeMax
    let digits = max(2, String(count).count)
    groups = (0..<count).map { group in
      let number = String(group + 1)
      let padded = String(repeating: "0", count: digits - number.count) + number
      let members = stride(from: group, to: ids.count, by: count).map { ids[$0] }
      return ("group-\(padded)", members)
    }
  }
}
