import Incentives
import JSONRPC

/// `program.apply`: declares a program, or another version of it.
public struct ApplyProgram: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "program.apply", "Declares a program, or a new version of it.",
    params: [
      .required("program", .programDefinition, "The definition, as in a program file."),
      .optional("effectiveFrom", .instant, "Facts from then on are judged by it; default now."),
      .dryRun, .keyUnlessDryRun,
    ],
    result: [
      .required("program", .identifier, "The program."),
      .required("version", .count, "Its version now."),
      .required("changed", .boolean, "Whether the definition was new."),
      .optional("effectiveFrom", .instant, "When it took effect; absent: it holds since ever."),
    ], roles: [.admin], changes: true)

  /// The program's id.
  public var program: String { definition.id }
  /// A program that is not there is made.
  public static var createsProgram: Bool { true }
  /// Whether to tell only what would happen.
  public let isDryRun: Bool
  private let definition: ProgramDefinition
  private let zone: ZoneOffsets
  private let effectiveFrom: ParsedTime?

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
    effectiveFrom = try fields.optionalInstant("effectiveFrom")
  }

  /// Decides the definition.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, wall) = (context.state, context.wall)
    let application = ProgramApplication(
      definition: definition, zone: zone,
      effectiveFrom: effectiveFrom.map { instant(of: $0) })
    let apply = { (buffer: inout ChangeBuffer) throws(Undecided) -> ProgramChange? in
      let start = buffer.changes.count
      try state.decide(application, wall: wall, into: &buffer)
      for case .program(let change) in buffer.changes[start...] { return change }
      return nil
    }
    let standing = (version: state.version, from: state.ruleSets.last?.effectiveFrom)
    let change: ProgramChange?
    if isDryRun {
      var scratch = ChangeBuffer()
      change = try apply(&scratch)
    } else {
      change = try context.commit(apply)
    }
    return jsonObject { writer in
      writer.member("program", definition.id)
      writer.member("version", change?.version ?? standing.version)
      writer.member("changed", change != nil)
      let from = change?.effectiveFrom ?? standing.from ?? .distantPast
      if from != .distantPast { writer.member("effectiveFrom", from) }
    }
  }

  /// A reading without an offset is in the zone that the definition names.
  private func instant(of time: ParsedTime) -> Instant {
    switch time {
    case .instant(let instant): instant
    case .local(let microseconds): zone.instant(ofLocal: microseconds)
    }
  }
}
