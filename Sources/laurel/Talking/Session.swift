import API
import Client
import Glibc
import JSONRPC
import Tabular

/// A command's conversation with a server: calls, refusals as failures, and where the program's id
/// comes from when the command line leaves it out.
final class Session {
  /// The connection.
  let client: Client
  /// In which language people are told.
  let language: Language
  /// Whether machines are answered.
  let isJSON: Bool
  private let wantedProgram: String?
  private var knownProgram: String?
  /// Whether the person's key was presented because a method asked for a person.
  private var hasPresentedKey = false

  /// A conversation over an open connection.
  init(_ client: Client, program: String? = nil, language: Language, isJSON: Bool) {
    self.client = client
    self.language = language
    self.isJSON = isJSON
    wantedProgram = program
  }

  /// Calls a method; a refusal ends the command with its exit status.
  func call(
    _ method: String, _ params: (inout JSONWriter) -> Void = { _ in }
  ) throws(CommandFailure) -> Answer {
    do throws(ClientError) {
      return try answer(client.call(method, params: params))
    } catch {
      guard try presentKey(after: error) else { throw failure(error) }
      return try call(method, params)
    }
  }

  /// Presents the person's key where a method asks for a person, once; false where that does not help.
  ///
  /// At the owner's socket a command acts as the owner, until it does what a person must answer for.
  func presentKey(after error: ClientError) throws(CommandFailure) -> Bool {
    guard case .refused(let refusal) = error, refusal.reason == "person_required",
      !hasPresentedKey, let key = try PersonalKey.find()
    else { return false }
    hasPresentedKey = true
    _ = try present(key)
    return true
  }

  /// Says who speaks from now on; the answer tells who that is.
  func present(_ key: String) throws(CommandFailure) -> Answer {
    try call("system.authenticate") { $0.member("key", key) }
  }

  /// Calls a method; nil when the server says `not_found`.
  func callIfFound(
    _ method: String, _ params: (inout JSONWriter) -> Void
  ) throws(CommandFailure) -> Answer? {
    do throws(ClientError) {
      return try answer(client.call(method, params: params))
    } catch .refused(let refusal) where refusal.reason == "not_found" {
      return nil
    } catch {
      throw failure(error)
    }
  }

  /// Calls a method that changes something, under a key of its own.
  ///
  /// A server that is busy is asked again under the same key, for as long as an answer may take.
  func change(
    _ method: String, key: String? = nil, _ params: (inout JSONWriter) -> Void
  ) throws(CommandFailure) -> Answer {
    let key = key ?? IdempotencyKey.fresh()
    let deadline = ContinuousClock.now + client.timeout
    while true {
      do throws(ClientError) {
        return try answer(
          client.call(method) { writer in
            writer.member("idempotencyKey", key)
            params(&writer)
          })
      } catch {
        if try presentKey(after: error) { continue }
        guard case .refused(let refusal) = error, let wait = refusal.retryAfter,
          ContinuousClock.now + wait < deadline
        else { throw failure(error) }
        Self.pause(wait)
      }
    }
  }

  /// Waits as a busy server asked to.
  static func pause(_ time: Duration) { usleep(UInt32(clamping: Int64(time / .microseconds(1)))) }

  /// The program's id: as said, or the only one there is; rehearsals are never meant without a word.
  func program() throws(CommandFailure) -> String {
    if let known = wantedProgram ?? knownProgram { return known }
    let programs = try call("program.list").items("programs")
      .filter { $0["rehearsalOf"] == nil }.map { $0.text("program") }
    guard let only = programs.first else {
      throw .refused(
        language(
          "there is no program yet; apply one: laurel program apply FILE.yaml",
          "还没有项目；先应用一个：laurel program apply 文件.yaml"))
    }
    guard programs.count == 1 else {
      let list = programs.joined(separator: ", ")
      throw .refused(
        language("which program? --program with one of \(list)", "哪个项目？用 --program 指明：\(list)"))
    }
    knownProgram = only
    return only
  }

  /// The failure a command ends with after a client's error.
  func failure(_ error: ClientError) -> CommandFailure {
    var failure = CommandFailure(
      status: ExitStatus(rawValue: error.exitCode) ?? .failed,
      message: CommandWords.of(error.description))
    if isJSON { failure.json = error.json }
    if case .refused(let refusal) = error { failure.field = refusal.field }
    return failure
  }

  private func answer(_ bytes: [UInt8]) throws(ClientError) -> Answer {
    do throws(JSONError) { return try Answer(bytes) } catch { throw .malformed(error.rawValue) }
  }
}

extension ClientError {
  /// The error as `--json` prints it: `{"error": {code, message, data}}` as on the wire.
  fileprivate var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.object("error") { writer in
        guard case .refused(let refusal) = self else {
          writer.member("message", description)
          return
        }
        writer.member("code", refusal.code)
        writer.member("message", refusal.message)
        writer.object("data") { writer in
          if !refusal.reason.isEmpty { writer.member("reason", refusal.reason) }
          if !refusal.field.isEmpty { writer.member("field", refusal.field) }
          if !refusal.advice.isEmpty { writer.member("advice", refusal.advice) }
          if refusal.isReplayed { writer.member("replayed", true) }
        }
      }
    }
    return writer.string
  }
}

/// Keys that make one run of a command one command, however often its request is repeated.
enum IdempotencyKey {
  /// A key nobody used before.
  static func fresh() -> String {
    var random = SystemRandomNumberGenerator()
    return "cli-" + String(random.next(), radix: 36) + String(random.next(), radix: 36)
  }
}
