/// What a peer may send, each with its unit and its reason.
public enum Limits {
  /// Bytes of one frame, without its line end: 1,000 facts fit several times over.
  public static let frameByteCount = 1 << 20

  /// Arrays and objects inside each other: ten times what any method needs, and little stack.
  public static let depth = 32

  /// Requests in one batch, so that one frame's work stays within a few milliseconds.
  public static let batchCount = 1000

  /// Members of an object read as named fields, so that reading each by name stays cheap.
  public static let fieldCount = 64
}
