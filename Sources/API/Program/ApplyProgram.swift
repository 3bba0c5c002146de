import Incentives
import JSONRPC

/// `program.apply`: declares a program, or another version of it; where asked to, since a day that is over.
///
/// Judging the past anew is done by a job, learner by learner, while other calls are answered. A dry run
/// reads the whole log off the engine and shows exactly what that job would post.
public struct ApplyProgram: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "program.apply",
    "Declares a program, or a new version of it. Imported entries of the calendar stay, except for days and "
      + "cohorts of which the definition says something else.",
    params: [
      .required("program", .programDefinition, "The definition, as in a program file."),
      .optional(
        "effectiveFrom", .moment,
        "Facts from then on are judged by it: an instant, or a local day for its first instant; default "
          + "now."),
      .optional(
        "recompute", .word(["since"]),
        "Facts recorded since then are judged anew; without it, that is refused."),
      .optional(
        "floor", .word(RecomputeFloor.allCases.map(\.word)),
        "keep: it raises and never lowers. none: it lowers too, and a second person makes the same call.",
        default: #""keep""#),
      .dryRun, .keyUnlessDryRun,
    ],
    result: [
      .required("program", .identifier, "The program."),
      .required("version", .count, "Its version now."),
      .required("changed", .boolean, "Whether the definition was new."),
      .optional("effectiveFrom", .instant, "When it took effect; absent: it holds since ever."),
      .optional("notice", .prose, "What portals tell learners about this version."),
      .optional(
        "awaitsSecondPerson", .boolean,
        "True where nothing is changed yet: another person makes the same call within 24 hours."),
      .optional("job", .count, "The job that judges the past anew."),
      .optional(
        "stopsAt", .list(.identifier, max: .max),
        "Closed terms: what counts in them stays as it was."),
      RecomputeEffects.property,
      .optional(
        "calendarKept", .count, "Imported days that stay without its naming them; absent: 0."),
      .optional("calendarGone", .count, "Days whose entry is gone or other; absent: none."),
      .optional(
        "calendarRemoved", .list(Schema.calendarDay, max: removedDaysMax),
        "The first of those entries, one for each cohort."),
    ], roles: [.admin], changes: true)

  /// How many entries that go are listed: two years of holidays.
  static let removedDaysMax = 100

  /// The program's id.
  public var program: String { definition.id }
  /// A program that is not there is made.
  public static var createsProgram: Bool { true }
  /// Whether to tell only what would happen.
  public let isDryRun: Bool
  /// What lowers needs people who answer for it.
  public var needsPerson: Bool { recompute == RecomputeFloor.none && !isDryRun }
  private let definition: ProgramDefinition
  private let zone: ZoneOffsets
  private let effectiveFrom: FactTime?
  private let recompute: RecomputeFloor?

  private enum Recompute: String, CaseIterable {
    case since
  }

  private enum Floor: String, CaseIterable {
    case keep, none
  }

  /// Reads the parameters, and the zone's table from the system.
  public init(_ fields: inout Fields) throws(ParameterError) {
    definition = try fields.object("program", read: ProgramFields.read)
    do throws(ZoneTableError) {
      zone = try ZoneTable.load(definition.zone)
    } catch {
      throw ParameterError(
        field: "program.zone", reason: .invalidValue, advice: "\(error)")
    }
    isDryRun = try fields.optionalBool("dryRun") ?? false
    effectiveFrom = try fields.optionalMoment("effectiveFrom")
    let floor = try fields.optionalChoice("floor", of: Floor.self)
    guard try fields.optionalChoice("recompute", of: Recompute.self) != nil else {
      recompute = nil
      if floor == Floor.none {
        throw ParameterError("floor", .invalidValue, "Send recompute: since with it.")
      }
      return
    }
    recompute = floor == Floor.none ? RecomputeFloor.none : RecomputeFloor.keep
  }

  /// Decides the definition.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let application = ProgramApplication(
      definition: definition, zone: zone, effectiveFrom: effectiveFrom.map(instant),
      recompute: recompute)
    let calendar = state.calendarChange(by: definition)
    let standing = (version: state.version, from: state.ruleSets.last?.effectiveFrom)
    // Before it changes: what it leaves as it was.
    let closed = state.closedTermIDs
    let decided = try decide(application, context)
    var preview: RecomputePreview?
    if isDryRun, decided.isRecompute,
      case .recompute(let found) = try context.cold(.recompute(application))
    {
      preview = found
    }
    return jsonObject { writer in
      writer.member("program", definition.id)
      writer.member("version", decided.program?.version ?? standing.version)
      writer.member("changed", decided.program != nil)
      let from = decided.program?.effectiveFrom ?? standing.from ?? .distantPast
      if from != .distantPast { writer.member("effectiveFrom", from) }
      if let notice = definition.notice { writer.member("notice", notice) }
      if decided.isProposal { writer.member("awaitsSecondPerson", true) }
      writer.members(of: calendar, listing: Self.removedDaysMax)
      guard decided.isRecompute else { return }
      if !isDryRun { writer.member("job", state.lastJob) }
      if !closed.isEmpty { writer.member("stopsAt", closed) }
      preview.map(RecomputeEffects.init)?.write(to: &writer, state)
    }
  }

  /// What was decided.
  private struct Decided {
    var program: ProgramChange?
    var isProposal = false
    var isRecompute = false

    init(_ changes: ArraySlice<Change>) {
      for change in changes {
        switch change {
        case .program(let change): program = change
        case .proposed: isProposal = true
        case .recompute: isRecompute = true
        default: break
        }
      }
    }
  }

  private func decide(
    _ application: ProgramApplication, _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> Decided {
    let (state, wall) = (context.state, context.wall)
    guard !isDryRun else {
      var scratch = ChangeBuffer()
      try state.decide(application, wall: wall, into: &scratch)
      return Decided(scratch.changes[...])
    }
    let signing = Signing.by(context.principal, context.fingerprint)
    return try context.commit { buffer throws(Undecided) in
      let start = buffer.changes.count
      try state.decide(application, wall: wall, signing: signing, into: &buffer)
      return Decided(buffer.changes[start...])
    }
  }

  /// A reading without an offset, or a day, is in the zone that the definition names.
  private func instant(of time: FactTime) -> Instant {
    switch time {
    case .instant(let instant): instant
    case .local(let microseconds): zone.instant(ofLocal: microseconds)
    case .day(let day):
      zone.firstInstant(of: day, dayStartMinutes: Int(definition.dayStartMinutes))
    }
  }
}

/// What a dry run says of a recompute.
struct RecomputeEffects {
  private let preview: RecomputePreview

  init(_ preview: RecomputePreview) { self.preview = preview }

  /// The member that holds it.
  static let property = Property.optional(
    "effects",
    .object([
      .required("learners", .count, "How many learners' points move."),
      .required("up", .count, "What is added, fact by fact."),
      .required("down", .count, "What is taken, fact by fact."),
      .required("kept", .count, "What the floor gives back of that."),
      .required("net", .number, "What all gain or lose together."),
      .required("writtenOff", .count, "What was spent already and is written off."),
      .required("position", .count, "The record up to which the log was read."),
      .required(
        "first",
        .list(
          .object([
            .required("learner", .identifier, "A learner."),
            .required("earnedBefore", .number, "What is earned now."),
            .required("earnedAfter", .number, "What is earned then."),
            .required("spendableBefore", .count, "What can be spent now."),
            .required("spendableAfter", .count, "What can be spent then."),
          ]), max: RecomputePreview.listedMax), "The first learners whose balance moves."),
    ]),
    "What the job would post; in a dry run of a recompute only.")

  /// Writes the member.
  func write(to writer: inout JSONWriter, _ state: ProgramState) {
    writer.object("effects") { writer in
      writer.member("learners", preview.learners)
      writer.member("up", preview.up)
      writer.member("down", preview.down)
      writer.member("kept", preview.kept)
      writer.member("net", preview.net)
      writer.member("writtenOff", preview.writtenOff)
      writer.member("position", preview.position)
      writer.array("first") { writer in
        for effect in preview.effects {
          writer.object { writer in
            writer.member("learner", state.learners.shownID(effect.learner))
            writer.member("earnedBefore", effect.earnedBefore)
            writer.member("earnedAfter", effect.earnedAfter)
            writer.member("spendableBefore", effect.spendableBefore)
            writer.member("spendableAfter", effect.spendableAfter)
          }
        }
      }
    }
  }
}
