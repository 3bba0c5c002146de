import Incentives
import JSONRPC

/// `job.list`: long work that is under way in a program.
public struct ListJobs: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "job.list", "Lists long work that is under way.", params: [.program],
    result: [
      .required(
        "jobs",
        .list(
          .object([
            .required("job", .count, "Its number."),
            .required(
              "kind", .word(["close_period", "reverse_batch", "recompute", "expire_lot"]),
              "What it does."),
            .optional("period", .period, "The period it closes, or the term whose lot expires."),
            .optional("batch", .batch, "The batch it takes back."),
            .required(
              "cursor", .count, "How many places it has written; or the learner it came to."),
            .optional("of", .count, "The last learner it will come to."),
          ]), max: .max), "The jobs that run."),
      .required("due", .boolean, "Whether there is work at all, begun or not."),
      .optional(
        "rehearsing",
        .object([
          .required("program", .identifier, "The copy."),
          .required("copied", .count, "How many records it has."),
          .required("through", .count, "How many it will have."),
        ]), "A copy of the program that is being made (`program.clone`)."),
    ], roles: [.read, .admin])

  /// The program's id.
  public let program: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
  }

  /// Periods are everybody's; who sees some cohorts only is shown their own batches.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Lists the jobs.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    return jsonObject { writer in
      writer.array("jobs") { writer in
        for job in state.jobs
        where state.batch(job.batch)?.isSeen(by: context.principal, context.sight) ?? true {
          writer.object { writer in
            writer.member("job", job.number)
            switch job.kind {
            case .closePeriod:
              writer.member("kind", "close_period")
              writer.member("period", state.text(of: job.period))
            case .reverseBatch:
              writer.member("kind", "reverse_batch")
              writer.member("batch", job.batch.description)
            case .recompute: writer.member("kind", "recompute")
            case .expireLot:
              writer.member("kind", "expire_lot")
              writer.member("period", state.text(of: job.period))
            }
            writer.member("cursor", job.cursor)
            if job.kind == .recompute, let end = state.lastLearnerToRecompute {
              writer.member("of", end)
            }
          }
        }
      }
      writer.member("due", state.hasWork)
      if let progress = context.rehearsing {
        writer.object("rehearsing") { writer in
          writer.member("program", progress.rehearsal.id)
          writer.member("copied", Int(progress.copied))
          writer.member("through", Int(progress.rehearsal.through.rawValue))
        }
      }
    }
  }
}
