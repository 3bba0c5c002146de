import Incentives

/// A class that never was: 48 learners in 8 groups over a term of 16 weeks, from one seed.
///
/// Not data about anybody; the demo says so on screen. The habits are those of real classes: check-ins
/// in the morning, videos in the evening, homework every week with a rush on its last day and some
/// after it, two live lessons a week, quizzes that are taken twice, a few who answer for all, and
/// some who fall silent half way. The same seed gives the same facts, byte for byte.
///
/// It fits `Programs/demo.yaml`: the term from 2025-09-01, its holidays and 调休, its verbs.
struct ClassGenerator {
  /// A learner of the class and how they study.
  struct Student: Hashable, Sendable {
    /// The row of the roster.
    let row: LearnerRow
    /// How many times of a hundred they do what is due.
    let diligence: Int
    /// The score they reach on an average day.
    let talent: Int
    /// The week after which they fall silent; nil for those who stay.
    let silentAfterWeek: Int?
  }

  static let weeks = 16
  static let groupCount = 8
  static let groupSize = 6
  static let cohort = "2025秋"
  static let source = "lms"
  /// The first day of the term, a Monday.
  static let firstDay = LocalDay(number: 20_332)

  /// The learners, by id.
  let students: [Student]
  private let seed: UInt64

  /// The class of a seed.
  init(seed: UInt64 = 2025) {
    self.seed = seed
    var random = ClassRandom(seed: seed)
    students = (0..<Self.groupCount * Self.groupSize).map { Self.student($0, &random) }
  }

  /// The roster with its groups.
  var roster: [LearnerRow] { students.map(\.row) }

  /// Every fact of the term, in the order it happened.
  func facts() -> [FactRow] {
    var random = ClassRandom(seed: seed ^ 0x5EED)
    var diary = Diary()
    for week in 0..<Self.weeks {
      for weekday in 0..<7 {
        let day = Self.firstDay.advanced(by: Int32(week * 7 + weekday))
        for student in students where student.isActive(inWeek: week) {
          student.live(day, week: week, &random, &diary)
        }
      }
    }
    return diary.inOrder()
  }

  private static func student(_ index: Int, _ random: inout ClassRandom) -> Student {
    let group = index / groupSize + 1
    let number = index + 1
    let name = ClassNames.name(&random, number: index)
    // One in eight falls silent, as classes go; never a leader.
    let isLeader = index % groupSize == 0
    let leaves = !isLeader && random.happens(percent: 14)
    let row = LearnerRow(
      id: "2025\(number < 10 ? "00" : "0")\(number)", name: name, cohort: cohort,
      tier: random.happens(percent: 30) ? "提高" : "基础", group: "第\(group)组",
      leads: isLeader ? true : nil)
    return Student(
      row: row, diligence: min(97, random.around(38...96) + (isLeader ? 12 : 0)),
      talent: random.around(48...98), silentAfterWeek: leaves ? random.number(in: 3...11) : nil)
  }
}

extension ClassGenerator.Student {
  func isActive(inWeek week: Int) -> Bool { silentAfterWeek.map { week <= $0 } ?? true }
}
