/// Whose an API key is: of one member of staff or of one system.
public enum KeyHolder: Hashable, Sendable {
  /// A system, which the key's name names; of keys made before they said whose they are, too.
  case named
  /// A member of staff of the key's program, by id: what the key may do is what the person may.
  case staff(String)
  /// A system by its id, and the sources of facts it speaks for; nil: any.
  case system(String, sources: [String]?)
}

extension APIKeyRecord {
  /// Who acts with the key, as a word that survives key rotation.
  public var principal: String {
    switch holder {
    case .named: name
    case .staff(let id), .system(let id, sources: _): id
    }
  }
}
