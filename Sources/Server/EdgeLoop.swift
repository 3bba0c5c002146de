import API
import Engine
import Incentives
import JSONRPC
import Ledger
import NIOCore
import NIOPosix

/// What the connections of one event loop share: parser, reader of facts, awaited answers.
///
/// Belongs to its event loop and never leaves it. Answers of the engine arrive through the door, one hop
/// for each block; each connection that got any is flushed once.
final class EdgeLoop {
  let eventLoop: any EventLoop
  let engine: Engine
  let services: ServerServices
  let workers: EdgeWorkers
  let figures: EdgeFigures
  let keysInUse: KeysInUse
  let limits: EdgeLimits
  let parser: JSONParser
  var factReader: FactReader
  private var pending = TokenSlots<PendingReply>()

  private var door: EventLoopDoor?
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var unflushed: ContiguousArray<Connection> = []
  private var shownHead: (hash: BlockHash, text: String) = (.none, BlockHash.none.description)
  private var sweep: RepeatedTask?
  private var isStopping = false
  private var ended: EventLoopPromise<Void>?

  init(
    eventLoop: any EventLoop, engine: Engine, services: ServerServices, workers: EdgeWorkers,
    figures: EdgeFigures, keysInUse: KeysInUse, limits: EdgeLimits
  ) throws {
    self.eventLoop = eventLoop
    self.engine = engine
    self.services = services
    self.workers = workers
    self.figures = figures
    self.keysInUse = keysInUse
    self.limits = limits
    parser = try JSONParser(byteCountMax: limits.frameBytesMax)
    factReader = FactReader(hash: engine.store.identitySecret)
    door = EventLoopDoor(eventLoop, NIOLoopBound(self, eventLoop: eventLoop))
    let me = NIOLoopBound(self, eventLoop: eventLoop)
    sweep = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
      me.value.closeOverdue()
    }
  }

  // MARK: Connections

  /// Takes a connection in; false where there is no place for it.
  func open(_ connection: Connection) -> Bool {
    guard figures.takePlace(of: limits.connectionsMax) else { return false }
    connections[ObjectIdentifier(connection)] = connection
    if isStopping { connection.stop() }
    return true
  }

  /// Forgets a connection; answers to its calls are dropped when they come.
  func close(_ connection: Connection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    figures.leavePlace()
    if connections.isEmpty { ended?.succeed() }
  }

  private func closeOverdue() {
    let now = NIODeadline.now()
    for connection in connections.values { connection.closeIfOverdue(now) }
  }

  // MARK: Calls

  /// Hands a request to the engine; false where its queue is full.
  func submit(_ request: EngineRequest, bytes: Int, for reply: PendingReply) -> Bool {
    guard let door else { return false }
    let token = pending.insert(reply)
    let mayOvertake = reply.connection.changesInFlight == 0
    guard
      engine.submit(request, bytes: bytes, door: door, token: token, mayOvertake: mayOvertake)
    else {
      _ = pending.take(token)
      return false
    }
    return true
  }

  /// Does long work on another thread and gives the result back as an answer to a question.
  func work(
    on threads: NIOThreadPool, for reply: PendingReply,
    _ body: @escaping @Sendable () throws -> [UInt8]
  ) {
    let token = pending.insert(reply)
    let me = NIOLoopBound(self, eventLoop: eventLoop)
    threads.runIfActive(eventLoop: eventLoop, body).whenComplete { result in
      let edge = me.value
      guard let reply = edge.pending.take(token) else { return }
      switch result {
      case .success(let bytes): reply.connection.answer(reply, result: bytes, in: nil)
      case .failure(let error):
        let refusal = error as? Refusal ?? Refusal(.unavailable, "\(error)")
        reply.connection.answer(reply, refused: refusal, isReplayed: false)
      }
      edge.flush()
    }
  }

  // MARK: Answers

  /// Writes durable answers, each to its connection, and flushes each connection once.
  func deliver(_ replies: ContiguousArray<EngineReply>) {
    for reply in replies {
      guard let awaited = pending.take(reply.token) else { continue }
      awaited.connection.answer(awaited, reply, in: reply.head.map(envelope))
    }
    flush()
  }

  /// Notes that a connection has something to send.
  func willFlush(_ connection: Connection) { unflushed.append(connection) }

  /// Sends what was written.
  func flush() {
    for connection in unflushed { connection.flush() }
    unflushed.removeAll(keepingCapacity: true)
  }

  /// The answers of a block share a head; its text is made once.
  private func envelope(_ head: Head) -> Envelope {
    if head.hash != shownHead.hash { shownHead = (head.hash, head.hash.description) }
    return Envelope(position: head.position, head: shownHead.text)
  }

  // MARK: Stopping

  /// Reads no further calls; those in flight are answered.
  func stopReading() {
    isStopping = true
    for connection in connections.values { connection.stop() }
  }

  /// Waits until every connection has taken its last answers, once the engine has given them.
  ///
  /// Peers that take none are closed after a while.
  func end() -> EventLoopFuture<Void> {
    flush()
    let ended = eventLoop.makePromise(of: Void.self)
    self.ended = ended
    if connections.isEmpty { ended.succeed() }
    // The door knows the edge and the edge the door.
    door = nil
    let me = NIOLoopBound(self, eventLoop: eventLoop)
    let timeout = eventLoop.scheduleTask(in: limits.stopTimeout) {
      for connection in me.value.connections.values { connection.close() }
    }
    return ended.futureResult.always { _ in
      timeout.cancel()
      me.value.sweep?.cancel()
    }
  }
}

/// Where the engine's answers come in: one hop to the event loop for each block.
final class EventLoopDoor: ReplyDoor {
  private let eventLoop: any EventLoop
  private let edge: NIOLoopBound<EdgeLoop>

  init(_ eventLoop: any EventLoop, _ edge: NIOLoopBound<EdgeLoop>) {
    self.eventLoop = eventLoop
    self.edge = edge
  }

  /// Hands over replies that are durable now.
  func deliver(_ replies: ContiguousArray<EngineReply>) {
    let edge = edge
    eventLoop.execute { edge.value.deliver(replies) }
  }
}
