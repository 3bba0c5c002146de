import API
import Engine
import Incentives
import JSONRPC
import Ledger
import NIOPosix

/// The server's own methods, answered at the edge, and who may call at all.
extension Connection {
  /// Answers a method of the server itself.
  func answer(
    _ method: MethodTable.ServerMethod, _ params: JSONValue?, by caller: Caller,
    at place: CallPlace
  ) throws(ParameterError) {
    let (figures, store, services) = (edge.figures, edge.engine.store, edge.services)
    switch method {
    case .authenticate: break
    case .verify:
      let question = try VerifyStore(params).question
      work(at: place) { VerifyStore.result(try services.verify(store, question)) }
    case .backup:
      let directory = try BackUpStore(params).directory
      work(at: place) { BackUpStore.result(try services.backup(store, directory)) }
    case .createKey, .listKeys, .revokeKey:
      try answerAtDesk(method, params, by: caller, at: place)
    case .cloneProgram:
      let (engine, call) = (edge.engine, try CloneProgram(params))
      let asked = Engine.RehearsalCall(
        program: call.program, principal: caller.principal, key: call.idempotencyKey)
      work(at: place) {
        let made = try engine.rehearse(asked, as: call.id)
        return call.result(made.rehearsal, isReplayed: made.isReplayed)
      }
    case .dropProgram:
      let (engine, keys, call) = (edge.engine, edge.keysInUse, try DropProgram(params))
      let asked = Engine.RehearsalCall(
        program: call.program, principal: caller.principal, key: call.idempotencyKey)
      work(at: place) {
        let gone = try engine.drop(asked)
        // Nobody goes on under a key of the program, even if another gets its id.
        keys.revoked()
        return call.result(isReplayed: gone.isReplayed)
      }
    case .health, .stats, .programs, .discover:
      try Fields(params).finish()
      switch method {
      case .health: survey(at: place) { _ in CheckHealth.result }
      case .stats: survey(at: place) { figures.stats($0).result }
      case .programs: listPrograms(of: caller, at: place)
      default: discover(at: place)
      }
    }
  }

  private func answerAtDesk(
    _ method: MethodTable.ServerMethod, _ params: JSONValue?, by caller: Caller,
    at place: CallPlace
  ) throws(ParameterError) {
    let desk = KeyDesk(
      vault: edge.engine.store.vault, keysInUse: edge.keysInUse, principal: caller.principal)
    let work: @Sendable (ProgramNames) throws -> [UInt8]
    var look: @Sendable (Survey) throws(Undecided) -> Void = { _ in }
    switch method {
    case .createKey:
      let call = try CreateKey(params)
      work = { try desk.create(call, in: $0) }
      look = { survey throws(Undecided) in try KeyDesk.check(call, survey) }
    case .revokeKey:
      let call = try RevokeKey(params)
      work = { _ in try desk.revoke(call) }
    default:
      try Fields(params).finish()
      let ends = EndedKeys()
      look = { survey throws(Undecided) in ends.note(survey) }
      work = { try desk.list(in: $0, ends) }
    }
    survey(at: place, form: .deskWork(work)) { [look] survey throws(Undecided) in
      try look(survey)
      return ProgramNames(survey).bytes
    }
  }

  private func listPrograms(of caller: Caller, at place: CallPlace) {
    let (program, person, store) = (caller.program, caller.person, edge.engine.store)
    survey(at: place) { survey throws(Undecided) in
      let visible = survey.programs.filter { program == nil || $0.definition.id == program }
      if let person, let state = visible.first {
        let authority = try state.authority(of: person, wall: WallClock.now())
        if let refusal = ListPrograms.card.refusal(for: authority.roles) { throw .refused(refusal) }
      }
      return ListPrograms.result(visible, rehearsalOf: survey.rehearsalOf) { number in
        let head = store.journal.head(of: number)
        return (head.position, head.hash.description)
      }
    }
  }

  /// Gives the document, unless much is owed already: anybody may ask for it, and it is long.
  private func discover(at place: CallPlace) {
    guard unsentBytes <= edge.limits.documentOutputBytesMax else {
      return refuse(
        Refusal(.busy, "Read the answers that are waiting; then ask again."), at: place)
    }
    guard let id = place.id else { return }
    write(to: place.batch) { $0.reply(to: id, result: OpenRPCDocument.text, in: nil) }
  }

  private func survey(
    at place: CallPlace, form: PendingReply.Form = .result(withHead: false),
    _ answer: @escaping @Sendable (Survey) throws(Undecided) -> [UInt8]
  ) {
    submit(.survey(answer), form: form, at: place)
  }

  private func work(at place: CallPlace, _ body: @escaping @Sendable () throws -> [UInt8]) {
    guard let awaited = awaiting(.result(withHead: false), at: place) else { return }
    began(awaited.form)
    edge.work(on: edge.workers.services, for: awaited, body)
  }

  // MARK: Authentication

  /// Compares the key, then asks the engine which program its number means.
  func authenticate(_ call: Authenticate, at place: CallPlace) {
    let revocations = edge.keysInUse.revocations
    let found: (id: APIKeyID, record: APIKeyRecord)?
    do {
      found = try APIKey(call.key).flatMap { key in
        try edge.engine.store.vault.authenticate(key).map { (key.id, $0) }
      }
    } catch {
      return refuse(Self.unreadable(error), at: place)
    }
    guard let found else { return refuse(Caller.wrongKey, of: Authenticate.card, at: place) }
    let key = PresentedKey(id: found.id, record: found.record, revocations: revocations)
    survey(at: place, form: .authentication(key)) { survey throws(Undecided) in
      let roles = try key.roles(in: survey)
      return withUnsafeBytes(of: roles.rawValue.littleEndian) { Array($0) }
        + ProgramNames(survey).bytes
    }
  }

  /// Makes a caller of somebody whose key is good.
  func finishAuthentication(
    _ awaited: PendingReply, _ presented: PresentedKey, found bytes: [UInt8]
  ) {
    let record = presented.record
    let roles = Roles(rawValue: bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
    let programs = ProgramNames(Array(bytes.dropFirst(4)))
    let isWhole = record.program == .server
    // A key for a program that is not there opens nothing.
    guard let program = isWhole ? "" : programs.id(of: record.program) else {
      return answer(awaited, refused: Caller.wrongKey, isReplayed: false)
    }
    let caller = Caller(
      principal: record.principal, program: isWhole ? nil : program,
      programNumber: record.program, roles: roles,
      person: presented.person, sources: presented.sources,
      key: edge.keysInUse.use(of: presented.id))
    speaks(caller, seen: presented.revocations)
    let result = Authenticate.result(
      principal: caller.principal, program: caller.program, roles: caller.roles)
    end(awaited) { writer, id in writer.reply(to: id, result: result, in: nil) }
  }

  /// Why nobody can be believed now; nil where the caller's key is as good as it was, or is dropped.
  ///
  /// Looks at the vault only when some key was revoked since it last did.
  func lookAtKey() -> Refusal? {
    let revocations = edge.keysInUse.revocations
    guard let key = caller?.key?.key, revocations != seenRevocations else { return nil }
    do {
      let record = try edge.engine.store.vault.apiKey(key)
      speaks(record?.revoked == nil && record != nil ? caller : nil, seen: revocations)
      return nil
    } catch {
      return Self.unreadable(error)
    }
  }

  private static func unreadable(_ error: any Error) -> Refusal {
    Refusal(.unavailable, "Keys can not be read now: \(error).")
  }
}
