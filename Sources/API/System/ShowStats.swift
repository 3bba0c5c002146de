import JSONRPC

/// `system.stats`: figures of the server since it started.
public struct ShowStats: Sendable {
  /// What the table says of it.
  public static let card = MethodCard(
    "system.stats", "Shows how the server is doing.", params: [],
    result: [
      .required("uptime", .count, "Seconds since the server started."),
      .required("connections", .count, "Connections now."),
      .required("calls", .count, "Calls taken."),
      .required("refusals", .count, "Calls that were refused."),
      .required("programs", .count, "Programs."),
      .required("learners", .count, "Learners of all programs."),
      .required("facts", .count, "Facts of all programs."),
      .required("commits", .count, "Commits, one sync each."),
      .required("changes", .count, "Records made durable."),
      .required("bytes", .count, "Bytes of blocks written."),
      .required("openBatches", .count, "Batches with the journal now."),
      .required("setAside", .count, "Calls that wait for rows now."),
      .required("followerLag", .count, "Records by which the tables are behind the journal."),
      .optional("followerFailure", .prose, "Why the tables are not followed; absent: they are."),
      .required("residentBytes", .count, "Bytes of the living state."),
      .required(
        "commitTimes",
        .list(
          .object([
            .optional("under", .count, "Microseconds; absent: longer than all before."),
            .required("commits", .count, "How many took so long."),
          ]), max: .max), "Commits by the time they took."),
      .required(
        "queryTimes",
        .list(
          .object([
            .optional("under", .count, "Microseconds; absent: longer than all before."),
            .required("queries", .count, "How many took so long."),
          ]), max: .max), "Queries by the time the engine thread took for each."),
    ], roles: [.admin], isServerWide: true)

  /// Seconds since the server started.
  public var uptime: Int64 = 0
  /// Connections now.
  public var connections = 0
  /// Calls taken.
  public var calls: UInt64 = 0
  /// Calls that were refused.
  public var refusals: UInt64 = 0
  /// Programs.
  public var programs = 0
  /// Learners of all programs.
  public var learners = 0
  /// Facts of all programs.
  public var facts: UInt64 = 0
  /// Commits.
  public var commits: UInt64 = 0
  /// Records made durable.
  public var changes: UInt64 = 0
  /// Bytes of blocks.
  public var bytes: UInt64 = 0
  /// Batches with the journal now.
  public var openBatches = 0
  /// Calls that wait for rows now.
  public var setAside = 0
  /// Records by which the tables are behind the journal.
  public var followerLag = 0
  /// Why the tables are not followed; nil while they are.
  public var followerFailure: String?
  /// Bytes of the living state.
  public var residentBytes = 0
  /// Commits by the time they took; the bound is nil for those beyond all bounds.
  public var commitTimes: [(under: Int64?, commits: UInt64)] = []
  /// Queries by the time the engine thread took; the bound is nil for those beyond all bounds.
  public var queryTimes: [(under: Int64?, queries: UInt64)] = []

  /// Starts at zero.
  public init() {}

  /// The result.
  public var result: [UInt8] {
    jsonObject { writer in
      writer.member("uptime", uptime)
      writer.member("connections", connections)
      writer.member("calls", calls)
      writer.member("refusals", refusals)
      writer.member("programs", programs)
      writer.member("learners", learners)
      writer.member("facts", facts)
      writer.member("commits", commits)
      writer.member("changes", changes)
      writer.member("bytes", bytes)
      writer.member("openBatches", openBatches)
      writer.member("setAside", setAside)
      writer.member("followerLag", followerLag)
      if let followerFailure { writer.member("followerFailure", followerFailure) }
      writer.member("residentBytes", residentBytes)
      writer.array("commitTimes") { writer in
        for bucket in commitTimes {
          writer.object { writer in
            if let under = bucket.under { writer.member("under", under) }
            writer.member("commits", bucket.commits)
          }
        }
      }
      writer.array("queryTimes") { writer in
        for bucket in queryTimes {
          writer.object { writer in
            if let under = bucket.under { writer.member("under", under) }
            writer.member("queries", bucket.queries)
          }
        }
      }
    }
  }
}
