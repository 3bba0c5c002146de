import API
import Incentives
import Ledger

/// Who speaks on a connection, and what they may do.
struct Caller: Sendable {
  /// Who asks, as a word that survives key rotation: the person or system whose key it is.
  let principal: String
  /// The program the key is for; nil for the whole server.
  let program: String?
  /// The number of that program; the server's where the key is for all of it.
  var programNumber = ProgramNumber.server
  /// What the key may do; a person's roles are looked up when a call is decided.
  let roles: Roles
  /// The person whose key it is; nil for systems and the owner.
  var person: StaffKey?
  /// The sources of facts a system speaks for; nil: any.
  var sources: [String]?
  /// The key's use, in which calls are counted; nil for the owner, who needs no key.
  var key: KeyUse?

  /// The owner of the server, who can open its Unix socket.
  static let owner = Caller(principal: CreateKey.ownersName, program: nil, roles: .all)

  /// Somebody who has not said who they are: may call what everybody may.
  static let nobody = Caller(principal: "", program: "", roles: [])

  /// Who calls which method, as the audit tells it.
  func note(of card: MethodCard) -> AuditedNote {
    AuditedNote(principal: principal, action: card.name)
  }

  /// Why the caller may not call a method; nil where nothing speaks against it.
  func refusal(of card: MethodCard) -> Refusal? {
    guard !card.roles.isEmpty else { return nil }
    if person == nil {
      if let refusal = card.refusal(for: roles) { return refusal }
      if card.needsPerson { return Self.personRequired(for: card) }
    }
    guard program == nil || !card.isServerWide else {
      return Refusal(
        .forbidden, "\(card.name) concerns the whole server; this key is for one program.")
    }
    return nil
  }

  /// The refusal of a program outside the caller's scope: as if there were none.
  func refusal(ofProgram id: String) -> Refusal? {
    guard let program, program != id else { return nil }
    return Self.noProgram(id)
  }

  /// What is said of a program that is not there.
  static func noProgram(_ id: String) -> Refusal {
    Refusal(
      .notFound, field: "program",
      "There is no program \(id); `laurel program apply FILE` makes one.")
  }

  /// The refusal of facts that another system reports; nil where the caller speaks for them all.
  func refusal(ofSourcesIn batch: FactBatch) -> Refusal? {
    guard let sources else { return nil }
    for (place, fact) in batch.facts.enumerated() {
      let isOwn = batch.text.withBytes(fact.source) { bytes in
        sources.contains { $0.utf8.elementsEqual(bytes) }
      }
      guard isOwn else { return refusal(ofSource: "facts[\(place)].source", sources) }
    }
    return nil
  }

  /// The refusal of a call that speaks of another system's facts; nil where the caller may.
  func refusal(ofSource source: String?) -> Refusal? {
    guard let sources, let source, !sources.contains(source) else { return nil }
    return refusal(ofSource: "source", sources)
  }

  private func refusal(ofSource field: String, _ sources: [String]) -> Refusal {
    Refusal(
      .forbidden, field: field,
      "This key speaks for \(sources.joined(separator: ", ")) only; each system has its own key.")
  }

  /// What is said to who is no person where one must answer for what is done.
  static func personRequired(for card: MethodCard) -> Refusal {
    Refusal(
      .personRequired,
      "\(card.name) asks for a person: `laurel keys create --staff ID` makes a personal key, "
        + "`laurel login` keeps it for your commands.")
  }

  /// What everybody is told who has not authenticated.
  static let unauthenticated = Refusal(
    .unauthenticated, "Call system.authenticate with an API key first, and await its answer.")
  /// What a caller with a wrong key is told.
  static let wrongKey = Refusal(
    .unauthenticated, field: "key",
    "This is no valid API key; `laurel keys create` on the server makes one.")
}
