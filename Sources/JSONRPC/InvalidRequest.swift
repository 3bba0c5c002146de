/// Why a value is not a request, and the id its answer echoes.
public struct InvalidRequest: Error, Equatable, Sendable {
  /// The stable words for what is wrong.
  public enum Reason: String, Sendable {
    case notAnObject = "not_an_object"
    case version
    case method
    case params
    case id
    case duplicateMember = "duplicate_member"
    case emptyBatch = "empty_batch"
    case batchTooLarge = "batch_too_large"
  }

  /// What is wrong.
  public let reason: Reason

  /// The request's id when it could be read, else null.
  public let id: RequestID

  init(_ reason: Reason, id: RequestID) {
    self.reason = reason
    self.id = id
  }

  /// What to do about it, as one sentence.
  public var advice: String {
    switch reason {
    case .notAnObject: "Send an object, or an array of objects."
    case .version: "Set jsonrpc to the string 2.0."
    case .method: "Set method to the method's name as a string."
    case .params: "Send params as an object, or leave them out."
    case .id: "Send the id as a string or a number."
    case .duplicateMember: "Send jsonrpc, method, params and id once each."
    case .emptyBatch: "Put at least one request into a batch."
    case .batchTooLarge: "Put at most \(Limits.batchCount) requests into a batch."
    }
  }
}
