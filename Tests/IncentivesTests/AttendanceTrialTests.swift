import TestSupport
import Testing

/// Random weeks of sessions, sheets and corrections against a model that tries all ways (R4).
@Suite("Attendance trial")
struct AttendanceTrialTests {
  @Test(
    "after every step everybody has the perfect attendances that the set of all that is true gives",
    arguments: [1, 11, 21, 31])
  func agreesWithTheModel(_ first: UInt64) {
    let failures = tryAttendance(seeds: first..<(first + 10), steps: 60)
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }
}
