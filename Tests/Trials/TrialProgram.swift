import Client
import JSONRPC

/// The program that trials and measurements play: the five rules of a real learning log.
///
/// | rule | facts | pays |
/// |---|---|---|
/// | `view` | verb `viewed:*` | 1, cap 5 points a day |
/// | `forum` | verb `viewed:forumng` | 1, cap 3 times a day |
/// | `quiz` | verb `viewed:quiz` | 2, once per object-day |
/// | `daily` | verb `viewed:*` | 1, once a day |
/// | `submit` | verb `submitted:*` | 1 per 10 of value, best per object |
///
/// In UTC, with a manual clock, from 2024-01-01 to 2025-12-31, with a reason `extra` of 3 points.
public enum TrialProgram {
  /// Its definition.
  public static func definition(id: String) -> String {
    """
    {"id":"\(id)","name":"Trial","zone":"UTC","clock":"manual",\
    "terms":[{"id":"t","from":"2024-01-01","to":"2025-12-31"}],\
    "reasons":[{"code":"extra","title":"Extra","points":3}],"grantBudget":1000000000,"rules":[\
    {"id":"view","verbs":["viewed:*"],"points":1,"cap":{"points":5,"per":"day"}},\
    {"id":"forum","verbs":["viewed:forumng"],"points":1,"cap":{"times":3,"per":"day"}},\
    {"id":"quiz","verbs":["viewed:quiz"],"points":2,"once":"object-day"},\
    {"id":"daily","verbs":["viewed:*"],"points":1,"once":"day"},\
    {"id":"submit","verbs":["submitted:*"],"perValue":{"points":1,"each":10},"best":"object"}]}
    """
  }

  /// The day of a number, from 0; as "2024-01-01".
  public static func day(_ number: Int) -> String {
    var (year, rest) = (2024, number)
    while rest >= length(of: year) {
      rest -= length(of: year)
      year += 1
    }
    var month = 1
    let february = length(of: year) - 337
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    while rest >= lengths[month - 1] {
      rest -= lengths[month - 1]
      month += 1
    }
    return "\(year)-\(padded(month))-\(padded(rest + 1))"
  }

  private static func length(of year: Int) -> Int { year % 4 == 0 ? 366 : 365 }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Applies the program; a learner `name(n)` for each number, in groups of six and cohorts.
  public static func setUp(
    _ id: String, learners: Int, cohortSize: Int = 1_000, on client: Client,
    name: (Int) -> String
  ) throws(ClientError) {
    client.send(
      line: """
        {"jsonrpc":"2.0","id":0,"method":"program.apply","params":\
        {"idempotencyKey":"apply","program":\(definition(id: id))}}
        """)
    try client.receive { (_, result) throws(ClientError) in _ = try result.get() }
    let calls = (learners + 999) / 1_000
    try client.pipeline("roster.import", count: calls, window: 8) { call, writer in
      writer.member("program", id)
      writer.member("idempotencyKey", "roster-\(call)")
      writer.array("learners") { writer in
        for number in call * 1_000..<min(learners, call * 1_000 + 1_000) {
          writer.object { writer in
            writer.member("id", name(number))
            writer.member("cohort", "c-\(number / cohortSize)")
            writer.member("group", "g-\(number / 6)")
          }
        }
      }
    } read: { (_, result) throws(ClientError) in
      let refused = try result.get().object?["outcome"]?.object?["refused"]?.array?.count
      guard refused == 0 else { throw ClientError.malformed("a row of the roster was refused") }
    }
  }
}
