import Incentives
import LMDB

/// The tables of the state environment, on one page.
///
/// Rows of the same size class stand in blocks: so many learners, places or positions to a row. How a
/// table is cut into rows depends on the journal alone and never on the follower's stretches, so two
/// environments that stand for the same journal hold the same rows, byte for byte (`verify`).
enum StateSchema {
  static let format = EnvironmentFormat(kind: "laurel state", version: 5)

  // What do the tables of this program stand for?
  static let programs = Table<ProgramKey, ProgramRow>(0, "programs")
  // Which names, contexts, groups, batches and definitions came in this run of positions?
  static let structure = Table<PositionKey, StructureBlock>(1, "structure")
  // What do these learners have?
  static let learners = Table<LearnerBlockKey, LearnerBlock>(2, "learners")
  // How many points have these members in this open period?
  static let scores = Table<BoardKey, ScoreBlock>(3, "scores")
  /// What do these learners' windows hold that end with this open period? Those of days are not here.
  static let windows = Table<WindowBlockKey, WindowBlock>(4, "windows")
  // Which records speak of these learners on this day?
  static let log = Table<LogKey, LogBlock>(5, "log")
  // Which identities came in this run of positions?
  static let known = BlockTable<PositionKey>(6, "known", typeID: 7, formatVersion: 1)
  // Which record first touched this open period?
  static let openPeriods = Table<PeriodKey, OpenPeriodRow>(7, "open-periods")
  // Whose fact waits for the roster since this position?
  static let pending = Table<PositionKey, PendingRow>(8, "pending")
  // How did this period end?
  static let closed = Table<PeriodKey, PeriodClosing>(9, "closed")
  // Who holds these places of this closed board?
  static let standings = Table<BoardKey, StandingsBlock>(10, "standings")
  // Which places do these members of this closed board hold?
  static let places = Table<BoardKey, PlacesBlock>(11, "places")
  // Who did what in this run of positions?
  static let audit = Table<PositionKey, AuditBlock>(12, "audit")

  // What do these learners have left of the lot of this term, or what of it expired?
  static let lots = Table<LotKey, ScoreBlock>(13, "lots")

  // How many points have these learners of what a star adds up in this period?
  static let starSums = Table<StarSumKey, ScoreBlock>(14, "star-sums")

  static let tables: [any TableDeclaration] = [
    programs, structure, learners, scores, windows, log, known, openPeriods, pending, closed,
    standings, places, audit, lots, starSums,
  ]

  /// Positions to a row of `structure`.
  static let structureSpan: UInt64 = 1_024
  /// Positions to a row of `audit`.
  static let auditSpan: UInt64 = 1_024
  /// Positions to a row of `known`: some 24 KB where every record is a fact.
  static let knownSpan: UInt64 = 2_048

  /// The key of the row that a position belongs to.
  static func key(of position: Position, span: UInt64, in program: ProgramNumber) -> PositionKey {
    PositionKey(program, Position(rawValue: position.rawValue / span * span))
  }
}
