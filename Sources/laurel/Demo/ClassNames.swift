/// Names for learners that never were: common surnames, common given names, no two alike.
enum ClassNames {
  private static let surnames = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "高", "林", "罗", "郑", "梁", "谢", "宋",
  ]
  private static let given = [
    "子涵", "欣怡", "浩然", "雨桐", "宇轩", "梓萱", "俊杰", "思远", "佳琪", "明哲", "晓彤", "文博",
    "静怡", "天宇", "若曦", "嘉豪", "梦瑶", "志强", "雪莹", "建国", "娜", "磊", "婷", "鹏", "倩", "军",
  ]

  /// The name of learner number so-and-so; the surname changes with the number, the rest by chance.
  ///
  /// Two learners of one surname are 24 numbers apart and take their given names from different
  /// halves of the list, so no two names are the same.
  static func name(_ random: inout ClassRandom, number: Int) -> String {
    let surname = surnames[number % surnames.count]
    let half = given.count / 2
    let offset = number / surnames.count % 2 * half
    return surname + given[offset + random.number(in: 0...half - 1)]
  }
}
