import API
import Engine
import Incentives
import JSONRPC

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

  /// Writes the answer to a question, or goes on with it.
  func answer(_ awaited: PendingReply, result: [UInt8], in envelope: Envelope?) {
    switch awaited.form {
    case .authentication(let key):
      finishAuthentication(awaited, key, found: result)
    case .deskWork(let work):
      edge.work(on: edge.workers.keys, for: awaited.written(as: .result(withHead: false))) {
        try work(ProgramNames(result))
      }
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
    if case .authentication(let key) = awaited.form {
      edge.engine.store.vault.notes.refused(
        refusal.reason,
        AuditedNote(principal: key.record.principal, action: Authenticate.card.name),
        of: key.record.program, at: WallClock.now())
    }
    end(awaited) { writer, id in writer.reply(to: id, refused: refusal, isReplayed: isReplayed) }
  }
}
