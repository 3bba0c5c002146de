import Incentives
import JSONRPC

/// What the table says of a method: all that a caller must know, and who may call it.
public struct MethodCard: Sendable {
  /// The name, `noun.verb`.
  public let name: String
  /// What it does, in one line.
  public let summary: String
  /// Its parameters.
  public let params: [Property]
  /// What its outcome (of a command) or result (of a question) holds.
  public let result: [Property]
  /// The roles of which a caller needs one; none for what everybody may call.
  public let roles: Roles
  /// Whether it changes something.
  public let changes: Bool
  /// Whether it concerns the whole server, so that the key of one program can not call it.
  public let isServerWide: Bool
  /// Whether its result ends with the head hash, as every outcome does.
  public let showsHead: Bool
  /// Whether a person must call it, who answers for it: the owner's socket is not enough.
  public let needsPerson: Bool

  /// Describes a method.
  public init(
    _ name: String, _ summary: String, params: [Property], result: [Property], roles: Roles,
    changes: Bool = false, isServerWide: Bool = false, showsHead: Bool = false,
    needsPerson: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.params = params
    self.result = result
    self.roles = roles
    self.changes = changes
    self.isServerWide = isServerWide
    self.showsHead = showsHead
    self.needsPerson = needsPerson
  }
}

/// What a command's decision works with; the engine's own type conforms in Server.
public protocol CommandContext: ~Copyable {
  /// The program as it stands, with what this command has committed so far.
  var state: ProgramState { get }
  /// The wall clock.
  var wall: Instant { get }
  /// Who asks.
  var principal: PrincipalNumber { get }
  /// Whom the caller sees.
  var sight: Sight { get }
  /// 128 bits over the canonical form of the command, under a secret of the program.
  var fingerprint: Digest128 { get }

  /// Decides a part of the command; what is appended is true from here on, for this command too.
  borrowing func commit<R>(
    _ body: (inout ChangeBuffer) throws(Undecided) -> R
  ) throws(Undecided) -> R
  /// Tells whom the answer names, before it is given: it is journaled sealed under their key.
  borrowing func answerNames(_ learner: LearnerNumber)
  /// What is not resident, read at or after this position; before the first commit.
  borrowing func cold(_ question: ColdQuestion) throws(Undecided) -> ColdAnswer
  /// The log of a learner, if it was fetched.
  borrowing func log(of learner: LearnerNumber?) -> LearnerLog?
  /// The fact, or the reversal that awaits one, with an identity; nil where there is none.
  borrowing func known(_ identity: Digest128) throws(Undecided) -> KnownRecord?
  /// The rehearsals that may hold what the program holds.
  var rehearsals: [Rehearsal] { get }
  /// A record by its position, which is there.
  borrowing func record(at position: Position) throws(Undecided) -> KnownRecord
}

/// What an answer may look at; the engine's own type conforms in Server.
public protocol QueryContext: ~Copyable {
  /// The program as it stands.
  var state: ProgramState { get }
  /// The wall clock.
  var wall: Instant { get }
  /// Who asks; none for who never did anything here.
  var principal: PrincipalNumber { get }
  /// Whom the caller sees.
  var sight: Sight { get }
  /// Whether the caller's key is of the whole server.
  var seesServer: Bool { get }

  /// The fact, or the reversal that awaits one, with an identity; nil where there is none.
  borrowing func known(_ identity: Digest128) throws(Undecided) -> KnownRecord?
  /// The log of a learner: everything that concerns them, up to this position.
  borrowing func log(of learner: LearnerNumber) throws(Undecided) -> LearnerLog
  /// What is not resident, read at or after this position.
  borrowing func cold(_ question: ColdQuestion) throws(Undecided) -> ColdAnswer
  /// The id of the program that this one is a rehearsal of; nil where it is none.
  var rehearsalOf: String? { get }
  /// How far a copy of the program is that is being made; nil while none is.
  var rehearsing: RehearsalProgress? { get }
}

/// A method on one program, with its parameters read.
public protocol ProgramMethod: Sendable {
  /// What the table says of it.
  static var card: MethodCard { get }
  /// The program's id.
  var program: String { get }
  /// Reads the parameters; the idempotency key is read before, unknown fields are refused after.
  init(_ fields: inout Fields) throws(ParameterError)
  /// Refuses a caller who is limited to cohorts what lies outside, as if it were not there.
  func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided)
  /// The source of facts the call speaks of; a system's key speaks of its own only.
  var reportedSource: String? { get }
}

/// A method that changes something, once for each idempotency key.
public protocol CommandMethod: ProgramMethod {
  /// Whether nothing is to be changed: such a call needs no key.
  var isDryRun: Bool { get }
  /// Whether this call needs a person, who answers for it.
  var needsPerson: Bool { get }
  /// Whether the program is made where there is none.
  static var createsProgram: Bool { get }
  /// Whether a refusal that depends on the state is remembered with the key (rules.md §1).
  static var remembersRefusal: Bool { get }
  /// Whether a call may belong to a batch.
  static var takesBatch: Bool { get }
  /// Why this call needs other roles than the card's; nil where it needs none.
  func refusal(for roles: Roles) -> Refusal?
  /// Decides and gives the outcome's JSON object. Asks for rows before its first commit.
  func decide(_ context: borrowing some CommandContext & ~Copyable) throws(Undecided) -> [UInt8]
}

extension CommandMethod {
  /// Commands are in earnest.
  public var isDryRun: Bool { false }
  /// A person is needed where the card says so.
  public var needsPerson: Bool { Self.card.needsPerson }
  /// Commands concern a program that is there.
  public static var createsProgram: Bool { false }
  /// A refusal is forgotten.
  public static var remembersRefusal: Bool { false }
  /// A call takes a batch where its card says so.
  public static var takesBatch: Bool { card.params.contains { $0.name == Property.batch.name } }
  /// The card's roles are enough.
  public func refusal(for roles: Roles) -> Refusal? { nil }
}

/// A method that asks.
public protocol QueryMethod: ProgramMethod {
  /// Gives the result's JSON object.
  func answer(_ context: borrowing some QueryContext & ~Copyable) throws(Undecided) -> [UInt8]
}

/// The bytes of a JSON object.
func jsonObject<Failure>(
  _ members: (inout JSONWriter) throws(Failure) -> Void
) throws(Failure) -> [UInt8] {
  var writer = JSONWriter(capacity: 512)
  try writer.object(members)
  return [UInt8](writer.bytes)
}
