/// One valid request: a call that wants an answer, or a notification that gets none.
///
/// Method and parameters are cursors into the parser's memory and valid until its next parse; the
/// id is owned, because replies leave later.
public struct Call {
  /// The method's name.
  public let method: JSONText

  /// The parameters, an object or an array, or nil when there are none.
  public let params: JSONValue?

  /// What the answer must echo, or nil for a notification, which is never answered.
  public let id: RequestID?

  /// Whether the caller wants no answer, not even an error.
  public var isNotification: Bool { id == nil }

  /// Whether the name begins with `rpc.`, which the protocol keeps for itself.
  public var isReserved: Bool {
    method.count >= 4
      && JSONText(unchecked: UnsafeRawBufferPointer(rebasing: method.bytes[..<4])) == "rpc."
  }
}
