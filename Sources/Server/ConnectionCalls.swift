import API
import Engine
import Incentives
import JSONRPC

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
      if let refusal = lookAtKey() ?? refusal(of: entry.card) {
        return refuse(refusal, of: entry.card, at: place)
      }
      guard let caller = caller ?? (entry.card.roles.isEmpty ? Caller.nobody : nil) else { return }
      switch entry.route {
      case .facts:
        record(try edge.factReader.read(call.params), by: caller, entry.card, at: place)
      case .command(let method):
        switch try EngineCalls.command(method, call.params, by: caller) {
        case .success(let command):
          submit(
            .command(command), program: command.program, of: entry.card, by: caller,
            form: .outcome, at: place)
        case .failure(let refusal): refuse(refusal, of: entry.card, at: place)
        }
      case .query(let method):
        let query = try EngineCalls.query(method, call.params, by: caller)
        submit(
          .query(query), program: query.program, of: entry.card, by: caller,
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

  private func record(
    _ facts: FactsRequest, by caller: Caller, _ card: MethodCard, at place: CallPlace
  ) {
    let batch = facts.batch
    if let refusal = caller.refusal(ofSourcesIn: batch) {
      return refuse(refusal, of: card, at: place)
    }
    let bytes = batch.facts.count * MemoryLayout<FactInput>.stride + batch.text.bytes.count
    submit(
      .facts(
        FactsCall(
          program: facts.program, batch: batch, isAtomic: facts.isAtomic,
          note: caller.note(of: card), partOf: facts.partOf,
          admit: EngineCalls.admissionOfFacts(by: caller))),
      program: facts.program, of: card, by: caller, form: .outcome,
      at: CallPlace(id: place.id, bytes: bytes, batch: place.batch))
  }

  private func submit(
    _ request: EngineRequest, program: String, of card: MethodCard, by caller: Caller,
    form: PendingReply.Form, at place: CallPlace
  ) {
    if let refusal = caller.refusal(ofProgram: program) {
      return refuse(refusal, of: card, at: place)
    }
    submit(request, form: form, at: place)
  }

  /// Hands a request to the engine.
  func submit(_ request: EngineRequest, form: PendingReply.Form, at place: CallPlace) {
    // What a request holds beside the bytes of its frame: closures, arrays, the pending reply.
    let overhead = 256
    guard let awaited = awaiting(form, at: place) else { return }
    guard edge.submit(request, bytes: place.bytes + overhead, for: awaited) else {
      awaited.key?.leavePlace()
      return refuse(
        Refusal(.busy, "The server's queue is full; try again in a moment."), at: place)
    }
    began(form)
  }

  /// A call with its place in its key's use; nil, and refused, where there is none left.
  func awaiting(_ form: PendingReply.Form, at place: CallPlace) -> PendingReply? {
    let (key, max) = (caller?.key, edge.limits.inFlightMax)
    guard key?.takePlace(of: max) ?? true else {
      refuse(
        Refusal(.busy, "This key has \(max) calls in flight; await answers, then call again."),
        at: place)
      return nil
    }
    return PendingReply(
      connection: self, id: place.id, form: form, batch: place.batch, key: key)
  }

  /// Says no to who may not, and notes it for the audit.
  func refuse(_ refusal: Refusal, of card: MethodCard, at place: CallPlace) {
    let who = caller ?? .nobody
    edge.engine.store.vault.notes.refused(
      refusal.reason, who.note(of: card), of: who.programNumber, at: WallClock.now())
    refuse(refusal, at: place)
  }

  /// Says no at once.
  func refuse(_ refusal: Refusal, at place: CallPlace) {
    edge.figures.refused()
    guard let id = place.id else { return }
    write(to: place.batch) { $0.reply(to: id, refused: refusal) }
  }
}
