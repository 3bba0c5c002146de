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
    if let refusal = call.refusal(for: caller.roles) { return .failure(refusal) }
    let fingerprint = CanonicalForm.fingerprint(of: params, method: Method.card)
    return .success(
      EngineCommand(
        program: call.program, createsProgram: Method.createsProgram, principal: caller.principal,
        key: key, fingerprint: fingerprint, partOf: batch,
        decide: { decision throws(Undecided) in try call.decide(decision) }))
  }

  /// A question about one program.
  static func query<Method: QueryMethod>(
    _ method: Method.Type, _ params: JSONValue?
  ) throws(ParameterError) -> EngineQuery {
    var fields = try Fields(params)
    let call = try Method(&fields)
    try fields.finish()
    return EngineQuery(
      program: call.program, answer: { view throws(Undecided) in try call.answer(view) })
  }
}
