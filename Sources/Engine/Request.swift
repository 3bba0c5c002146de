import Incentives
import Ledger

/// What an edge asks of the engine: parsed, authorised, hashed, and ready to be decided.
public enum Request: Sendable {
  /// Facts: the hot path.
  case facts(FactsCall)
  /// A command that changes something.
  case command(Command)
  /// A question about one program.
  case query(Query)
  /// The next step of a program's job, whose rows were fetched.
  case work(ProgramNumber)
  /// A decision on which programs there are.
  case order(ServerOrder)
  /// A question about the server: all programs, figures.
  case survey(@Sendable (Survey) throws(Undecided) -> [UInt8])

  /// Whether it changes nothing.
  var isQuestion: Bool {
    switch self {
    case .facts, .command, .work, .order: false
    case .query, .survey: true
    }
  }
}

/// Whom a caller sees while a request is decided, by the state and the wall clock; or a refusal.
public typealias Admission = @Sendable (ProgramState, Instant) throws(Undecided) -> Sight

/// One `facts.record` call.
public struct FactsCall: Sendable {
  /// The program's id.
  public var program: String
  /// The facts and their texts.
  public var batch: FactBatch
  /// Whether nothing is recorded if one fact is refused.
  public var isAtomic: Bool
  /// Who asks, and with which method.
  public var note: AuditedNote
  /// The batch that new facts belong to; nil where they belong to none.
  public var partOf: BatchNumber?
  /// Whom the caller sees, or why they may not call; nil for callers who see everybody.
  public var admit: Admission?

  /// Joins the parts.
  public init(
    program: String, batch: FactBatch, isAtomic: Bool,
    note: AuditedNote = AuditedNote(principal: "", action: ""), partOf: BatchNumber? = nil,
    admit: Admission? = nil
  ) {
    self.program = program
    self.batch = batch
    self.isAtomic = isAtomic
    self.note = note
    self.partOf = partOf
    self.admit = admit
  }
}

/// A command on one program, with the key that makes its retry harmless.
public struct Command: Sendable {
  /// What a decision works with.
  public struct Decision: ~Copyable {
    /// The program as it stands, with what this command has committed so far.
    public let state: ProgramState
    /// The wall clock.
    public let wall: Instant
    /// Who asks.
    public let principal: PrincipalNumber
    /// Whom the caller sees.
    public let sight: Sight
    let ownFingerprint: Digest128
    let rows: Fetched
    let engine: CommitLoop
    let subject = AnswerSubject()

    /// 128 bits over the canonical form of the command, under a secret of the program.
    public var fingerprint: Digest128 { engine.fingerprint(ownFingerprint, in: state) }

    /// Tells whom the answer names, so that it is journaled under their key; before it is given.
    public borrowing func answerNames(_ learner: LearnerNumber) { subject.learner = learner }

    /// Decides a part of the command; what is appended is true from here on, for this command too.
    public borrowing func commit<R>(
      _ body: (inout ChangeBuffer) throws(Undecided) -> R
    ) throws(Undecided) -> R {
      try engine.commit(state, body)
    }

    /// What is not resident, read at or after this position; before the first commit.
    public borrowing func cold(_ question: ColdQuestion) throws(Undecided) -> ColdAnswer {
      guard let answer = rows.cold[question] else { throw .needs(.cold(question)) }
      return answer
    }

    /// The log of a learner, if it was fetched.
    public borrowing func log(of learner: LearnerNumber?) -> LearnerLog? {
      learner.flatMap { rows.logs[$0] }
    }

    /// The fact, or the reversal that awaits one, with an identity; nil where there is none.
    public borrowing func known(_ identity: Digest128) throws(Undecided) -> KnownRecord? {
      try engine.known(identity, in: state, rows)
    }

    /// The rehearsals that may hold what the program holds.
    public var rehearsals: [Rehearsal] { engine.server.rehearsals.holding(copiesOf: state.number) }

    /// A record by its position, which is there.
    public borrowing func record(at position: Position) throws(Undecided) -> KnownRecord {
      try engine.record(at: position, in: state, rows)
    }
  }

  /// The program's id.
  public var program: String
  /// Whether the program is made where there is none (`program.apply`).
  public var createsProgram: Bool
  /// Who asks, as a word that survives key rotation.
  public var principal: String
  /// Which method was called, as the audit tells it.
  public var action: String
  /// Whom the caller sees, or why they may not call; nil for callers who see everybody.
  public var admit: Admission?
  /// The idempotency key; nil where the command's own content makes its retry harmless.
  public var key: String?
  /// 128 bits over the canonical form of the command.
  public var fingerprint: Digest128
  /// Whether a refusal is remembered with the key (rules.md §1).
  public var remembersRefusal: Bool
  /// The batch that its changes belong to; nil where they belong to none.
  public var partOf: BatchNumber?
  /// Decides: commits changes and gives the answer's JSON object, or refuses.
  ///
  /// Asks for rows that are not resident before its first commit; it is then called again.
  public var decide: @Sendable (borrowing Decision) throws(Undecided) -> [UInt8]

  /// Joins the parts.
  public init(
    program: String, createsProgram: Bool = false, principal: String, action: String = "",
    admit: Admission? = nil, key: String?, fingerprint: Digest128, remembersRefusal: Bool = false,
    partOf: BatchNumber? = nil,
    decide: @escaping @Sendable (borrowing Decision) throws(Undecided) -> [UInt8]
  ) {
    self.program = program
    self.createsProgram = createsProgram
    self.principal = principal
    self.action = action
    self.admit = admit
    self.key = key
    self.fingerprint = fingerprint
    self.remembersRefusal = remembersRefusal
    self.partOf = partOf
    self.decide = decide
  }
}

/// Whom the answer of a command names, as its decision tells; none while it names nobody.
final class AnswerSubject {
  var learner = LearnerNumber.none
}

/// A question about one program, answered at one position.
public struct Query: Sendable {
  /// What an answer may look at.
  public struct View: ~Copyable {
    /// The program as it stands.
    public let state: ProgramState
    /// The wall clock.
    public let wall: Instant
    /// Who asks; none for who never did anything here.
    public let principal: PrincipalNumber
    /// Whom the caller sees.
    public let sight: Sight
    /// Whether the caller's key is of the whole server.
    public let seesServer: Bool
    let rows: Fetched
    let engine: CommitLoop

    /// The fact, or the reversal that awaits one, with an identity; nil where there is none.
    public borrowing func known(_ identity: Digest128) throws(Undecided) -> KnownRecord? {
      try engine.known(identity, in: state, rows)
    }

    /// The log of a learner: everything that concerns them, up to this position.
    public borrowing func log(of learner: LearnerNumber) throws(Undecided) -> LearnerLog {
      guard let log = rows.logs[learner] else { throw .needs(.histories([learner])) }
      return log
    }

    /// What is not resident, read at or after this position.
    public borrowing func cold(_ question: ColdQuestion) throws(Undecided) -> ColdAnswer {
      guard let answer = rows.cold[question] else { throw .needs(.cold(question)) }
      return answer
    }

    /// The id of the program that this one is a rehearsal of; nil where it is none.
    public var rehearsalOf: String? { engine.rehearsalOf(state) }

    /// How far a copy of the program is that is being made; nil while none is.
    public var rehearsing: RehearsalProgress? {
      engine.copying.read().flatMap { $0.rehearsal.source == state.number ? $0 : nil }
    }
  }

  /// The program's id.
  public var program: String
  /// Who asks, and with which method.
  public var note: AuditedNote
  /// Whether the caller's key is of the whole server.
  public var seesServer: Bool
  /// Whom the caller sees, or why they may not ask; nil for callers who see everybody.
  public var admit: Admission?
  /// Answers with a JSON object, refuses, or asks for rows that are not resident.
  public var answer: @Sendable (borrowing View) throws(Undecided) -> [UInt8]

  /// Joins the parts.
  public init(
    program: String, note: AuditedNote = AuditedNote(principal: "", action: ""),
    seesServer: Bool = false, admit: Admission? = nil,
    answer: @escaping @Sendable (borrowing View) throws(Undecided) -> [UInt8]
  ) {
    self.program = program
    self.note = note
    self.seesServer = seesServer
    self.admit = admit
    self.answer = answer
  }
}

/// What a question about the server may look at.
public struct Survey {
  /// The programs, by number.
  public let programs: [ProgramState]
  /// How the engine is doing.
  public let figures: EngineFigures
  let engine: CommitLoop

  /// The id of the program that another is a rehearsal of; nil where it is none.
  public func rehearsalOf(_ state: ProgramState) -> String? { engine.rehearsalOf(state) }

  /// Bytes of the living state, with the index of known facts; walks all of its tables.
  public func residentBytes() -> Int { engine.index.bytes + programs.reduce(0) { $0 + $1.bytes } }
}

/// A decision on which programs there are, made by the engine itself.
public struct ServerOrder: Sendable {
  let decide: @Sendable (CommitLoop) throws(Undecided) -> Void
}
