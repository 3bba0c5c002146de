import JSONRPC

/// The one table of methods: what every door dispatches by and what `rpc.discover` tells.
///
/// To add a method: write its file, add its line here. Names are never reused for another meaning.
public enum MethodTable {
  /// How a method is answered.
  public enum Route: Sendable {
    /// Facts, the hot path.
    case facts
    /// A command on one program.
    case command(any CommandMethod.Type)
    /// A question about one program.
    case query(any QueryMethod.Type)
    /// A question about the server, answered at the edge.
    case server(ServerMethod)
  }

  /// The methods that an edge answers by itself.
  public enum ServerMethod: Sendable {
    case authenticate, health, stats, verify, backup, programs, discover
    case createKey, listKeys, revokeKey, cloneProgram, dropProgram
  }

  /// A line of the table.
  public struct Entry: Sendable {
    /// What callers must know.
    public let card: MethodCard
    /// How it is answered.
    public let route: Route

    init(_ card: MethodCard, _ route: Route) {
      self.card = card
      self.route = route
    }

    static func command(_ method: any CommandMethod.Type) -> Entry {
      Entry(method.card, .command(method))
    }

    static func query(_ method: any QueryMethod.Type) -> Entry {
      Entry(method.card, .query(method))
    }
  }

  /// `facts.record`, which every door looks at first.
  public static let facts = Entry(RecordFacts.card, .facts)

  /// All methods, in the order in which the document lists them.
  public static let entries: [Entry] = [
    .command(ApplyProgram.self), .query(GetProgram.self),
    .query(CheckProgram.self),
    Entry(ListPrograms.card, .server(.programs)), .command(AdvanceProgram.self),
    .command(ImportCalendar.self),
    Entry(CloneProgram.card, .server(.cloneProgram)),
    Entry(DropProgram.card, .server(.dropProgram)),
    .command(OpenBatch.self), .query(ListBatches.self), .query(GetBatch.self),
    .command(ReverseBatch.self), .command(ImportRoster.self),
    .command(PutLearner.self), .query(GetLearner.self),
    .query(FindLearners.self), .command(EraseLearner.self), .command(MergeLearners.self),
    .command(PutGroup.self),
    .command(TransferMembership.self), .command(CorrectMembership.self),
    .command(PutStaff.self), .query(ListStaff.self),
    .command(PutSession.self), .query(ListSessions.self), .command(SetAttendance.self),
    .query(GetAttendance.self), .command(ExcuseLearner.self),
    facts, .command(ReverseFact.self), .query(ExplainFact.self), .query(ListFacts.self),
    .query(GetBalance.self), .query(ListHistory.self), .command(GrantPoints.self),
    .command(AdjustPoints.self), .command(OpenBalances.self),
    .query(ListBadges.self), .command(AwardBadge.self), .command(RevokeBadge.self),
    .query(GetQuest.self), .query(ListStreaks.self),
    .query(TopOfBoard.self), .query(AroundOnBoard.self), .query(ListBoards.self),
    .query(ListAwards.self), .command(GiveAward.self), .command(ConfirmStar.self),
    .command(RevokeAward.self), .command(NominateWork.self), .command(DecideWork.self),
    .query(ListJobs.self), .query(ListAudit.self), Entry(Authenticate.card, .server(.authenticate)),
    Entry(CheckHealth.card, .server(.health)), Entry(ShowStats.card, .server(.stats)),
    Entry(VerifyStore.card, .server(.verify)), Entry(BackUpStore.card, .server(.backup)),
    Entry(CreateKey.card, .server(.createKey)), Entry(ListKeys.card, .server(.listKeys)),
    Entry(RevokeKey.card, .server(.revokeKey)),
    Entry(OpenRPCDocument.card, .server(.discover)),
  ]

  private static let byName = Dictionary(
    entries.map { ($0.card.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// The method of a name; nil where there is none.
  public static func entry(named name: JSONText) -> Entry? {
    name == "facts.record" ? facts : byName[name.string]
  }

  /// Whether a name is that of a method.
  static func isMethod(_ name: String) -> Bool { byName[name] != nil }

  /// What to say of a name that is no method.
  public static func advice(for name: JSONText) -> String {
    "`rpc.discover` lists the methods; there are \(entries.count)."
  }
}
