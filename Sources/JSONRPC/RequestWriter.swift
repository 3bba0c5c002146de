/// Requests: what a client sends, one after the other or as a batch inside `array`.
extension JSONWriter {
  /// Writes a call; the closure writes the members of its parameters.
  @inlinable
  public mutating func call<Failure>(
    _ method: StaticString, id: RequestID,
    params: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginRequest(id: id)
    member("method", method.description)
    try object("params", params)
    endObject()
  }

  /// Writes a call without parameters.
  public mutating func call(_ method: StaticString, id: RequestID) {
    beginRequest(id: id)
    member("method", method.description)
    endObject()
  }

  /// Writes a notification, which is never answered.
  @inlinable
  public mutating func notification<Failure>(
    _ method: StaticString, params: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginRequest(id: nil)
    member("method", method.description)
    try object("params", params)
    endObject()
  }

  @usableFromInline
  mutating func beginRequest(id: RequestID?) {
    beginObject()
    member("jsonrpc", "2.0")
    if let id {
      key("id")
      self.id(id)
    }
  }
}
