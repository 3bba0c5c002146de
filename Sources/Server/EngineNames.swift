import Engine

// The engine's words that JSON-RPC has as well, under names that can not be mixed up.

/// What an edge asks of the engine.
typealias EngineRequest = Request
/// What the engine answers.
typealias EngineReply = Reply
/// A command for the engine.
typealias EngineCommand = Command
/// A question for the engine.
typealias EngineQuery = Query
