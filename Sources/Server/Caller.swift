import API
import Incentives
import Ledger

/// Who speaks on a connection, and what they may do.
struct Caller: Sendable {
  /// Who asks, as a word that survives key rotation: the name of the key.
  let principal: String
  /// The program the key is for; nil for the whole server.
  let program: String?
  /// What the key may do.
  let roles: Roles
  /// The key's use, in which calls are counted; nil for the owner, who needs no key.
  var key: KeyUse?

  /// The owner of the server, who can open its Unix socket.
  static let owner = Caller(principal: CreateKey.ownersName, program: nil, roles: .all)

  /// Somebody who has not said who they are: may call what everybody may.
  static let nobody = Caller(principal: "", program: "", roles: [])

  /// Why the caller may not call a method; nil where nothing speaks against it.
  func refusal(of card: MethodCard) -> Refusal? {
    guard !card.roles.isEmpty else { return nil }
    guard !roles.isDisjoint(with: card.roles) else {
      let needed = card.roles.words.joined(separator: " or ")
      return Refusal(.forbidden, "\(card.name) needs a key with the role \(needed).")
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

  /// What everybody is told who has not authenticated.
  static let unauthenticated = Refusal(
    .unauthenticated, "Call system.authenticate with an API key first, and await its answer.")
  /// What a caller with a wrong key is told.
  static let wrongKey = Refusal(
    .unauthenticated, field: "key",
    "This is no valid API key; `laurel keys create` on the server makes one.")
}
