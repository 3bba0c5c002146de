import API
import Engine
import Incentives
import JSONRPC

// The engine's contexts are what the methods of API decide and answer with.

extension EngineCommand.Decision: CommandContext {}
extension EngineQuery.View: QueryContext {}

/// Turns calls into what the engine takes: parameters are read here, once, at the edge.
enum EngineCalls {
  /// A command with its key and fingerprint, or why the caller may not give it.
  static func command<Method: CommandMethod>(
    _ method: Method.Type, _ params: JSONValue?, by caller: Caller
  ) throws(ParameterError) -> Result<EngineCommand, Refusal> {
    var fields = try Fields(params)
    let call = try Method(&fields)
    var key: String?
    if call.isDryRun {
      // A dry run changes nothing, so that its key is no key.
      _ = fields.optionalValue("idempotencyKey")
    } else {
      key = try fields.idempotencyKey()
    }
    let batch = Method.takesBatch ? try fields.optionalBatch() : nil
    try fields.finish()
    if let refusal = refusal(of: call, by: caller) { return .failure(refusal) }
    let fingerprint = CanonicalForm.fingerprint(of: params, method: Method.card)
    return .success(
      EngineCommand(
        program: call.program, createsProgram: Method.createsProgram, principal: caller.principal,
        action: Method.card.name, admit: admission(of: call, by: caller), key: key,
        fingerprint: fingerprint, remembersRefusal: Method.remembersRefusal, partOf: batch,
        decide: { decision throws(Undecided) in try call.decide(decision) }))
  }

  /// What can be said at the edge; a person's roles are known only where the program's state is.
  private static func refusal(of call: some CommandMethod, by caller: Caller) -> Refusal? {
    if let refusal = caller.refusal(ofSource: call.reportedSource) { return refusal }
    guard caller.person == nil else { return nil }
    if let refusal = call.refusal(for: caller.roles) { return refusal }
    return call.needsPerson ? Caller.personRequired(for: type(of: call).card) : nil
  }

  private static func admission(of call: some QueryMethod, by caller: Caller) -> Admission? {
    guard let key = caller.person else { return nil }
    return { state, wall throws(Undecided) in try call.admit(key, in: state, wall: wall).sight }
  }

  private static func admission(of call: some CommandMethod, by caller: Caller) -> Admission? {
    guard let key = caller.person else { return nil }
    return { state, wall throws(Undecided) in
      let authority = try call.admit(key, in: state, wall: wall)
      if let refusal = call.refusal(for: authority.roles) { throw .refused(refusal) }
      return authority.sight
    }
  }

  /// Who may record facts: nobody needs to be asked but a person.
  static func admissionOfFacts(by caller: Caller) -> Admission? {
    guard let key = caller.person else { return nil }
    return { state, wall throws(Undecided) in
      let authority = try state.authority(of: key, wall: wall)
      if let refusal = RecordFacts.card.refusal(for: authority.roles) { throw .refused(refusal) }
      return authority.sight
    }
  }

  /// A question about one program.
  static func query<Method: QueryMethod>(
    _ method: Method.Type, _ params: JSONValue?, by caller: Caller
  ) throws(ParameterError) -> EngineQuery {
    var fields = try Fields(params)
    let call = try Method(&fields)
    try fields.finish()
    return EngineQuery(
      program: call.program, note: caller.note(of: Method.card),
      seesServer: caller.program == nil, admit: admission(of: call, by: caller),
      answer: { view throws(Undecided) in try call.answer(view) })
  }
}
