import JSONRPC

/// One learner on the way from a file or a generator to `roster.import`; what is nil is left as it is.
struct LearnerRow: Hashable, Sendable {
  /// The learner's id in every call.
  var id: String
  /// The name people read.
  var name: String?
  /// The name other learners read.
  var alias: String?
  /// The number beside the id.
  var number: String?
  /// The cohort 班级.
  var cohort: String?
  /// The tier.
  var tier: String?
  /// The group 小组.
  var group: String?
  /// Whether the learner leads that group 组长.
  var leads: Bool?
  /// Flags such as `staff` and `test`.
  var flags: [String]?
  /// The first local day on which the row holds; nil for ever before.
  var from: String?
  /// The last local day on which it holds; nil for ever after.
  var to: String?
}

extension JSONWriter {
  /// Writes a learner as `roster.import` takes it.
  mutating func learner(_ row: LearnerRow) {
    beginObject()
    member("id", row.id)
    if let name = row.name { member("name", name) }
    if let alias = row.alias { member("alias", alias) }
    if let number = row.number { member("number", number) }
    if let cohort = row.cohort { member("cohort", cohort) }
    if let tier = row.tier { member("tier", tier) }
    if let group = row.group { member("group", group) }
    if let leads = row.leads { member("leads", leads) }
    if let flags = row.flags {
      array("flags") { writer in
        for flag in flags { writer.string(flag) }
      }
    }
    if let from = row.from { member("from", from) }
    if let to = row.to { member("to", to) }
    endObject()
  }
}
