import API
import Engine
import Incentives
import JSONRPC
import Ledger
import NIOCore

/// One connection: bytes in, frames cut, calls handed on; answers gathered and sent once a block.
///
/// It is read no further while too many of its calls are in flight or its peer does not take what was
/// sent; where a peer is owed too much, or takes nothing for too long, it is closed. A peer that has said
/// all it will (half-closed) is answered before the connection closes.
final class Connection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let edge: EdgeLoop
  /// Who speaks; nil until the connection has authenticated, and once its key is revoked.
  private(set) var caller: Caller?
  /// `KeysInUse.revocations` when the caller's key was last good.
  private(set) var seenRevocations: UInt64 = 0

  private var context: ChannelHandlerContext?
  private var frames: FrameReader
  private var outgoing = JSONWriter(capacity: 1_024)
  private var inFlight = 0
  /// How many calls on their way change something.
  private(set) var changesInFlight = 0
  private var awaitsFlush = false
  private var wantsRead = false
  private var isWritable = true
  private var backlog = Backlog()
  private var ended: NIODeadline?
  private var frameBegan: NIODeadline?
  private let opened = NIODeadline.now()

  /// Whether no more calls are taken.
  private var isEnding: Bool { ended != nil }

  /// Bytes of answers that are written and not sent.
  var unsentBytes: Int { outgoing.count + backlog.batchBytes + backlog.channelBytes }

  /// A connection; the owner's needs no key.
  init(edge: EdgeLoop, caller: Caller?) {
    self.edge = edge
    self.caller = caller
    frames = FrameReader(byteCountMax: edge.limits.frameBytesMax)
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func channelActive(context: ChannelHandlerContext) {
    if !edge.open(self) {
      let max = edge.limits.connectionsMax
      let refusal = Refusal(
        .limitReached, "The server has \(max) connections; close one, or try again later.")
      outgoing.reply(to: .null, refused: refusal)
      endLine()
      stop()
      edge.flush()
    }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    edge.close(self)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isEnding else { return }
    let chunk = unwrapInboundIn(data)
    let began = frameBegan
    var isFrameEnded = false
    chunk.withUnsafeReadableBytes { bytes in
      frames.feed(bytes) { event in
        isFrameEnded = true
        take(event)
      }
    }
    frameBegan = frames.pendingCount == 0 ? nil : (isFrameEnded ? nil : began) ?? .now()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    edge.flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable { backlog.flows() }
    readOn()
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event, !isEnding {
      frames.finish { take($0) }
      stop()
      edge.flush()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A peer that is gone is no failure of the server.
    context.close(promise: nil)
  }

  /// The channel asks to read; it waits while the connection is held back.
  func read(context: ChannelHandlerContext) {
    guard !isHeldBack else {
      wantsRead = true
      return
    }
    context.read()
  }

  private var isHeldBack: Bool {
    isEnding || !isWritable || inFlight >= edge.limits.inFlightPause
  }

  /// Reads on if nothing holds the connection back any more.
  private func readOn() {
    guard wantsRead, !isEnding, isWritable, inFlight < edge.limits.inFlightResume else { return }
    wantsRead = false
    context?.read()
  }

  // MARK: Frames

  private func take(_ event: FrameReader.Event) {
    guard !isEnding else { return }
    switch event {
    case .frame(let frame): take(frame)
    case .tooLong:
      outgoing.reply(to: .null, error: ErrorObject(JSONError.tooLarge))
      endLine()
      stop()
    }
  }

  private func take(_ frame: UnsafeRawBufferPointer) {
    switch Message(frame, parser: edge.parser) {
    case .rejected(let error):
      outgoing.reply(to: .null, error: error)
      endLine()
    case .single(let request): take(request, bytes: frame.count, batch: nil)
    case .batch(let requests):
      let batch = BatchReply()
      backlog.batchBytes += batch.byteCount
      let bytes = frame.count / requests.count
      for request in requests { take(request, bytes: bytes, batch: batch) }
      grow(batch) { $0.seal() }
      send(batch)
    }
  }

  private func take(_ request: JSONRPC.Request, bytes: Int, batch: BatchReply?) {
    switch request {
    case .invalid(let invalid):
      batch?.expect()
      write(to: batch) { $0.reply(to: invalid.id, error: ErrorObject(invalid)) }
    case .call(let call):
      if call.id != nil { batch?.expect() }
      edge.figures.took()
      take(call, bytes: bytes, batch: batch)
    }
  }

  // MARK: Answers

  /// Notes that a call was handed on.
  func began(_ form: PendingReply.Form) {
    inFlight += 1
    if form.isChange { changesInFlight += 1 }
  }

  /// Says who speaks from now on; nobody, once the key is revoked.
  func speaks(_ caller: Caller?, seen revocations: UInt64) {
    self.caller = caller
    seenRevocations = revocations
  }

  /// Ends an awaited call; the closure writes its reply unless nobody wants one.
  func end(_ reply: PendingReply, write: (inout JSONWriter, RequestID) -> Void) {
    inFlight -= 1
    reply.key?.leavePlace()
    if reply.form.isChange { changesInFlight -= 1 }
    if let id = reply.id { self.write(to: reply.batch) { write(&$0, id) } }
    readOn()
    closeIfDone()
  }

  /// Writes one reply, alone on a line or into the batch it belongs to.
  func write(to batch: BatchReply?, _ reply: (inout JSONWriter) -> Void) {
    guard context != nil else { return }
    if let batch {
      grow(batch) { $0.add(reply) }
      send(batch)
    } else {
      reply(&outgoing)
      endLine()
    }
    if unsentBytes > edge.limits.outputBytesMax { close() }
  }

  private func send(_ batch: BatchReply) {
    guard batch.isComplete else { return }
    backlog.batchBytes -= batch.byteCount
    batch.finish { bytes in
      outgoing.raw(bytes)
      endLine()
    }
  }

  /// Lets a batch grow, and counts by how much.
  private func grow(_ batch: BatchReply, _ body: (BatchReply) -> Void) {
    let before = batch.byteCount
    body(batch)
    backlog.batchBytes += batch.byteCount - before
  }

  private func endLine() {
    outgoing.endLine()
    guard !awaitsFlush else { return }
    awaitsFlush = true
    edge.willFlush(self)
  }

  /// Sends what was written, all at once.
  func flush() {
    awaitsFlush = false
    guard let context, outgoing.count > 0 else { return }
    var buffer = context.channel.allocator.buffer(capacity: outgoing.count)
    buffer.writeBytes(outgoing.bytes)
    // Most peers are idle most of the time: a large buffer is given back.
    if outgoing.count > 64 * 1_024 {
      outgoing = JSONWriter(capacity: 1_024)
    } else {
      outgoing.removeAll()
    }
    let count = buffer.readableBytes
    backlog.gave(count)
    context.writeAndFlush(wrapOutboundOut(buffer)).assumeIsolated().whenComplete { _ in
      self.backlog.ended(count)
      self.closeIfDone()
    }
  }

  // MARK: Ending

  /// Takes no more calls; closes when those in flight are answered and the answers are sent.
  func stop() {
    ended = ended ?? .now()
    closeIfDone()
  }

  private func closeIfDone() {
    if isEnding, inFlight == 0, !awaitsFlush, backlog.channelBytes == 0 { close() }
  }

  /// Closes the connection, whatever is unsent; nothing more is written for it.
  func close() {
    ended = ended ?? .now()
    let closing = context
    context = nil
    closing?.close(promise: nil)
  }

  /// Closes a connection whose frame or key does not come, or that does not take its answers.
  func closeIfOverdue(_ now: NIODeadline) {
    if let ended {
      if inFlight == 0, now - ended > edge.limits.stopTimeout { close() }
      return
    }
    let isSlow = !isHeldBack && frameBegan.map { now - $0 > edge.limits.frameTimeout } ?? false
    let isStranger = caller == nil && now - opened > edge.limits.authenticationTimeout
    if isSlow || isStranger || isStalled(now) { close() }
  }

  private func isStalled(_ now: NIODeadline) -> Bool {
    guard !isWritable, let options = context?.channel.syncOptions,
      let waiting = try? options.getOption(.bufferedWritableBytes)
    else { return false }
    return backlog.isStalled(now, waiting: waiting, timeout: edge.limits.stallTimeout)
  }
}
