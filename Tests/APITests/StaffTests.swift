import Testing

@testable import API

@Suite("Staff: people who act, from a day to a day, in some cohorts or everywhere")
struct StaffTests {
  let world = World.withClass()

  private func put(_ fields: String) -> String {
    world.call("staff.put", #"{"program":"class",\#(fields)}"#)
  }

  private var list: String { world.call("staff.list", #"{"program":"class"}"#) }

  @Test("a new member says roles; what is left out later stays")
  func put() {
    #expect(put(#""id":"T-1""#) == "invalid_params roles")
    #expect(
      put(#""id":"T-1","name":"王老师","roles":["award","read"],"cohorts":["A"]"#)
        == #"{"staff":"T-1","roles":["read","award"],"cohorts":["A"],"acts":true,"changed":true}"#)
    #expect(
      put(#""id":"T-1","cohorts":["A"]"#)
        == #"{"staff":"T-1","roles":["read","award"],"cohorts":["A"],"acts":true,"changed":false}"#)
    #expect(
      put(#""id":"T-1","cohorts":[],"from":"2026-09-08""#)
        == #"{"staff":"T-1","roles":["read","award"],"from":"2026-09-08","acts":false,"changed":true}"#
    )
    #expect(
      list
        == #"{"staff":[{"staff":"T-1","name":"王老师","roles":["read","award"],"#
        + #""from":"2026-09-08","acts":false}]}"#)
  }

  @Test("who ends names somebody known who takes over; a later day takes the end back")
  func end() {
    _ = put(#""id":"T-1","roles":["award"]"#)
    #expect(put(#""id":"T-1","successor":"T-2""#) == "invalid_params successor")
    #expect(put(#""id":"T-1","to":"2026-09-06","successor":"T-2""#) == "not_found successor")
    #expect(put(#""id":"T-1","to":"2026-09-06","successor":"T-1""#) == "invalid_params successor")
    _ = put(#""id":"T-2","roles":["award"]"#)
    #expect(
      put(#""id":"T-1","to":"2026-09-06","successor":"T-2""#)
        == #"{"staff":"T-1","roles":["award"],"to":"2026-09-06","successor":"T-2","acts":false,"#
        + #""changed":true}"#)
    #expect(put(#""id":"T-1","from":"2026-09-07""#) == "invalid_params to")
    #expect(
      put(#""id":"T-1","to":"2026-12-31""#)
        == #"{"staff":"T-1","roles":["award"],"to":"2026-12-31","acts":true,"changed":true}"#)
  }

  @Test("nobody is a member under a name that acts already, be it the owner's or a system's")
  func namesakes() {
    #expect(put(#""id":"owner","roles":["admin"]"#) == "invalid_params id: invalid_value")
    #expect(put(#""id":"T-1","roles":["root"]"#) == "invalid_params roles: invalid_value")
  }

  @Test("a refused member leaves nothing behind")
  func refused() {
    let before = world.state.position
    _ = put(
      #""id":"T-9","roles":["award"],"cohorts":["new"],"from":"2026-09-02","to":"2026-09-01""#)
    _ = put(#""id":"T-9","roles":["award"],"to":"2026-09-01","successor":"nobody""#)
    #expect(world.state.position == before)
    #expect(list == #"{"staff":[]}"#)
  }
}
