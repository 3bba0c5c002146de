/// What an API key may do; the bits are stored with the key and never change their meaning.
public struct Roles: OptionSet, Hashable, Sendable {
  /// The bits.
  public var rawValue: UInt32

  /// Wraps bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Reports facts and takes them back: an integration.
  public static let facts = Roles(rawValue: 1 << 0)
  /// Reads everything of the program: a dashboard.
  public static let read = Roles(rawValue: 1 << 1)
  /// Grants points for declared reasons: a teacher.
  public static let award = Roles(rawValue: 1 << 2)
  /// Settles terms.
  public static let settle = Roles(rawValue: 1 << 3)
  /// Redeems rewards.
  public static let redeem = Roles(rawValue: 1 << 4)
  /// Declares the program and its people.
  public static let admin = Roles(rawValue: 1 << 5)
  /// Reads what concerns one learner.
  public static let own = Roles(rawValue: 1 << 6)
  /// Reads what concerns one group.
  public static let leader = Roles(rawValue: 1 << 7)

  /// Everything: the owner of the server, at its Unix socket.
  public static let all = Roles(rawValue: (1 << 8) - 1)

  private static let named: [(word: String, role: Roles)] = [
    ("facts", .facts), ("read", .read), ("award", .award), ("settle", .settle),
    ("redeem", .redeem), ("admin", .admin), ("self", .own), ("leader", .leader),
  ]

  /// The words of all roles, as commands and answers write them.
  public static var words: [String] { named.map(\.word) }

  /// The words of the roles in the set.
  public var words: [String] { Self.named.filter { contains($0.role) }.map(\.word) }

  /// The set that words stand for; nil if one of them is no role.
  public init?(words: [String]) {
    self = []
    for word in words {
      guard let found = Self.named.first(where: { $0.word == word }) else { return nil }
      insert(found.role)
    }
  }
}
