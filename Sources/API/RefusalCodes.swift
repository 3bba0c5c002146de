import Incentives
import JSONRPC

/// The one table that maps a refusal's reason to its codes: JSON-RPC, HTTP and command line.
///
/// A code is never reused and never changes its meaning; clients act on the reason's word first. The
/// exit codes: 1 the rules said no, 2 the server failed, 3 somebody has to look after it.
public struct RefusalCodes: Hashable, Sendable {
  /// The `code` of the JSON-RPC error.
  public let rpc: ErrorCode
  /// The status of an HTTP answer.
  public let httpStatus: Int
  /// The exit code of the command line.
  public let exitCode: Int32

  private init(_ rpc: Int32, _ httpStatus: Int, _ exitCode: Int32) {
    self.rpc = ErrorCode(rawValue: rpc)
    self.httpStatus = httpStatus
    self.exitCode = exitCode
  }

  /// The codes of a reason.
  public init(of reason: RefusalReason) {
    switch reason {
    case .invalid: self.init(-32602, 400, 1)
    case .notFound: self.init(-32001, 404, 1)
    case .factConflict: self.init(-32002, 409, 1)
    case .factInFuture: self.init(-32003, 422, 1)
    case .amountTooLarge: self.init(-32004, 422, 1)
    case .alreadyReversed: self.init(-32005, 409, 1)
    case .idempotencyKeyReused: self.init(-32006, 422, 1)
    case .notAtomic: self.init(-32007, 409, 1)
    case .recomputeRequired: self.init(-32008, 409, 1)
    case .clockNotManual: self.init(-32009, 409, 1)
    case .limitReached: self.init(-32010, 422, 1)
    case .busy: self.init(-32011, 429, 3)
    case .storageFull: self.init(-32012, 507, 3)
    case .epochChanged: self.init(-32013, 409, 1)
    case .unauthenticated: self.init(-32014, 401, 1)
    case .forbidden: self.init(-32015, 403, 1)
    case .unavailable: self.init(-32016, 503, 2)
    case .insufficientPoints: self.init(-32045, 422, 1)
    case .overBudget: self.init(-32046, 422, 1)
    case .alreadyOpened: self.init(-32047, 409, 1)
    case .termFrozen: self.init(-32050, 409, 1)
    case .numberTaken: self.init(-32080, 409, 1)
    case .personRequired: self.init(-32040, 403, 1)
    case .hasRehearsal: self.init(-32083, 409, 1)
    case .sameSigner: self.init(-32070, 409, 1)
    case .tieNeedsTime: self.init(-32090, 409, 1)
    case .alreadyDecided: self.init(-32091, 409, 1)
    case .alreadyNominated: self.init(-32092, 409, 1)
    case .overQuota: self.init(-32093, 422, 1)
    }
  }

  /// The exit code of a command that a server answered with an error; nil for the protocol's own codes.
  public static func exitCode(of code: ErrorCode) -> Int32? {
    reason(of: code).map { RefusalCodes(of: $0).exitCode }
  }

  /// The reason a server's error code stands for; nil for the protocol's own codes.
  public static func reason(of code: ErrorCode) -> RefusalReason? {
    RefusalReason.allCases.first { RefusalCodes(of: $0).rpc == code }
  }
}

extension Refusal {
  /// How long a caller that was told `busy` should wait before it tries again, in milliseconds.
  public static let retryAfterMilliseconds: Int64 = 250

  /// The refusal as a JSON-RPC error, without what a reply adds to its data.
  public var errorObject: ErrorObject {
    ErrorObject(
      code: RefusalCodes(of: reason).rpc, message: Refusal.message(of: reason),
      reason: reason.rawValue, field: field.isEmpty ? nil : field,
      advice: advice.isEmpty ? nil : advice)
  }

  /// One short sentence for people; the advice says what to do.
  static func message(of reason: RefusalReason) -> String {
    switch reason {
    case .invalid: "Invalid params"
    case .notFound: "Not found"
    case .factConflict: "The identity was recorded with other content"
    case .factInFuture: "The fact lies ahead"
    case .amountTooLarge: "The amount is too large"
    case .alreadyReversed: "The fact was reversed before"
    case .idempotencyKeyReused: "The idempotency key was used for another command"
    case .notAtomic: "Another item of the call was refused"
    case .recomputeRequired: "This would change the past"
    case .termFrozen: "The term is frozen"
    case .clockNotManual: "The clock can not be set so"
    case .limitReached: "A limit is reached"
    case .busy: "The server is busy"
    case .storageFull: "The disk is nearly full"
    case .unavailable: "Unavailable now"
    case .epochChanged: "The store was restored"
    case .unauthenticated: "Authenticate first"
    case .forbidden: "The key may not do this"
    case .insufficientPoints: "There are not so many points"
    case .alreadyOpened: "The learner has an opening balance already"
    case .overBudget: "The week's budget of grants has not so much left"
    case .numberTaken: "Another learner has this number"
    case .personRequired: "A person must do this"
    case .hasRehearsal: "A rehearsal stands in the way"
    case .sameSigner: "Another person must do this"
    case .tieNeedsTime: "A tie is decided by time, and there is only a date"
    case .alreadyDecided: "It was decided before"
    case .alreadyNominated: "The work was nominated before"
    case .overQuota: "The week's quota is used up"
    }
  }
}

extension JSONWriter {
  /// Writes the error reply of a refusal; one that a key remembers says so.
  public mutating func reply(to id: RequestID, refused refusal: Refusal, isReplayed: Bool = false) {
    guard isReplayed || refusal.reason == .busy else {
      return reply(to: id, error: refusal.errorObject)
    }
    reply(to: id, error: refusal.errorObject) { data in
      if isReplayed { data.member("replayed", true) }
      if refusal.reason == .busy { data.member("retryAfter", Refusal.retryAfterMilliseconds) }
    }
  }
}
