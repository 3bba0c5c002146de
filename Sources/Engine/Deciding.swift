import Incentives
import Ledger

/// Requests as they come: who is asked, what is missing, what is answered.
extension CommitLoop {
  /// Decides a request, or parks it until the rows it needs are here.
  func decide(_ request: Request, for caller: Caller, with rows: Fetched = Fetched()) {
    switch request {
    case .survey(let answer):
      decide(answer, for: caller)
    case .query(let query):
      guard let state = state(of: query.program) else {
        return refuse(caller, Self.noProgram(query.program))
      }
      decide(query, in: state, request, for: caller, with: rows)
    case .facts(let call):
      guard let state = state(of: call.program) else {
        return refuse(caller, Self.noProgram(call.program))
      }
      if let refusal = cannotWrite { return refuse(caller, refusal) }
      decide(call, in: state, request, for: caller, with: rows)
    case .work(let number):
      guard let state = programs.first(where: { $0.number == number }) else { return }
      resumeWork(of: state, with: rows)
    case .order(let order):
      if let refusal = cannotWrite { return refuse(caller, refusal) }
      decide(order, for: caller)
    case .command(let command):
      if let refusal = cannotWrite { return refuse(caller, refusal) }
      if let refusal = reservation(of: command) { return refuse(caller, refusal) }
      guard let state = state(of: command.program) ?? newProgram(command) else {
        return refuse(caller, Self.noProgram(command.program))
      }
      decide(command, in: state, request, for: caller, with: rows)
    }
  }

  /// Answers a question about the server; it stands at no program's position.
  private func decide(
    _ answer: (Survey) throws(Undecided) -> [UInt8], for caller: Caller
  ) {
    var now = figures.read()
    now.setAside = setAside.count
    do throws(Undecided) {
      let survey = Survey(programs: programs, figures: now, engine: self)
      reply(caller, .result(try answer(survey)), of: nil)
    } catch {
      guard case .refused(let refusal) = error else {
        preconditionFailure("a survey looks only at what is resident")
      }
      refuse(caller, refusal)
    }
  }

  /// Decides a parked request again, now that its rows are here.
  func resume(_ number: SetAsideNumber, _ found: Fetched) {
    guard let parked = setAside.take(number, found) else { return }
    if let failure = parked.rows.failure {
      if case .work(let program) = parked.request { return retryWork(of: program) }
      return refuse(
        parked.caller,
        Refusal(.unavailable, "Reading the store failed (\(failure)); run `laurel verify`."))
    }
    decide(parked.request, for: parked.caller, with: parked.rows)
  }

  /// Parks a request, unless what is parked holds too much already.
  func park(
    _ request: Request, _ caller: Caller, in state: ProgramState, rows: Fetched,
    learners: [LearnerNumber] = [], records: [Position] = [], cold: [ColdQuestion] = []
  ) {
    // A job's step holds nothing and is nobody's to send again.
    let hasRoom = setAside.bytes + caller.bytes <= configuration.queueBytesMax
    guard hasRoom || setAside.isEmpty || caller.bytes == 0 else {
      return refuse(
        caller, Refusal(.busy, "Too many calls wait for history; try again in a moment."))
    }
    let number = setAside.park(
      request, caller, program: state.number, rows: rows, awaiting: learners)
    var alsoKnown: [LearnerNumber: [LearnerNumber]] = [:]
    for learner in learners {
      let others = state.learners.alsoKnown(learner)
      if !others.isEmpty { alsoKnown[learner] = others }
    }
    unfetched.append(
      ReaderThread.Order(
        number: number, program: state.number,
        position: position(of: learners, records, in: state, isCold: !cold.isEmpty),
        learners: learners, alsoKnown: alsoKnown, records: records.sorted(), cold: cold))
    fetchDurable()
  }

  /// The position that the tables must have reached to hold some rows; what comes later is absorbed.
  private func position(
    of learners: [LearnerNumber], _ records: [Position], in state: ProgramState, isCold: Bool
  ) -> Position {
    guard !isCold else { return state.position }
    let latest = learners.lazy.map { state.learners[$0].lastPosition }.max() ?? .none
    return max(latest, records.max() ?? .none)
  }

  /// Sends out the fetches whose position is durable: the tables can not follow beyond the journal.
  func fetchDurable() {
    guard !unfetched.isEmpty else { return }
    unfetched.removeAll { order in
      guard durable[order.program, default: .none] >= order.position else { return false }
      readers.put(order)
      return true
    }
  }

  /// Says no, at once: nothing was read that could be newer than the disk.
  func refuse(_ caller: Caller, _ refusal: Refusal) {
    caller.door.deliver([
      Reply(token: caller.token, answer: .refused(refusal, isReplayed: false), head: nil)
    ])
  }

  static func noProgram(_ id: String) -> Refusal {
    Refusal(
      .notFound, field: "program",
      "There is no program \(id); `laurel program apply FILE` makes one.")
  }

  /// Why nothing can be written now; nil where it can.
  private var cannotWrite: Refusal? {
    if isStorageFull {
      return Refusal(
        .storageFull,
        "The disk, or the map of `laurel serve --map-gib`, is nearly full; make room there.")
    }
    if isFollowerFar {
      return Refusal(.busy, "The store is catching up; try again in a moment.")
    }
    return nil
  }

  /// The state of a program that a command is about to make.
  private func newProgram(_ command: Command) -> ProgramState? {
    guard command.createsProgram else { return nil }
    let state = ProgramState(number: nextNumber, hash: store.identitySecret)
    programs.append(state)
    return state
  }

  private func decide(
    _ query: Query, in state: ProgramState, _ request: Request, for caller: Caller,
    with rows: Fetched
  ) {
    let wall = configuration.clock()
    do throws(Undecided) {
      let sight = try query.admit?(state, wall) ?? .everything
      let view = Query.View(
        state: state, wall: wall, principal: state.knownPrincipal(query.note.principal),
        sight: sight, seesServer: query.seesServer, rows: rows,
        engine: self)
      let began = WallClock.monotonic()
      let answer = try query.answer(view)
      figures.answered(microseconds: WallClock.monotonic() - began)
      reply(caller, .result(answer), of: state)
    } catch {
      switch error {
      case .refused(let refusal):
        // Who asks for what is not there is told so and no more; who may not ask is noted.
        if refusal.isOfAuthority { note(refusal, query.note, in: state) }
        reply(caller, .refused(refusal, isReplayed: false), of: state)
      case .needs(let need): park(request, caller, in: state, rows: rows, for: need)
      }
    }
  }

  /// Notes a refusal for the audit.
  func note(_ refusal: Refusal, _ note: AuditedNote, in state: ProgramState) {
    store.vault.notes.refused(
      refusal.reason, note, of: state.number, at: configuration.clock())
  }

  private func decide(
    _ command: Command, in state: ProgramState, _ request: Request, for caller: Caller,
    with rows: Fetched
  ) {
    // A program that nothing was journaled of, refused or rehearsed, is none.
    defer { forgetIfEmpty(state) }
    let wall = configuration.clock()
    advance(state, wall: wall)
    do throws(Undecided) {
      // Before a replay: who may not call is not told what the call once came to.
      let sight = try command.admit?(state, wall) ?? .everything
      let principal = try principal(command.principal, in: state)
      let identity = keyIdentity(command, principal, state)
      if let identity, let used = try known(identity, in: state, rows),
        case .keyUsed(let key) = used.change
      {
        return replay(key, used.buffer, command, state, caller)
      }
      var rows = rows
      recomputeFirst(in: state, &rows)
      let decision = Command.Decision(
        state: state, wall: wall, principal: principal, sight: sight,
        ownFingerprint: command.fingerprint, rows: rows, engine: self)
      let start = state.position
      if let batch = command.partOf { try state.checkTakes(batch, from: principal, sight) }
      let answer = try answer(command, decision)
      if let batch = command.partOf { notePart(of: batch, since: start, facts: 0, in: state) }
      if let identity {
        let learner = decision.subject.learner
        try remember(
          command, identity, principal, answer, naming: learner, since: start, in: state)
      }
      finish(answer, state, caller)
    } catch {
      switch error {
      case .refused(let refusal):
        // A rehearsal, which has no key, is refused nothing but knowledge.
        if command.key != nil || refusal.isOfAuthority {
          note(
            refusal, AuditedNote(principal: command.principal, action: command.action), in: state)
        }
        reply(caller, .refused(refusal, isReplayed: false), of: state)
      case .needs(let need): park(request, caller, in: state, rows: rows, for: need)
      }
    }
  }

  /// What a command came to: an outcome, or a refusal that its key remembers.
  private enum Decided {
    case outcome([UInt8])
    case refusal(Refusal)
  }

  private func answer(_ command: Command, _ decision: borrowing Command.Decision)
    throws(Undecided) -> Decided
  {
    do throws(Undecided) {
      return .outcome(try command.decide(decision))
    } catch {
      if case .refused(let refusal) = error, command.remembersRefusal { return .refusal(refusal) }
      throw error
    }
  }

  private func finish(_ answer: Decided, _ state: ProgramState, _ caller: Caller) {
    switch answer {
    case .outcome(let bytes): reply(caller, .outcome(bytes, isReplayed: false), of: state)
    case .refusal(let refusal): reply(caller, .refused(refusal, isReplayed: false), of: state)
    }
  }

  private func replay(
    _ key: KeyChange, _ buffer: ChangeBuffer, _ command: Command, _ state: ProgramState,
    _ caller: Caller
  ) {
    guard !key.isSealed else {
      return reply(
        caller,
        .refused(
          Refusal(
            .unavailable, field: "idempotencyKey",
            "This key was used, and its command took effect once. What it answered can not be told "
              + "again: it named a learner whose key is gone."),
          isReplayed: true), of: state)
    }
    guard key.fingerprint == fingerprint(of: command, in: state) else {
      return reply(
        caller,
        .refused(
          Refusal(
            .idempotencyKeyReused, field: "idempotencyKey",
            "This key was used for another command; draw a new key for each click."),
          isReplayed: false), of: state)
    }
    let bytes = buffer.text.withBytes(key.answer) { [UInt8]($0) }
    let answer: Answer =
      key.isRefusal
      ? .refused(RememberedRefusal.decode(bytes), isReplayed: true)
      : .outcome(bytes, isReplayed: true)
    reply(caller, answer, of: state)
  }

  /// The command's digest under the program's own secret, which moves with the program's names.
  private func fingerprint(of command: Command, in state: ProgramState) -> Digest128 {
    fingerprint(command.fingerprint, in: state)
  }

  func fingerprint(_ fingerprint: Digest128, in state: ProgramState) -> Digest128 {
    store.vault.fingerprint(fingerprint, of: state.number)
  }

  private func keyIdentity(
    _ command: Command, _ principal: PrincipalNumber, _ state: ProgramState
  ) -> Digest128? {
    guard var key = command.key else { return nil }
    return key.withUTF8 {
      KeyIdentity.hash(
        secret: store.identitySecret, program: state.number, principal: principal,
        key: UnsafeRawBufferPointer($0))
    }
  }

  /// Journals a key with its answer, in the same block as what the command changed.
  private func remember(
    _ command: Command, _ identity: Digest128, _ principal: PrincipalNumber, _ answer: Decided,
    naming learner: LearnerNumber, since start: Position, in state: ProgramState
  ) throws(Undecided) {
    try commit(state) { buffer throws(Undecided) in
      let first = buffer.changes.count
      if principal.index > state.names.count(.principal) {
        buffer.changes.append(
          .named(
            NameChange(
              kind: .principal, number: principal.rawValue,
              text: buffer.text.append(command.principal))))
      }
      let action = name(of: command.action, in: state, &buffer)
      let records = state.position.rawValue - start.rawValue + UInt64(buffer.changes.count - first)
      var bytes: [UInt8]
      var isRefusal = false
      switch answer {
      case .outcome(let outcome): bytes = outcome
      case .refusal(let refusal):
        bytes = RememberedRefusal.encode(refusal)
        isRefusal = true
      }
      buffer.changes.append(
        .keyUsed(
          KeyChange(
            identity: identity, principal: principal, action: action,
            records: UInt32(clamping: records), key: buffer.text.append(command.key ?? ""),
            fingerprint: fingerprint(of: command, in: state), learner: learner,
            answer: bytes.withUnsafeBytes { buffer.text.append($0) }, isRefusal: isRefusal)))
    }
  }

  /// The number of a method; its first call gives it one.
  private func name(
    of action: String, in state: ProgramState, _ buffer: inout ChangeBuffer
  ) -> ActionNumber {
    guard !action.isEmpty else { return .none }
    if let known = state.names.number(.action, action) {
      return ActionNumber(rawValue: UInt16(known))
    }
    let number = ActionNumber(rawValue: UInt16(state.names.count(.action) + 1))
    buffer.changes.append(
      .named(
        NameChange(
          kind: .action, number: UInt32(number.rawValue), text: buffer.text.append(action))))
    return number
  }

  /// The number of who asks; a new one gets its name with the first command that changes something.
  private func principal(_ name: String, in state: ProgramState) throws(Undecided)
    -> PrincipalNumber
  {
    let known = state.names.number(.principal, name)
    return PrincipalNumber(
      rawValue: known ?? UInt32(state.names.count(.principal) + 1))
  }

  /// Drops the state of a program whose first command changed nothing.
  private func forgetIfEmpty(_ state: ProgramState) {
    if state.position.isNone, state.version == 0 {
      programs.removeAll { $0 === state }
    }
  }

  func park(
    _ request: Request, _ caller: Caller, in state: ProgramState, rows: Fetched, for need: Need
  ) {
    switch need {
    case .histories(let learners):
      park(request, caller, in: state, rows: rows, learners: learners)
    case .record(let position):
      park(request, caller, in: state, rows: rows, records: [position])
    case .cold(let question): park(request, caller, in: state, rows: rows, cold: [question])
    }
  }
}

extension ProgramState {
  /// The number of who asks; none for who never changed anything here.
  func knownPrincipal(_ name: String) -> PrincipalNumber {
    PrincipalNumber(rawValue: name.isEmpty ? 0 : names.number(.principal, name) ?? 0)
  }
}

extension Refusal {
  /// Whether it is because of who asks.
  fileprivate var isOfAuthority: Bool {
    switch reason {
    case .forbidden, .unauthenticated, .personRequired: true
    default: false
    }
  }
}
