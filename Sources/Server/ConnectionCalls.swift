import API
import Engine
import Incentives
import JSONRPC
import Ledger
import NIOCore

/// Calls: looked up, allowed, read, handed on.
extension Connection {
  /// Takes one call.
  func take(_ call: Call, bytes: Int, batch: BatchReply?) {
    guard let entry = MethodTable.entry(named: call.method) else {
      let error = ErrorObject.methodNotFound(advice: MethodTable.advice(for: call.method))
      guard let id = call.id else { return }
      return write(to: batch) { $0.reply(to: id, error: error) }
    }
    let place = CallPlace(id: call.id, bytes: bytes, batch: batch)
    do throws(ParameterError) {
      if case .server(.authenticate) = entry.route {
        return authenticate(try Authenticate(call.params), at: place)
      }
      if let refusal = refusal(of: entry.card) { return refuse(refusal, at: place) }
      guard let caller = caller ?? (entry.card.roles.isEmpty ? Caller.nobody : nil) else { return }
      switch entry.route {
      case .facts: record(try edge.factReader.read(call.params), by: caller, at: place)
      case .command(let method):
        let command = try EngineCalls.command(
          method, call.params, by: caller.principal, hashedBy: edge.engine.store.identitySecret)
        submit(.command(command), program: command.program, by: caller, form: .outcome, at: place)
      case .query(let method):
        let query = try EngineCalls.query(method, call.params)
        submit(
          .query(query), program: query.program, by: caller,
          form: .result(withHead: entry.card.showsHead), at: place)
      case .server(let method): try answer(method, call.params, by: caller, at: place)
      }
    } catch {
      edge.figures.refused()
      if let id = call.id { write(to: batch) { $0.reply(to: id, malformed: error) } }
    }
  }

  /// What is known of a call beside its method and parameters.
  struct CallPlace {
    let id: RequestID?
    let bytes: Int
    let batch: BatchReply?
  }

  private func refusal(of card: MethodCard) -> Refusal? {
    if card.roles.isEmpty { return nil }
    guard let caller else { return Caller.unauthenticated }
    return caller.refusal(of: card)
  }

  private func record(_ facts: FactsRequest, by caller: Caller, at place: CallPlace) {
    let batch = facts.batch
    let bytes = batch.facts.count * MemoryLayout<FactInput>.stride + batch.text.bytes.count
    submit(
      .facts(FactsCall(program: facts.program, batch: batch, isAtomic: facts.isAtomic)),
      program: facts.program, by: caller, form: .outcome,
      at: CallPlace(id: place.id, bytes: bytes, batch: place.batch))
  }

  private func submit(
    _ request: EngineRequest, program: String, by caller: Caller, form: PendingReply.Form,
    at place: CallPlace
  ) {
    if let refusal = caller.refusal(ofProgram: program) { return refuse(refusal, at: place) }
    submit(request, form: form, at: place)
  }

  private func submit(_ request: EngineRequest, form: PendingReply.Form, at place: CallPlace) {
    // What a request holds beside the bytes of its frame: closures, arrays, the pending reply.
    let overhead = 256
    let reply = PendingReply(connection: self, id: place.id, form: form, batch: place.batch)
    guard edge.submit(request, bytes: place.bytes + overhead, for: reply) else {
      return refuse(
        Refusal(.busy, "The server's queue is full; try again in a moment."), at: place)
    }
    began()
  }

  private func refuse(_ refusal: Refusal, at place: CallPlace) {
    edge.figures.refused()
    guard let id = place.id else { return }
    write(to: place.batch) { $0.reply(to: id, refused: refusal) }
  }

  // MARK: The server's own methods

  private func answer(
    _ method: MethodTable.ServerMethod, _ params: JSONValue?, by caller: Caller,
    at place: CallPlace
  ) throws(ParameterError) {
    let (figures, store, services) = (edge.figures, edge.engine.store, edge.services)
    let keys = KeyDesk(vault: store.vault)
    switch method {
    case .authenticate: break
    case .verify:
      let judgesRules = try VerifyStore(params).judgesRules
      work(at: place) { VerifyStore.result(try services.verify(store, judgesRules)) }
    case .backup:
      let directory = try BackUpStore(params).directory
      work(at: place) { BackUpStore.result(try services.backup(store, directory)) }
    case .createKey:
      let call = try CreateKey(params)
      survey(at: place) { survey throws(Undecided) in try keys.create(call, survey) }
    case .listKeys:
      try Fields(params).finish()
      survey(at: place) { survey throws(Undecided) in try keys.list(survey) }
    case .revokeKey:
      let call = try RevokeKey(params)
      survey(at: place) { _ throws(Undecided) in try keys.revoke(call) }
    case .health, .stats, .programs, .discover:
      try Fields(params).finish()
      switch method {
      case .health: survey(at: place) { _ in CheckHealth.result }
      case .stats: survey(at: place) { figures.stats($0).result }
      case .programs:
        let program = caller.program
        survey(at: place) { survey in
          let visible = survey.programs.filter { program == nil || $0.definition.id == program }
          return ListPrograms.result(visible) { number in
            let head = store.journal.head(of: number)
            return (head.position, head.hash.description)
          }
        }
      default:
        guard let id = place.id else { return }
        write(to: place.batch) { $0.reply(to: id, result: OpenRPCDocument.text, in: nil) }
      }
    }
  }

  private func survey(
    at place: CallPlace, _ answer: @escaping @Sendable (Survey) throws(Undecided) -> [UInt8]
  ) {
    submit(.survey(answer), form: .result(withHead: false), at: place)
  }

  private func work(at place: CallPlace, _ body: @escaping @Sendable () throws -> [UInt8]) {
    began()
    edge.work(
      for: PendingReply(
        connection: self, id: place.id, form: .result(withHead: false), batch: place.batch), body)
  }

  // MARK: Authentication

  /// Compares the key, then asks the engine which program its number means.
  private func authenticate(_ call: Authenticate, at place: CallPlace) {
    let found: APIKeyRecord?
    do {
      found = try APIKey(call.key).flatMap { try edge.engine.store.vault.authenticate($0) }
    } catch {
      return refuse(Refusal(.unavailable, "Keys can not be read now: \(error)."), at: place)
    }
    guard let record = found else { return refuse(Caller.wrongKey, at: place) }
    submit(
      .survey { survey in
        let program = survey.programs.first { $0.number == record.program }
        return Array((program?.definition.id ?? "").utf8)
      }, form: .authentication(record), at: place)
  }
}

/// Answers: what the engine said, in the words of the wire.
extension Connection {
  /// Writes what the engine answered to a call.
  func answer(_ awaited: PendingReply, _ reply: EngineReply, in envelope: Envelope?) {
    switch reply.answer {
    case .facts(let answer):
      end(awaited) { writer, id in writer.reply(to: id, facts: answer, in: envelope) }
    case .outcome(let outcome, let isReplayed):
      end(awaited) { writer, id in
        writer.reply(to: id, outcome: outcome, isReplayed: isReplayed, in: envelope)
      }
    case .result(let result): answer(awaited, result: result, in: envelope)
    case .refused(let refusal, let isReplayed):
      answer(awaited, refused: refusal, isReplayed: isReplayed)
    }
  }

  /// Writes the answer to a question.
  func answer(_ awaited: PendingReply, result: [UInt8], in envelope: Envelope?) {
    switch awaited.form {
    case .authentication(let record): finishAuthentication(awaited, record, program: result)
    case .outcome: end(awaited) { writer, id in writer.reply(to: id, result: result, in: nil) }
    case .result(let withHead):
      end(awaited) { writer, id in
        writer.reply(to: id, result: result, in: envelope, withHead: withHead)
      }
    }
  }

  /// Writes a refusal.
  func answer(_ awaited: PendingReply, refused refusal: Refusal, isReplayed: Bool) {
    edge.figures.refused()
    end(awaited) { writer, id in writer.reply(to: id, refused: refusal, isReplayed: isReplayed) }
  }

  private func finishAuthentication(
    _ awaited: PendingReply, _ record: APIKeyRecord, program: [UInt8]
  ) {
    let id = String(decoding: program, as: UTF8.self)
    // A key for a program that is not there opens nothing.
    guard record.program == .server || !id.isEmpty else {
      return answer(awaited, refused: Caller.wrongKey, isReplayed: false)
    }
    let caller = Caller(
      principal: record.name, program: record.program == .server ? nil : id,
      roles: Roles(rawValue: record.roles))
    authenticated(as: caller)
    let result = Authenticate.result(
      principal: caller.principal, program: caller.program, roles: caller.roles)
    end(awaited) { writer, id in writer.reply(to: id, result: result, in: nil) }
  }
}
