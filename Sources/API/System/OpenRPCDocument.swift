import Incentives
import JSONRPC

/// `rpc.discover`: the OpenRPC document, generated from the method table.
public enum OpenRPCDocument {
  /// What the table says of it.
  public static let card = MethodCard(
    "rpc.discover", "Gives the OpenRPC document of this server.", params: [],
    result: [
      .required("openrpc", .identifier, "The version of the OpenRPC specification."),
      .required("info", .map(.prose, max: 8), "Title and version."),
      .required("methods", .list(.map(.prose, max: 16), max: .max), "The methods."),
    ], roles: [])

  /// The version of the method table.
  public static let version = "1.0.0"

  /// The document as JSON text.
  public static let text: [UInt8] = jsonObject { writer in
    writer.member("openrpc", "1.2.6")
    writer.object("info") { info in
      info.member("title", "Laurel")
      info.member("description", "An incentive ledger for learning.")
      info.member("version", version)
    }
    writer.array("methods") { writer in
      for entry in MethodTable.entries { writer.object { $0.members(of: entry) } }
    }
    writer.object("components") { components in
      components.object("schemas") { schemas in
        schemas.key("criterion")
        schemas.schema(.object(Schema.criterionMembers))
      }
      components.object("errors") { errors in
        for reason in RefusalReason.allCases {
          errors.key(reason.rawValue)
          errors.object { $0.members(of: reason) }
        }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func members(of entry: MethodTable.Entry) {
    let card = entry.card
    member("name", card.name)
    member("summary", card.summary)
    if !card.roles.isEmpty { member("description", Self.whoMayCall(card)) }
    member("paramStructure", "by-name")
    array("params") { writer in
      for property in card.params { writer.object { $0.descriptor(of: property) } }
    }
    object("result") { writer in
      writer.member("name", "result")
      writer.key("schema")
      writer.schema(.object(Self.resultMembers(of: entry)))
    }
    array("errors") { writer in
      for reason in RefusalReason.allCases {
        writer.object { $0.member("$ref", "#/components/errors/\(reason.rawValue)") }
      }
    }
  }

  private mutating func descriptor(of property: Property) {
    member("name", property.name)
    member("summary", property.summary)
    if property.isRequired { member("required", true) }
    key("schema")
    schema(property.schema, default: property.fallback)
  }

  fileprivate mutating func members(of reason: RefusalReason) {
    member("code", RefusalCodes(of: reason).rpc.rawValue)
    member("message", Refusal.message(of: reason))
    object("data") { $0.member("reason", reason.rawValue) }
  }

  private static func whoMayCall(_ card: MethodCard) -> String {
    let roles = card.roles.words.joined(separator: " or ")
    return "Needs a key with the role \(roles)\(card.isServerWide ? " for the whole server" : "")."
  }

  /// The members of a result with the envelope around them.
  private static func resultMembers(of entry: MethodTable.Entry) -> [Property] {
    let position = Property.required("position", .count, "The position this stands at.")
    let head = Property.required("head", .identifier, "The hash of the block there.")
    switch entry.route {
    case .facts: return entry.card.result + [position, head]
    case .command:
      return [
        .required("outcome", .object(entry.card.result), "What the command came to."),
        .optional("replayed", .boolean, "True where the key was used before."), position, head,
      ]
    case .query: return entry.card.result + [position] + (entry.card.showsHead ? [head] : [])
    case .server: return entry.card.result
    }
  }
}
