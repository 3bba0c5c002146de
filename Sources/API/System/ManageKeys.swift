import Incentives
import JSONRPC

/// An API key as lists show it; never the key itself.
public struct KeyListing: Hashable, Sendable {
  /// The public part.
  public var id: String
  /// What people call it.
  public var name: String
  /// Whose it is.
  public var holder: Holder
  /// The program it is for.
  public var program: String
  /// What it may do.
  public var roles: Roles
  /// When it was created.
  public var created: Instant
  /// When it was revoked; nil while it is good.
  public var revoked: Instant?

  /// Joins the parts.
  public init(
    id: String, name: String, holder: Holder, program: String, roles: Roles, created: Instant,
    revoked: Instant?
  ) {
    self.id = id
    self.name = name
    self.holder = holder
    self.program = program
    self.roles = roles
    self.created = created
    self.revoked = revoked
  }

  static let properties: [Property] = [
    .required("id", .identifier, "The public part of the key."),
    .required("name", .identifier, "What people call it."),
    .optional("staff", .identifier, "The member of staff whose key it is, who acts with it."),
    .optional("system", .identifier, "The system whose key it is, which acts with it."),
    .optional("sources", .list(.identifier, max: .max), "The sources it speaks for; absent: any."),
    .required("program", .identifier, "The program it is for."),
    .required(
      "roles", .list(.word(Roles.words), max: 8),
      "What it may do; none of its own where it is a person's."),
    .required("created", .instant, "When it was created."),
    .optional("revoked", .instant, "When it was revoked; absent while it is good."),
  ]

  func write(into writer: inout JSONWriter) {
    writer.member("id", id)
    writer.member("name", name)
    writer.members(of: holder)
    writer.member("program", program)
    writer.array("roles") { for word in roles.words { $0.string(word) } }
    writer.member("created", created.description)
    if let revoked { writer.member("revoked", revoked.description) }
  }
}

/// `key.create`: makes an API key for a program and shows it once.
///
/// Keys live in the server's own table, outside every chain. The same idempotency key makes the same
/// API key, so a retry makes no second one; its answer leaves the key out. Who acts is known by the name
/// of the key, so that no key can bear the owner's.
public struct CreateKey: Sendable {
  /// Who acts at the server's Unix socket, where no key is needed.
  public static let ownersName = "owner"

  /// What the table says of it.
  public static let card = MethodCard(
    "key.create", "Creates an API key for a program and shows it once.",
    params: [
      .optional("staff", .identifier, "The member of staff whose key it is."),
      .optional("system", .identifier, "The system whose key it is; this or staff."),
      .optional(
        "name", .identifier, "What people call it; absent: the holder. Alone it names a system."),
      .optional(
        "sources", .list(.identifier, max: CallLimits.keySourcesMax),
        "The sources of facts a system speaks for; absent: its own id, or any where only name is said."
      ),
      .required("program", .identifier, "The program it is for."),
      .optional(
        "roles", .list(.word(Roles.words), max: 8),
        "What a system may do; a person's key does what the person may."),
      .idempotencyKey,
    ],
    result: [
      .required(
        "outcome",
        .object(
          KeyListing.properties + [.optional("key", .identifier, "The key; shown only now.")]),
        "The key.")
    ], roles: [.admin], isServerWide: true)

  /// What people will call it.
  public let name: String
  /// The program's id.
  public let program: String
  /// Whose it is.
  public let holder: KeyListing.Holder
  /// What it may do; none where it is a person's.
  public let roles: Roles
  /// The idempotency key.
  public let idempotencyKey: String

  /// Reads the parameters.
  public init(_ params: JSONValue?) throws(ParameterError) {
    var fields = try Fields(params)
    let label = try fields.optionalIdentifier("name")
    holder = try KeyListing.Holder(reading: &fields, label: label)
    name = label ?? holder.id
    program = try fields.string("program", max: CallLimits.identifierBytesMax)
    if case .staff = holder {
      guard fields.optionalValue("roles") == nil else {
        throw ParameterError(
          "roles", .invalidValue, "A person's roles are said with staff.put; leave them out here.")
      }
      roles = []
    } else {
      roles = try Roles(reading: &fields)
    }
    idempotencyKey = try fields.idempotencyKey()
    try fields.finish()
  }

  /// The result; `key` is nil for a key that was made before.
  public static func result(_ listing: KeyListing, key: String?) -> [UInt8] {
    jsonObject { writer in
      writer.object("outcome") { writer in
        listing.write(into: &writer)
        if let key { writer.member("key", key) }
      }
      if key == nil { writer.member("replayed", true) }
    }
  }
}

/// `key.list`: every API key, revoked ones included.
public enum ListKeys {
  /// What the table says of it.
  public static let card = MethodCard(
    "key.list", "Lists the API keys, revoked ones included; never the keys themselves.", params: [],
    result: [.required("keys", .list(.object(KeyListing.properties), max: .max), "The keys.")],
    roles: [.admin], isServerWide: true)

  /// The result.
  public static func result(_ keys: [KeyListing]) -> [UInt8] {
    jsonObject { writer in
      writer.array("keys") { writer in
        for key in keys { writer.object { key.write(into: &$0) } }
      }
    }
  }
}

/// `key.revoke`: ends an API key for good.
public struct RevokeKey: Sendable {
  /// What the table says of it.
  public static let card = MethodCard(
    "key.revoke", "Ends an API key for good, also on the connections that use it.",
    params: [
      .required("id", .identifier, "The public part of the key."),
      .optional(
        "idempotencyKey", .text(bytesMax: CallLimits.idempotencyKeyBytesMax),
        "Accepted and not needed: revoking twice is once."),
    ],
    result: [
      .required(
        "outcome",
        .object([
          .required("id", .identifier, "The public part of the key."),
          .required("changed", .boolean, "Whether it was good until now."),
        ]), "What happened.")
    ], roles: [.admin], isServerWide: true)

  /// The public part of the key.
  public let id: String

  /// Reads the parameters.
  public init(_ params: JSONValue?) throws(ParameterError) {
    var fields = try Fields(params)
    id = try fields.string("id", max: CallLimits.identifierBytesMax)
    if fields.optionalValue("idempotencyKey") != nil { _ = try fields.idempotencyKey() }
    try fields.finish()
  }

  /// The result.
  public func result(changed: Bool) -> [UInt8] {
    jsonObject { writer in
      writer.object("outcome") { writer in
        writer.member("id", id)
        writer.member("changed", changed)
      }
    }
  }
}
