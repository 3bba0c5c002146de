import JSONRPC
import NIOCore

/// The limits of an edge, each with its unit and reason; those of calls are `CallLimits`.
public struct EdgeLimits: Sendable {
  /// Connections at a time, over all doors: each costs a few KiB and a file descriptor.
  ///
  /// A server lowers it to what the system's limit of open files leaves room for.
  public var connectionsMax = 16_384
  /// Calls of one API key in flight, over all its connections, before more are refused as busy.
  public var inFlightMax = 1_024
  /// Bytes of one frame, without its line end.
  public var frameBytesMax = JSONRPC.Limits.frameByteCount
  /// How long a frame may take to arrive once it has begun; idle connections wait for ever.
  public var frameTimeout = TimeAmount.seconds(10)
  /// How long a TCP connection may stay without presenting a key.
  public var authenticationTimeout = TimeAmount.seconds(10)
  /// Bytes read from a connection at a time: so much may be taken beyond `inFlightPause`.
  public var readBytesMax = 64 * 1_024
  /// Bytes of answers a connection may owe its peer; beyond them it is closed.
  public var outputBytesMax = 64 << 20
  /// Bytes of answers beyond which the OpenRPC document, long and free to ask for, is refused as busy.
  public var documentOutputBytesMax = 1 << 20
  /// How long a peer that leaves answers unread may take not a single byte of them.
  public var stallTimeout = TimeAmount.seconds(60)
  /// How long a connection that ends may take to receive its last answers.
  public var stopTimeout = TimeAmount.seconds(10)

  /// The documented defaults.
  public init() {}

  /// Calls of one connection in flight at which it is read no further: what was read already still
  /// fits into its key's limit.
  var inFlightPause: Int { max(1, inFlightMax / 2) }
  /// Calls in flight below which a connection is read again.
  var inFlightResume: Int { max(1, inFlightMax / 4) }
}
