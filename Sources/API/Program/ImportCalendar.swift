import Incentives
import JSONRPC

/// `calendar.import`: holidays, 调休 workdays and cancelled days as published for a year.
public struct ImportCalendar: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "calendar.import",
    "Replaces the dated entries of the years and cohorts it speaks of; they stay when a program is applied "
      + "that says nothing else of their days.",
    params: [
      .program,
      .required(
        "calendar", .list(Schema.calendarDay, max: ProgramFields.calendarDaysMax),
        "The dated entries."),
      .dryRun, .keyUnlessDryRun,
    ],
    result: [
      .required("program", .identifier, "The program."),
      .required("version", .count, "Its version now."),
      .required("changed", .boolean, "Whether anything was new."),
      .required("years", .list(.count, max: .max), "The years that were replaced."),
      .required("added", .count, "Days that have an entry now, or another one."),
      .required("removed", .count, "Days whose entry is gone, or is another one now."),
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  /// Whether to tell only what would happen.
  public let isDryRun: Bool
  private let request: CalendarImport

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    request = CalendarImport(
      entries: try fields.items("calendar", max: ProgramFields.calendarDaysMax) {
        value throws(ParameterError) in try value.fields(ProgramFields.calendarDay)
      })
    isDryRun = try fields.optionalBool("dryRun") ?? false
  }

  /// Decides the import.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, wall) = (context.state, context.wall)
    let version = state.version
    let apply = { (buffer: inout ChangeBuffer) throws(Undecided) in
      try state.decide(request, wall: wall, into: &buffer)
    }
    let difference: CalendarDifference
    if isDryRun {
      var scratch = ChangeBuffer()
      difference = try apply(&scratch)
    } else {
      difference = try context.commit(apply)
    }
    let isChanged = difference.isNew
    return jsonObject { writer in
      writer.member("program", program)
      writer.member("version", version + (isChanged ? 1 : 0))
      writer.member("changed", isChanged)
      writer.array("years") { writer in
        for year in request.years { writer.int(year) }
      }
      writer.member("added", difference.added)
      writer.member("removed", difference.removed)
    }
  }
}
