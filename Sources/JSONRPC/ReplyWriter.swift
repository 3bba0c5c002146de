/// Replies: the answer to one call, written in the protocol's words.
extension JSONWriter {
  /// Writes a successful reply; the closure writes exactly one value.
  @inlinable
  public mutating func reply<Failure>(
    to id: RequestID, result: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginReply(to: id)
    key("result")
    try result(&self)
    endObject()
  }

  /// Writes an error reply; its reason, field and advice become the data, if there are any.
  public mutating func reply(to id: RequestID, error: ErrorObject) {
    beginReply(to: id)
    object("error") { writer in
      error.writeHead(to: &writer)
      if error.hasData { writer.object("data") { error.writeData(to: &$0) } }
    }
    endObject()
  }

  /// Writes an error reply; the closure adds members to its data.
  public mutating func reply(
    to id: RequestID, error: ErrorObject, data: (inout JSONWriter) -> Void
  ) {
    beginReply(to: id)
    object("error") { writer in
      error.writeHead(to: &writer)
      writer.object("data") { writer in
        error.writeData(to: &writer)
        data(&writer)
      }
    }
    endObject()
  }

  @inlinable
  mutating func beginReply(to id: RequestID) {
    separate()
    sink.append("{\"jsonrpc\":\"2.0\",\"id\":")
    needsComma = false
    self.id(id)
  }
}
