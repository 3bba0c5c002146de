import Glibc
import Incentives
import Ledger

/// The one door to a store: every edge submits requests here and gets durable answers back.
///
/// Owns three threads — engine, journal, reader — beside the store's follower. `submit` may be called
/// from any thread; replies come to the door that was given, when what they say is durable.
public final class Engine: Sendable {
  /// The store it keeps.
  public let store: Store
  private let inbox: Mailbox<EngineLetter>
  private let figureBox: FigureBox
  private let threads: [pthread_t]

  private init(
    store: Store, inbox: Mailbox<EngineLetter>, figures: FigureBox, threads: [pthread_t]
  ) {
    self.store = store
    self.inbox = inbox
    figureBox = figures
    self.threads = threads
  }

  /// Loads the living state of a store and starts to answer.
  public static func start(
    store: Store, configuration: EngineConfiguration = EngineConfiguration()
  ) throws -> Engine {
    // A file that outgrows its limit is an error to answer, not a signal to die of.
    signal(SIGXFSZ, SIG_IGN)
    let figures = FigureBox()
    let inbox = Mailbox<EngineLetter>(bytesMax: configuration.queueBytesMax)
    let journal = JournalThread(
      store: store, engine: inbox, figures: figures, configuration: configuration)
    let reader = ReaderThread(store: store, engine: inbox)
    let loaded = try store.load()
    let start = UncheckedHandover(loaded)
    let threads = [
      Thread.start {
        let loop = CommitLoop(
          store: store, loaded: start.take(), inbox: inbox, journal: journal, reader: reader,
          configuration: configuration, figures: figures)
        loop.run()
        reader.close()
      },
      Thread.start { journal.run() },
      Thread.start { reader.run() },
    ]
    store.startFollower(
      stretchChanges: configuration.stretchChanges, lagMax: configuration.followerLagMax
    ) { isTooFar in inbox.put(.lag(isTooFar: isTooFar)) }
    return Engine(store: store, inbox: inbox, figures: figures, threads: threads)
  }

  /// Puts a request into the queue; false where the queue is full: tell the caller `busy`.
  public func submit(
    _ request: Request, bytes: Int, door: any ReplyDoor, token: UInt64
  ) -> Bool {
    inbox.put(.request(request, door: door, token: token), bytes: bytes)
  }

  /// How the engine is doing.
  public var figures: EngineFigures { figureBox.read() }

  /// Answers what was submitted, makes it durable, and ends the threads. The store stays open.
  public func stop() {
    inbox.put(.stop)
    for thread in threads { pthread_join(thread, nil) }
    store.stopFollower()
  }
}

/// A thread of its own; its body runs once.
enum Thread {
  private final class Body {
    let run: () -> Void
    init(run: @escaping () -> Void) { self.run = run }
  }

  static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(run: body)).toOpaque()
    let result = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        body.run()
        return nil
      }, argument)
    precondition(result == 0, "a thread could not be made: error \(result)")
    return thread
  }
}

/// Hands something that is not Sendable to the one thread that will own it.
final class UncheckedHandover<Value: ~Copyable>: @unchecked Sendable {
  private var value: Value?

  init(_ value: consuming Value) { self.value = consume value }

  /// Takes the value; once.
  func take() -> Value {
    guard let taken = value.take() else { preconditionFailure("a handover is taken once") }
    return taken
  }
}
