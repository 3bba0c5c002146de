import Incentives
import Ledger
import Testing

/// The bytes of every record as it is written, frozen.
///
/// A change that alters them alters what stands in journals that exist: it needs a new version of the
/// record, and the bytes of the old one go on being read (`olderVersions`).
@Suite("Frozen records")
struct RecordGoldenTests {
  private static let frozen: [(name: String, record: String)] =
    [
      (
        "fact",
        "26010198070102e8079f3800ae01ac02000320011441020a0303b4012809617474656d70742d3116fa0d"
          + "04"
      ),
      (
        "fact",
        "35010165070102fd98ace91a00ac0203000609617474656d70742d321986ab7a5728a458bb6cb3070138"
          + "5055d7a85f5eed3337f153c15ab511a1"
      ),
      ("moved", "0d02010104070300ac02003b1428ce701c78"),
      ("window", "0e0301070300acc3020900c801780295e79f7f"),
      ("context", "0a04010100040700ac0201de272dd5"),
      ("reversed", "080501020004070004e7408b23"),
      ("reversalAwaited", "0f060101010409617474656d70742d391ed94588"),
      ("granted", "1507020107000205ac0200640000040668656c7065643c0b30f7"),
      (
        "adjusted",
        "252d010601080e07000205ac020063280004136de1375b4d8b94e89278840b76e0838540b8c9e61c5b11"
      ),
      ("named", "13080102020e7375626d69747465643a7175697ab55bf23b"),
      ("learner", "1a0901071618e029f35a1d56587c1d80f9da541caf86d772f7ff022eae17b2"),
      (
        "learnerNamed",
        "340a01071977884e36eb8880620147440e8c712d32c243446b6a89614bed1613cab95df259f99fe13511"
          + "0ef2ec69c5a2e002f3527f66ebd843"
      ),
      ("row", "0b0b0102070012080500ac02f0216842"),
      ("group", "0f0c01ac020509e7acace4b880e7bb841d3bf82a"),
      (
        "program",
        "e3040d0101ff880f0180c203d7047b2263616c656e646172223a5b7b22636f686f727473223a5b5d2c22"
          + "646179223a22323032362d30382d3239222c22666f6c6c6f7773223a226d6f6e646179222c226b696e64"
          + "223a22776f726b646179227d5d2c22636c6f636b223a2277616c6c222c226461794772616365223a7b22"
          + "6e6578745465616368696e674461794e6f6f6e223a7b7d7d2c2264617953746172744d696e7574657322"
          + "3a302c226964223a2270222c226e616d65223a22e8aea1e58892222c22726561736f6e73223a5b7b2263"
          + "6f6465223a2268656c706564222c22706f696e7473223a35302c227469746c65223a22e5b8aee58aa922"
          + "7d5d2c2272756c6573223a5b7b22636f686f727473223a5b5d2c22657175616c73223a7b7d2c22696422"
          + "3a227175697a222c226b696e6473223a5b5d2c226c696d69746572223a7b2263617054696d6573223a7b"
          + "225f30223a322c225f31223a226f626a6563742d646179227d7d2c226d696e696d756d56616c7565223a"
          + "36302c227061796d656e74223a7b2270657256616c7565223a7b2265616368223a31302c22706f696e74"
          + "73223a317d7d2c227469657273223a5b5d2c227665726273223a5b227375626d69747465643a7175697a"
          + "225d7d5d2c227465616368696e6744617973223a5b227361747572646179225d2c227465726d73223a5b"
          + "7b22636f686f727473223a5b5d2c226669727374223a22323032362d30382d3239222c2267726163654d"
          + "696e75746573223a323838302c226964223a2274222c226c617374223a22323032362d30382d3239227d"
          + "5d2c227a6f6e65223a22417369612f5368616e67686169227dbc123589"
      ),
      ("advanced", "050e0180806ba722094a"),
      (
        "keyUsed",
        "261101000408070605040302011817161514131211056b65792d310b7b226f6b223a747275657d97ba79"
          + "4e"
      ),
      ("epoch", "0a12012827262524232221f9100889"),
      ("job", "0b0f0101010100acc302f4033c745a35"),
      ("standings", "17130100acc30200f40302ef01070500ac0214090500ac02bb30da70"),
      ("closed", "18100100acc302f60300f2c001840702000000e8070101051ec7908758"),
      (
        "keyUsedSealed",
        "401101030407056b65792d323472164d4252aa802f9187670fd09295429a47b662c9b95bcd60008f8766"
          + "37ae8c673b19e425aa0bdd1cfe385d1156a9b432f43511b0c8a71a"
      ),
      (
        "batch",
        "253701000c048089e5010a6576656e74732e6373761065336230633434323938666331633134f108f43f"
      ),
      ("batchPart", "0638010c180408c52be8f0"),
      ("batchReversed", "1339010c048092df020a77726f6e672066696c65dc09226f"),
      ("batchTaken", "0b3a010c07050301023b00142a8663b7"),
      ("rowWithdrawn", "043b0107125e62db74"),
      ("erased", "06420107ac0204023feb10"),
      (
        "merged",
        "254a01ac0207060a041cfc1ee090a0173a14dc3f6f0cb99d359ba5f0a0a6b397aeed06dd7fccba51fc72"
      ),
      ("jobOfBatch", "090f020201030400070cd821bcbe"),
      ("lot", "0a4d010207030cef01f001122f49ef"),
      ("recompute", "0d4601010104ac020403809bd90350999810"),
      ("termKept", "034701039ae15c3f"),
      ("recomputed", "0948010104073b00143cd2fc1bf1"),
      ("proposed", "174901080706050403020118171615141312110480a4d304d491d887"),
      ("staff", "0828010d0506000200507253e2"),
      ("staffCohort", "05290105ac028aba49d3"),
      ("staffNamed", "1d2a0105199f4886c84df7e2025fd3c76d433248b2e8ebd17dd42067e9f8ef34defe"),
      (
        "rehearsal",
        "245301010201ac02ff880f030000000000000004000000000000000972656865617273616c5b696fe6"
      ), ("vacancy", "035401019f9d32cf"),
      (
        "keyOfMethod",
        "291102000403820108070605040302011817161514131211056b65792d310b7b226f6b223a747275657d"
          + "113c82b3"
      ),
      (
        "keyOfMethodSealed",
        "431102030403820107056b65792d323472164d4252aa802f9187670fd09295429a47b662c9b95bcd6000"
          + "8f876637ae8c673b19e425aa0bdd1cfe385d1156a9b432f4351142e5cb1c"
      ),
      (
        "batchSealed",
        "2d3702000c048089e501021d6fe2adb68f8c70190f8728dfde9fb07a5d86b3483cf844dbb9a0c1042904"
          + "65336230a9cf3092"
      ),
      ("recognized", "08560107ac02020400cccb995d"),
      (
        "badgeDecided",
        "22570107ad02010004196dd81a5765cebdc7330d2e42357ba0b15469c0337d88238ef754e73994"
      ),
      (
        "learnerNamedWithNumber",
        "380a02071977884e36eb8880620147440e8c712d32c243446b6a89614bed0019eea7b68083631340eac2"
          + "8da7bc851a679401243a17570f69104b2ad022"
      ),
    ] + RecordGoldenAwards.frozen

  private static let allFrozen = frozen + attendanceRecords

  /// Records of an older version: they are read for ever and written no more.
  private static let onlyRead: Set = ["job", "keyUsed", "keyUsedSealed", "batch", "learnerNamed"]
  @Test("A grant of version 1 is read as decided on its own day, for nobody's budget")
  func olderVersions() throws {
    let record = "130701010700ac0200640000040668656c706564f7a8a29f"
    let block = try forgedBlock(body: Array(try Self.bytes(record).dropFirst().dropLast(4)))
    var read = ChangeBuffer()
    try block.withUnsafeBytes { try BlockView($0).decode(into: &read, keys: sampleKeys()) }
    var buffer = ChangeBuffer()
    buffer.changes.append(
      .granted(
        GrantChange(
          learner: Self.learner, day: Self.day, group: Self.group, term: .endless, counts: true,
          posting: Posting(points: 50), reason: buffer.text.append("helped"),
          principal: Self.principal)))
    expectEqual(read, buffer, "a grant of version 1")
  }

  private static func bytes(_ record: String) throws -> [UInt8] {
    let digits = Array(record)
    return try stride(from: 0, to: digits.count, by: 2).map {
      try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16), "\(record)")
    }
  }

  /// One change of each kind, in the order of the table.
  private static func changes() -> ChangeBuffer {
    var buffer = ChangeBuffer()
    appendFacts(to: &buffer)
    appendPoints(to: &buffer)
    appendPeople(to: &buffer)
    appendProgram(to: &buffer)
    appendSealedKey(to: &buffer)
    appendBatch(to: &buffer)
    appendRecompute(to: &buffer)
    appendStaff(to: &buffer)
    appendRehearsal(to: &buffer)
    appendKeysOfMethods(to: &buffer)
    appendSealedBatch(to: &buffer)
    appendRecognition(to: &buffer)
    buffer.changes.append(
      .learnerNamed(
        LearnerNameChange(
          learner: learner, name: buffer.text.append("王小明"), alias: .empty,
          rollNumber: buffer.text.append("2025-0107"))))
    RecordGoldenAwards.append(to: &buffer)
    appendAttendance(to: &buffer)
    return buffer
  }

  @Test("What is written today is what was written then")
  func encoding() throws {
    let buffer = Self.changes()
    try #require(buffer.changes.count == Self.allFrozen.count)
    for (index, (name, record)) in Self.allFrozen.enumerated()
    where !Self.onlyRead.contains(name) {
      let block = try sampleBlock(buffer, index..<index + 1)
      let bytes = hexadecimal(recordBytes(of: block))
      #expect(bytes == record, "\(name)")
    }
  }

  @Test("What was written then reads as it was meant")
  func decoding() throws {
    let buffer = Self.changes()
    var read = ChangeBuffer()
    for (_, record) in Self.allFrozen {
      let bytes = try Self.bytes(record)
      let lengthBytes = bytes.prefix { $0 >= 0x80 }.count + 1
      let block = try forgedBlock(body: Array(bytes.dropFirst(lengthBytes).dropLast(4)))
      try block.withUnsafeBytes { try BlockView($0).decode(into: &read, keys: sampleKeys()) }
    }
    expectEqual(read, buffer, "frozen records")
  }

  private static let learner = LearnerNumber(rawValue: 7)
  private static let day = LocalDay(number: 20_694)
  private static let group = GroupNumber(rawValue: 300)
  private static let principal = PrincipalNumber(rawValue: 4)

  private static func appendFacts(to buffer: inout ChangeBuffer) {
    let id = buffer.text.append("attempt-1")
    buffer.outcomes.append(
      Outcome(rule: RuleNumber(rawValue: 1), reason: .paid, worth: 10, points: 10))
    buffer.outcomes.append(
      Outcome(rule: RuleNumber(rawValue: 2), reason: .capReached, worth: 5, points: 0))
    buffer.outcomes.append(
      Outcome(rule: RuleNumber(rawValue: 3), reason: .notBest, worth: 90, points: 20))
    let plain = FactChange(
      identity: IdentityHash(high: 0, low: 0), learner: learner, source: SourceNumber(rawValue: 1),
      id: id, verb: VerbNumber(rawValue: 2), object: ObjectNumber(rawValue: 1_000),
      occurredAt: Instant(seconds: 1_787_996_400), day: day, isDateOnly: false, status: .counted,
      value: 87, metadata: .empty, group: group, term: .endless,
      outcomes: Run(start: 0, count: 3), debtPaid: 0)
    buffer.changes.append(.fact(plain))
    var full = plain
    full.id = buffer.text.append("attempt-2")
    full.metadata = buffer.text.append(#"{"a":"b"}"#)
    full.object = .none
    full.occurredAt = Instant(microseconds: 1_787_996_400_000_001)
    full.isDateOnly = true
    full.status = .pending
    full.value = nil
    full.term = TermNumber(rawValue: 2)
    full.outcomes = .empty
    full.debtPaid = 3
    buffer.changes.append(.fact(full))
  }

  private static func appendPoints(to buffer: inout ChangeBuffer) {
    let fact = Position(rawValue: 40)
    let posting = Posting(points: -30, debt: 10, writtenOff: 20)
    buffer.changes.append(
      .moved(
        MoveChange(
          fact: fact, learner: learner, rule: RuleNumber(rawValue: 3), day: day, group: group,
          term: .endless, posting: posting, cause: .reversal)))
    buffer.changes.append(
      .window(
        WindowChange(
          learner: learner,
          key: WindowKey(
            rule: RuleNumber(rawValue: 3), period: .day(day), object: ObjectNumber(rawValue: 9)),
          fold: WindowFold(last: sampleTime, sum: 100, largest: 60, count: 2))))
    buffer.changes.append(
      .context(
        FactContextChange(
          fact: fact, learner: learner, day: day, previous: .pending, status: .counted,
          group: group, term: .outside)))
    buffer.changes.append(
      .reversed(
        ReversalChange(
          fact: fact, learner: learner, day: day, previous: .counted, cause: .misconduct,
          principal: principal)))
    buffer.changes.append(
      .reversalAwaited(
        AwaitedReversalChange(
          identity: IdentityHash(high: 0, low: 0), source: SourceNumber(rawValue: 1),
          id: buffer.text.append("attempt-9"), cause: .source, principal: principal)))
    buffer.changes.append(
      .granted(
        GrantChange(
          learner: learner, day: day, group: group, term: .endless, counts: true,
          cohort: CohortNumber(rawValue: 5), decidedOn: day.next,
          posting: Posting(points: 50), reason: buffer.text.append("helped"),
          principal: principal)))
    buffer.changes.append(
      .granted(
        GrantChange(
          learner: learner, day: day, group: group, term: .endless, counts: false,
          kind: .adjustment, cohort: CohortNumber(rawValue: 5), decidedOn: day.next,
          posting: Posting(points: -50, debt: 20), adjusted: 7, reason: buffer.text.append("券"),
          principal: principal, undoes: Position(rawValue: 38))))
  }

  private static func appendPeople(to buffer: inout ChangeBuffer) {
    let verb = buffer.text.append("submitted:quiz")
    buffer.changes.append(.named(NameChange(kind: .verb, number: 2, text: verb)))
    let externalID = buffer.text.append("A-0042")
    buffer.changes.append(.learner(LearnerChange(learner: learner, externalID: externalID)))
    let name = buffer.text.append("王小明")
    let alias = buffer.text.append("小虎")
    buffer.changes.append(
      .learnerNamed(LearnerNameChange(learner: learner, name: name, alias: alias)))
    buffer.changes.append(
      .row(
        ContextRowChange(
          learner: learner,
          row: ContextRow(
            first: day, last: LocalDay(number: .max), speaksOf: [.cohort, .group],
            cohort: CohortNumber(rawValue: 5), flags: .leader, group: group))))
    buffer.changes.append(
      .group(
        GroupChange(
          group: group, cohort: CohortNumber(rawValue: 5), title: buffer.text.append("第一组"))))
  }

  private static func appendProgram(to buffer: inout ChangeBuffer) {
    buffer.definitions.append(
      ProgramDefinition(
        id: "p", name: "计划", zone: "Asia/Shanghai", teachingDays: [.saturday],
        calendar: [.init(day: day, kind: .workday, follows: .monday)],
        terms: [.init(id: "t", first: day, last: day)], dayGrace: .nextTeachingDayNoon,
        reasons: [.init(code: "helped", title: "帮助", points: 50)],
        rules: [
          Rule(
            id: "quiz", verbs: ["submitted:quiz"], minimumValue: 60,
            payment: .perValue(points: 1, each: 10), limiter: .capTimes(2, .objectDay))
        ]))
    buffer.zones.append(ZoneOffsets(fixedOffsetSeconds: 28_800))
    buffer.changes.append(
      .program(
        ProgramChange(version: 1, effectiveFrom: Instant(seconds: 1_788_000_000), definition: 0)))
    buffer.changes.append(.advanced(AdvanceChange(to: Instant(seconds: 1_788_000_001))))
    let key = buffer.text.append("key-1")
    let answer = buffer.text.append(#"{"ok":true}"#)
    buffer.changes.append(
      .keyUsed(
        KeyChange(
          identity: IdentityHash(high: 0, low: 0), principal: principal, key: key,
          fingerprint: IdentityHash(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718),
          answer: answer, isRefusal: false)))
    buffer.changes.append(.epoch(EpochChange(epoch: 0x2122_2324_2526_2728)))
    buffer.changes.append(
      .job(
        JobChange(job: 1, kind: .closePeriod, state: .running, period: .day(day), cursor: 500)))
    buffer.standings = [
      Standing(
        member: 7, score: 120, cohort: CohortNumber(rawValue: 5), tier: .none, group: group),
      Standing(
        member: 9, score: 110, cohort: CohortNumber(rawValue: 5), tier: .none, group: group),
    ]
    buffer.changes.append(
      .standings(
        StandingsChange(
          period: .day(day), ranksGroups: false, first: 500, places: Run(start: 0, count: 2))))
    buffer.populations = [
      Population(segment: .everyone, count: 1_000),
      Population(segment: Segment(kind: .cohort, number: 5), ranksGroups: true, count: 30),
    ]
    buffer.changes.append(
      .closed(
        ClosedChange(
          period: .day(day), learners: 502, groups: 0, points: 12_345,
          cut: Position(rawValue: 900), populations: Run(start: 0, count: 2))))
  }

  private static func appendRehearsal(to buffer: inout ChangeBuffer) {
    buffer.changes.append(
      .rehearsal(
        RehearsalChange(
          program: ProgramNumber(rawValue: 2), source: ProgramNumber(rawValue: 1),
          stage: .copying, through: Position(rawValue: 300),
          clock: Instant(seconds: 1_788_000_000), call: Digest128(high: 3, low: 4),
          id: buffer.text.append("rehearsal"))))
    buffer.changes.append(.vacancy(VacancyChange(original: .usedKey)))
  }

  private static func appendStaff(to buffer: inout ChangeBuffer) {
    let staff = StaffNumber(rawValue: 5)
    buffer.changes.append(
      .staff(
        StaffChange(
          staff: staff, roles: 6, isLimited: true, first: LocalDay(number: .min), last: day,
          successor: StaffNumber(rawValue: 2), keysSince: sampleTime)))
    buffer.changes.append(
      .staffCohort(StaffCohortChange(staff: staff, cohort: CohortNumber(rawValue: 300))))
    buffer.changes.append(
      .staffNamed(StaffNameChange(staff: staff, name: buffer.text.append("王老师"))))
  }

  private static func appendSealedBatch(to buffer: inout ChangeBuffer) {
    let file = buffer.text.append("王小明.csv")
    buffer.changes.append(
      .batch(
        BatchChange(
          batch: BatchNumber(rawValue: 12), kind: .facts, principal: principal,
          openedAt: Instant(seconds: 1_788_000_002), fileName: file,
          naming: .sealed, digest: buffer.text.append("e3b0"))))
  }

  private static func appendKeysOfMethods(to buffer: inout ChangeBuffer) {
    for change in buffer.changes {
      guard case .keyUsed(var used) = change else { continue }
      used.key = buffer.text.append(buffer.text.string(used.key))
      used.answer = buffer.text.append(buffer.text.string(used.answer))
      used.action = ActionNumber(rawValue: 3)
      used.records = 130
      buffer.changes.append(.keyUsed(used))
    }
  }

  private static func appendRecognition(to buffer: inout ChangeBuffer) {
    buffer.changes.append(
      .recognized(
        RecognitionChange(
          learner: learner, recognition: RuleNumber(rawValue: 300), stage: 2,
          fact: Position(rawValue: 40), day: day)))
    buffer.changes.append(
      .badgeDecided(
        BadgeDecisionChange(
          learner: learner, badge: RuleNumber(rawValue: 301), stage: 1, day: day,
          reason: buffer.text.append("展示会"), principal: principal)))
  }

  private static func appendSealedKey(to buffer: inout ChangeBuffer) {
    let key = buffer.text.append("key-2")
    buffer.changes.append(
      .keyUsed(
        KeyChange(
          identity: IdentityHash(high: 0, low: 0), principal: principal, key: key,
          fingerprint: IdentityHash(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718),
          learner: learner, answer: buffer.text.append(#"{"learner":"A-0042"}"#), isRefusal: true)))
  }

  private static func appendRecompute(to buffer: inout ChangeBuffer) {
    buffer.changes.append(
      .recompute(
        RecomputeChange(
          job: 4, learners: 300, floor: .none, movesTerms: true, principal: principal,
          proposer: PrincipalNumber(rawValue: 3), decidedAt: Instant(seconds: 1_788_000_004))))
    buffer.changes.append(.termKept(TermKeptChange(term: TermNumber(rawValue: 2))))
    buffer.changes.append(
      .recomputed(
        RecomputedChange(
          job: 4, learner: learner, isAhead: true, posting: Posting(points: -30, writtenOff: 10),
          kept: 30)))
    buffer.changes.append(
      .proposed(
        ProposalChange(
          fingerprint: IdentityHash(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718),
          principal: principal, proposedAt: Instant(seconds: 1_788_000_005))))
  }

  private static func appendBatch(to buffer: inout ChangeBuffer) {
    let batch = BatchNumber(rawValue: 12)
    let file = buffer.text.append("events.csv")
    let digest = buffer.text.append("e3b0c44298fc1c14")
    buffer.changes.append(
      .batch(
        BatchChange(
          batch: batch, kind: .facts, principal: principal,
          openedAt: Instant(seconds: 1_788_000_002), fileName: file, naming: .clear,
          digest: digest)))
    buffer.changes.append(
      .batchPart(
        BatchPartChange(
          batch: batch, first: Position(rawValue: 30), last: Position(rawValue: 40), facts: 8)))
    buffer.changes.append(
      .batchReversed(
        BatchReversalChange(
          batch: batch, principal: principal, reversedAt: Instant(seconds: 1_788_000_003),
          reason: buffer.text.append("wrong file"))))
    buffer.changes.append(
      .batchTaken(
        BatchTakenChange(
          batch: batch, learner: learner, facts: 5, grants: 3, rows: 1, corrected: 2,
          posting: Posting(points: -30, writtenOff: 10))))
    buffer.changes.append(
      .rowWithdrawn(RowWithdrawalChange(learner: learner, row: Position(rawValue: 33))))
    buffer.changes.append(
      .erased(
        ErasureChange(
          learner: learner, anchor: LearnerNumber(rawValue: 300), principal: principal)))
    buffer.changes.append(
      .merged(
        MergeChange(
          from: LearnerNumber(rawValue: 300), into: learner,
          decidedOn: LocalDay(number: 20_697), debtPaid: 5,
          reason: buffer.text.append("two accounts"), principal: principal)))
    buffer.changes.append(
      .job(
        JobChange(
          job: 3, kind: .reverseBatch, state: .running, period: .all, cursor: 7, batch: batch)))
    buffer.changes.append(
      .lot(
        LotChange(
          learner: learner, term: TermNumber(rawValue: 2), day: LocalDay(number: 20_700),
          points: -120, expired: 120, cause: .expiry)))
  }
}
