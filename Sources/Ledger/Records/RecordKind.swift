/// The kinds of records in a journal: one for each case of `Change`, and `adjusted` for what `.granted`
/// says in people's own words.
///
/// A kind's byte is never reused. A kind that gets another layout raises `version` and its decoder
/// goes on reading the versions before it, for ever.
enum RecordKind: UInt8, CaseIterable, Sendable {
  case fact = 1
  case moved = 2
  case window = 3
  case context = 4
  case reversed = 5
  case reversalAwaited = 6
  case granted = 7
  case named = 8
  case learner = 9
  case learnerNamed = 10
  case row = 11
  case group = 12
  case program = 13
  case advanced = 14
  case job = 15
  case closed = 16
  case keyUsed = 17
  case epoch = 18
  case standings = 19
  case staff = 40
  case staffCohort = 41
  case staffNamed = 42
  case adjusted = 45
  case batch = 55
  case batchPart = 56
  case batchReversed = 57
  case batchTaken = 58
  case rowWithdrawn = 59
  case erased = 66
  case rehearsal = 83
  case vacancy = 84
  case recompute = 70
  case termKept = 71
  case recomputed = 72
  case proposed = 73
  case lot = 77
  case recognized = 86
  case badgeDecided = 87
  case merged = 74
  case session = 95
  case attendance = 96
  case perfect = 97
  case attendanceJudged = 98
  case excused = 99
  case starDecided = 90
  case awardGiven = 91
  case awardRevoked = 92
  case workNominated = 93
  case workDecided = 94

  /// The version that is written.
  var version: UInt8 {
    switch self {
    case .granted, .job, .keyUsed, .batch, .learnerNamed: 2
    default: 1
    }
  }
}
