import API
import Engine
import Incentives
import JSONRPC

// The engine's contexts are what the methods of API decide and answer with.

extension EngineCommand.Decision: CommandContext {}
extension EngineQuery.View: QueryContext {}

/// Turns calls into what the engine takes: parameters are read here, once, at the edge.
enum EngineCalls {
  /// A command with its key and fingerprint.
  static func command<Method: CommandMethod>(
    _ method: Method.Type, _ params: JSONValue?, by principal: String, hashedBy hash: KeyedHash
  ) throws(ParameterError) -> EngineCommand {
    var fields = try Fields(params)
    let call = try Method(&fields)
    var key: String?
    if call.isDryRun {
      // A dry run changes nothing, so that its key is no key.
      _ = fields.optionalValue("idempotencyKey")
    } else {
      key = try fields.idempotencyKey()
    }
    try fields.finish()
    return EngineCommand(
      program: call.program, createsProgram: Method.createsProgram, principal: principal, key: key,
      fingerprint: CanonicalForm.fingerprint(of: params, method: Method.card, hashedBy: hash),
      decide: { decision throws(Undecided) in try call.decide(decision) })
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
