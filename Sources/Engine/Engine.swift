import Glibc
import Incentives
import Ledger
import Synchronization

/// The one door to a store: every edge submits requests here and gets durable answers back.
///
/// Owns the threads of engine, journal and readers beside the store's follower. `submit` may be called
/// from any thread; replies come to the door that was given, when what they say is durable.
public final class Engine: Sendable {
  /// The store it keeps.
  public let store: Store
  let inbox: Mailbox<EngineLetter>
  let journal: JournalThread
  let configuration: EngineConfiguration
  let copying: CopyingBox
  private let questions: Mailbox<EngineLetter>
  private let figureBox: FigureBox
  private let threads: [pthread_t]

  private init(
    store: Store, inbox: Mailbox<EngineLetter>, questions: Mailbox<EngineLetter>,
    journal: JournalThread, configuration: EngineConfiguration, copying: CopyingBox,
    figures: FigureBox, threads: [pthread_t]
  ) {
    self.store = store
    self.inbox = inbox
    self.journal = journal
    self.configuration = configuration
    self.copying = copying
    self.questions = questions
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
    let questions = Mailbox<EngineLetter>(bytesMax: configuration.queueBytesMax)
    let journal = JournalThread(
      store: store, engine: inbox, figures: figures, configuration: configuration)
    // A disk that is full already, or would be with one block more, takes no first block.
    try journal.watchDisk(unsyncedBytes: configuration.textBytesMax)
    let readers = ReaderThreads(store: store, engine: inbox)
    let copying = CopyingBox()
    for event in store.recoveries { configuration.report(event) }
    let loaded = try store.load { configuration.report(.loading($0)) }
    figures.watch { store.followerLag }
    let start = UncheckedHandover(loaded)
    let threads = [
      try PlainThread.start(name: "laurel-engine") {
        let loop = CommitLoop(
          store: store, loaded: start.take(), inbox: inbox, questions: questions,
          journal: journal, readers: readers, configuration: configuration, figures: figures,
          copying: copying)
        loop.run()
        readers.close()
      },
      try PlainThread.start(name: "laurel-journal") { journal.run() },
      try PlainThread.start(name: "laurel-reader") { readers.rows.run() },
      try PlainThread.start(name: "laurel-lists") { readers.lists.run() },
      try PlainThread.start(name: "laurel-preview") { readers.previews.run() },
    ]
    try follow(store, configuration, inbox)
    try store.startNoting { configuration.report(.notesWait(problem: "\($0)")) }
    return Engine(
      store: store, inbox: inbox, questions: questions, journal: journal,
      configuration: configuration, copying: copying, figures: figures, threads: threads)
  }

  /// Follows the journal, and slows admission when the follower falls too far behind.
  private static func follow(
    _ store: Store, _ configuration: EngineConfiguration, _ inbox: Mailbox<EngineLetter>
  ) throws {
    var options = FollowerOptions()
    options.changesMax = configuration.stretchChanges
    options.diskReserveBytes = 2 * configuration.diskReserveBytes
    let wasFar = Flag()
    try store.startFollowing(options) { event, lag in
      configuration.report(.following(event))
      let isFar = lag.map { $0.changes > configuration.followerLagMax } ?? false
      if wasFar.change(to: isFar) { inbox.put(.lag(isTooFar: isFar)) }
    }
  }

  /// Puts a request into the queue; false where the queue is full: tell the caller `busy`.
  ///
  /// A question may overtake all that waits; its caller must not have a change on the way, whose
  /// result it would then miss.
  public func submit(
    _ request: Request, bytes: Int, door: any ReplyDoor, token: UInt64, mayOvertake: Bool = false
  ) -> Bool {
    let letter = EngineLetter.request(request, door: door, token: token, bytes: bytes)
    guard mayOvertake, request.isQuestion else { return inbox.put(letter, bytes: bytes) }
    guard questions.put(letter, bytes: bytes) else { return false }
    return inbox.put(.wake)
  }

  /// How the engine is doing.
  public var figures: EngineFigures { figureBox.read() }

  /// Answers what was submitted, makes it durable, and ends the threads.
  ///
  /// The store stays open.
  public func stop() {
    inbox.put(.stop)
    for thread in threads { pthread_join(thread, nil) }
  }
}

/// A flag that several threads see, and that says when it changed.
final class Flag: Sendable {
  private let value = Atomic(false)

  /// Its value.
  var isSet: Bool { value.load(ordering: .relaxed) }

  /// Sets the flag; whether it had the other value before.
  func change(to new: Bool) -> Bool {
    value.exchange(new, ordering: .relaxed) != new
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
