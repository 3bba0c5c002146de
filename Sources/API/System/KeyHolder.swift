import JSONRPC

extension KeyListing {
  /// Whose a key is: of one member of staff or of one system.
  public enum Holder: Hashable, Sendable {
    /// A member of staff.
    case staff(String)
    /// A system, and the sources of facts it speaks for; nil: any.
    case system(String, sources: [String]?)

    /// Who acts with the key.
    public var id: String {
      switch self {
      case .staff(let id), .system(let id, sources: _): id
      }
    }
  }
}

extension KeyListing.Holder {
  /// Reads `staff`, or `system` and `sources`; with neither, the label names a system.
  init(reading fields: inout Fields, label: String?) throws(ParameterError) {
    let staff = try fields.optionalIdentifier("staff")
    let system = try fields.optionalIdentifier("system")
    var sources: [String]?
    if fields.optionalValue("sources") != nil {
      sources = try fields.identifiers("sources", max: CallLimits.keySourcesMax)
    }
    if let staff {
      guard system == nil else {
        throw ParameterError("system", .invalidValue, "Say staff or system: a key is of one.")
      }
      guard sources == nil else {
        throw ParameterError("sources", .invalidValue, "Only a system speaks for sources.")
      }
      self = .staff(staff)
      return
    }
    guard let id = system ?? label else {
      throw ParameterError("staff", .missing, "Say whose key it is: staff or system.")
    }
    guard id != CreateKey.ownersName else {
      throw ParameterError(
        system == nil ? "name" : "system", .invalidValue,
        "\(CreateKey.ownersName) is who acts at the Unix socket; choose another.")
    }
    self = .system(id, sources: sources ?? system.map { [$0] })
  }
}

extension JSONWriter {
  /// Writes the members that say whose a key is.
  mutating func members(of holder: KeyListing.Holder) {
    switch holder {
    case .staff(let id): member("staff", id)
    case .system(let id, let sources):
      member("system", id)
      if let sources { member("sources", sources) }
    }
  }
}
