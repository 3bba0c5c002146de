import Testing

@testable import laurel

/// Points that expire, from the command line.
@Suite("CLI: points that expire")
struct CLIExpiryTests {
  private static let program = """
    id: class
    name: 一班
    zone: Asia/Shanghai
    clock: manual
    terms:
      - {id: autumn, from: 2026-09-01, to: 2027-01-15, expires: 2027-03-01}
    rules:
      - {id: comment, verbs: [commented], points: 10}
    """
  private static let facts = """
    source,id,learner,verb,occurredOn
    lms,c1,s1,commented,2026-09-07
    lms,c2,s1,commented,2026-09-08
    lms,c3,s2,commented,2026-09-08

    """

  /// Two learners with twenty and ten points of the autumn.
  private func classroom() throws -> CLIBinary {
    let laurel = try CLIBinary()
    try laurel.serve()
    let program = try laurel.write("class.yaml", Self.program)
    #expect(try laurel.run("program", "apply", program).status == 0)
    let roster = try laurel.write("roster.csv", CLIBinary.roster)
    #expect(try laurel.run("import", "roster", roster).status == 0)
    #expect(try laurel.run("program", "advance", "2026-09-10").status == 0)
    let facts = try laurel.write("facts.csv", Self.facts)
    #expect(try laurel.run("import", "facts", facts).status == 0)
    return laurel
  }

  @Test("a balance says until when, a check warns, and then they are gone")
  func untilTheDay() throws {
    let laurel = try classroom()
    #expect(
      try laurel.run("balance", "s1").output.contains("20 of it until Sunday 2027-02-28\n"))
    #expect(
      try laurel.run("balance", "s1", "--lang", "zh").output.contains(
        "其中 20 分可用至 2027-02-28 周日\n"))
    #expect(try laurel.run("program", "get", "--json").output.contains("2027-03-01"))
    #expect(try laurel.run("program", "advance", "2027-02-10").status == 0)
    let check = try laurel.run("check", "--json").answer().items("findings")
    let line = check.first { $0.text("code") == "expiring" }
    #expect(
      line?.text("text") == "30 points of term autumn expire on 2027-03-01; 2 learners have some")
    #expect(try laurel.run("program", "advance", "2027-03-01").status == 0)
    let balance = try laurel.run("balance", "s1", "--json").answer()
    #expect(balance.int("spendable") == 0 && balance.int("expired") == 20)
    #expect(balance.int("earned") == 20 && balance.items("lots").isEmpty)
    #expect(try laurel.run("history", "s1").output.contains("20 of term autumn expired"))
    #expect(
      try laurel.run("history", "s1", "--lang", "zh").output.contains("autumn 学期的 20 分过期"))
    #expect(try laurel.run("verify", "--rules").status == 0)
    #expect(try laurel.run("export", "balances").output.contains("s1,20,0,"))
  }

  @Test("an expiry within the grace of its term is refused with its field")
  func tooEarly() throws {
    let laurel = try CLIBinary()
    try laurel.serve()
    let program = try laurel.write(
      "class.yaml", Self.program.replacing("expires: 2027-03-01", with: "expires: 2027-01-17"))
    let refused = try laurel.run("program", "apply", program)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("expires"))
  }
}
