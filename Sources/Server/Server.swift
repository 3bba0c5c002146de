import API
import Engine
import Ledger
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A whole server: store, engine and the doors, started and stopped as one service.
///
///     let server = try Server.build(configuration, services: services, logger: logger)
///     try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm, .sigint],
///       logger: logger).run()
///
/// Stopping takes no more calls, answers those in flight, makes everything durable, closes the store.
public final class Server: Service {
  private let configuration: ServerConfiguration
  private let services: ServerServices
  private let logger: Logger
  private let store: Store
  private let engine: Engine
  private let figures = EdgeFigures()
  private let keysInUse = KeysInUse()
  private let started: AsyncStream<Doors>
  private let starting: AsyncStream<Doors>.Continuation

  /// Where a started server listens.
  public struct Doors: Hashable, Sendable {
    /// The path of the Unix socket.
    public var socketPath: String?
    /// The TCP port.
    public var port: Int?
  }

  private init(
    _ configuration: ServerConfiguration, _ services: ServerServices, _ logger: Logger,
    _ store: Store, _ engine: Engine
  ) {
    self.configuration = configuration
    self.services = services
    self.logger = logger
    self.store = store
    self.engine = engine
    (started, starting) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Opens the store, loads the living state, and gives a server that `run` starts.
  public static func build(
    _ configuration: ServerConfiguration, services: ServerServices, logger: Logger
  ) throws -> Server {
    guard configuration.socketPath != nil || configuration.tcp != nil else {
      throw ServerError.noDoor
    }
    var configuration = configuration
    let room = DescriptorLimit.makeRoom(for: configuration.limits.connectionsMax)
    if room < configuration.limits.connectionsMax {
      logger.warning(
        "the limit of open files leaves room for fewer connections; `ulimit -n` raises it",
        metadata: ["connections": "\(room)", "wanted": "\(configuration.limits.connectionsMax)"])
      configuration.limits.connectionsMax = room
    }
    configuration.engine.report = { [report = configuration.engine.report] event in
      logger.note(event)
      report(event)
    }
    let store = try Store.open(at: configuration.storePath, options: configuration.store)
    let engine: Engine
    do {
      engine = try Engine.start(store: store, configuration: configuration.engine)
    } catch {
      // What went wrong first is what matters.
      try? store.close()
      throw error
    }
    return Server(configuration, services, logger, store, engine)
  }

  /// Waits until the server listens and tells where; nil when it ended before.
  ///
  /// For one waiter.
  public func doors() async -> Doors? {
    for await doors in started { return doors }
    return nil
  }

  /// Listens until a graceful shutdown is asked for, then stops.
  public func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threadCount)
    let workers = EdgeWorkers()
    workers.start()
    defer { starting.finish() }
    do {
      let edges = try await edges(on: group, workers)
      let listeners = try await listen(on: group, edges)
      starting.yield(doors(of: listeners))
      await untilShutdown()
      logger.info("stopping")
      for listener in listeners { try? await listener.close() }
      if let path = configuration.socketPath { UnixSocket.remove(path) }
      for edge in edges { try await edge.loop.submit { edge.bound.value.stopReading() }.get() }
      try await end(edges, group, workers)
    } catch {
      try await end([], group, workers)
      throw error
    }
  }

  /// What is left when nothing new comes in.
  private func end(
    _ edges: [Edge], _ group: MultiThreadedEventLoopGroup, _ workers: EdgeWorkers
  ) async throws {
    try await workers.shutDown()
    let engine = engine
    try await NIOThreadPool.singleton.runIfActive { engine.stop() }
    // Answers hop to their event loops before this does.
    for edge in edges { try await edge.loop.flatSubmit { edge.bound.value.end() }.get() }
    try await group.shutdownGracefully()
    try store.close()
    logger.info("stopped")
  }

  private func untilShutdown() async {
    do {
      try await gracefulShutdown()
    } catch {
      // Cancelled without grace: stopping is the same.
    }
  }

  // MARK: Doors

  /// An event loop with what its connections share.
  private struct Edge: Sendable {
    let loop: any EventLoop
    let bound: NIOLoopBound<EdgeLoop>
  }

  private func edges(
    on group: MultiThreadedEventLoopGroup, _ workers: EdgeWorkers
  ) async throws -> [Edge] {
    var edges: [Edge] = []
    for loop in group.makeIterator() {
      let (engine, services, limits) = (engine, services, configuration.limits)
      let (figures, keysInUse) = (figures, keysInUse)
      let bound = try await loop.submit {
        NIOLoopBound(
          try EdgeLoop(
            eventLoop: loop, engine: engine, services: services, workers: workers,
            figures: figures, keysInUse: keysInUse, limits: limits), eventLoop: loop)
      }.get()
      edges.append(Edge(loop: loop, bound: bound))
    }
    return edges
  }

  private func listen(
    on group: MultiThreadedEventLoopGroup, _ edges: [Edge]
  ) async throws -> [any Channel] {
    var listeners: [any Channel] = []
    if let path = configuration.socketPath {
      let socket = try UnixSocket.bind(path)
      listeners.append(
        try await bootstrap(group, edges, caller: .owner).withBoundSocket(socket).get())
      logger.info("listening", metadata: ["socket": "\(path)"])
    }
    if let tcp = configuration.tcp {
      let listener = try await bootstrap(group, edges, caller: nil)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        // A peer that vanished leaves its place one day.
        .childChannelOption(.socketOption(.so_keepalive), value: 1)
        .bind(host: tcp.host, port: tcp.port).get()
      listeners.append(listener)
      logger.info("listening", metadata: ["address": "\(tcp.host):\(port(of: listener) ?? 0)"])
    }
    return listeners
  }

  private func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ edges: [Edge], caller: Caller?
  ) -> ServerBootstrap {
    let limits = configuration.limits
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1_024)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(
          minimum: 2_048, initial: 16_384, maximum: limits.readBytesMax)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let edge = edges.first(where: { $0.loop === channel.eventLoop }) else {
            preconditionFailure("every event loop of the group has an edge")
          }
          let connection = Connection(edge: edge.bound.value, caller: caller)
          try channel.pipeline.syncOperations.addHandler(connection)
        }
      }
  }

  private func doors(of listeners: [any Channel]) -> Doors {
    Doors(
      socketPath: configuration.socketPath,
      port: configuration.tcp == nil ? nil : listeners.last.flatMap(port))
  }

  private func port(of listener: any Channel) -> Int? { listener.localAddress?.port }
}

extension Logger {
  /// Tells an operator what the store did.
  fileprivate func note(_ event: StoreEvent) {
    let level: Level =
      switch event.weight {
      case .detail: .debug
      case .notice: .info
      case .warning: .warning
      case .failure: .error
      }
    log(level: level, "\(event)")
  }
}
