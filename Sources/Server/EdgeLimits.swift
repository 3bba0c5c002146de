import JSONRPC
import NIOCore

/// The limits of an edge, each with its unit and reason; those of calls are `CallLimits`.
public struct EdgeLimits: Sendable {
  /// Connections at a time, over all doors: each costs a few KiB and a file descriptor.
  public var connectionsMax = 16_384
  /// Calls of one connection that may be in flight before it is read no further.
  public var inFlightMax = 1_024
  /// Bytes of one frame, without its line end.
  public var frameBytesMax = JSONRPC.Limits.frameByteCount
  /// How long a frame may take to arrive once it has begun; idle connections wait for ever.
  public var frameTimeout = TimeAmount.seconds(10)
  /// How long a TCP connection may stay without presenting a key.
  public var authenticationTimeout = TimeAmount.seconds(10)
  /// Bytes read from a connection at a time: so much may be taken beyond `inFlightMax`.
  public var readBytesMax = 64 * 1_024
  /// How long a connection that ends may take to receive its last answers.
  public var stopTimeout = TimeAmount.seconds(10)

  /// The documented defaults.
  public init() {}

  /// Calls in flight below which a connection is read again.
  var inFlightResume: Int { max(1, inFlightMax / 2) }
}
