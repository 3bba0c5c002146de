/// A record that an identity led to.
public struct KnownRecord: Sendable {
  /// Where it stands.
  public let position: Position
  /// The record: a fact, an awaited reversal or a used key.
  public let change: Change
  /// The texts and outcomes of the record.
  public let buffer: ChangeBuffer

  /// Joins the parts.
  public init(position: Position, change: Change, buffer: ChangeBuffer) {
    self.position = position
    self.change = change
    self.buffer = buffer
  }
}
