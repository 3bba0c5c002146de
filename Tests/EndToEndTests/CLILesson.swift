import Testing

@testable import laurel

extension CLIBinary {
  /// Three facts of two learners.
  static let events = """
    source,event_id,learner_id,verb,object_id,occurred_on,value
    lms,e1,s1,viewed:quiz,q1,2013-10-01,
    lms,e2,s1,submitted:TMA,t1,2013-10-01,79.99
    lms,e3,s2,viewed:forumng,f,2013-10-02,1

    """
  /// The two learners, in one group.
  static let roster = "学号,姓名,班级,小组,组长\ns1,李娜,A,G1,是\ns2,李娜丽,A,G1,\n"

  /// A server with the program `oulad`, a roster and three facts: s1 has 11 points, s2 has 3.
  static func lesson(_ options: [String] = []) throws -> CLIBinary {
    let laurel = try CLIBinary()
    try laurel.serve(options)
    let program = try laurel.write("oulad.yaml", laurel.run("program", "example", "oulad").output)
    #expect(try laurel.run("program", "apply", program).status == 0)
    let roster = try laurel.write("roster.csv", Self.roster)
    #expect(try laurel.run("import", "roster", roster).status == 0)
    let events = try laurel.write("events.csv", Self.events)
    #expect(try laurel.run("import", "facts", events).status == 0)
    return laurel
  }

  /// A server with the program `demo`, which declares reasons of grants, and the roster; its time is
  /// 2025-09-03.
  static func classroom() throws -> CLIBinary {
    let laurel = try CLIBinary()
    try laurel.serve()
    let program = try laurel.write("demo.yaml", laurel.run("program", "example").output)
    #expect(try laurel.run("program", "apply", program).status == 0)
    let roster = try laurel.write("roster.csv", Self.roster)
    #expect(try laurel.run("import", "roster", roster).status == 0)
    #expect(try laurel.run("program", "advance", "2025-09-03").status == 0)
    return laurel
  }
}
