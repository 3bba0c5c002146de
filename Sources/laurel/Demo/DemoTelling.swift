import Tabular

/// The demo's words around its steps.
enum DemoTelling {
  /// What is played, and where.
  static func title(
    _ material: DemoMaterial, _ directory: String, _ language: Language
  ) throws(CommandFailure) {
    try Output.write(
      """
      Laurel
      \(material.story)
      \(language(
        "\(material.roster.count) learners, \(material.factCount) facts, "
          + "\(material.days.lowerBound) to \(material.days.upperBound).",
        "\(material.roster.count) 位学员，\(material.factCount) 条事实，"
          + "\(material.days.lowerBound) 至 \(material.days.upperBound)。"))
      \(language("A fresh store in", "全新数据目录")) \(directory)

      """)
  }

  /// The head of a step.
  static func heading(_ text: String) throws(CommandFailure) {
    try Output.write("\n── \(text) " + rule(after: text) + "\n")
  }

  /// What can be done while the demo serves.
  static func serving(_ directory: String, _ language: Language) throws(CommandFailure) {
    let laurel = try FileText.ownPath()
    let head = language(
      "Serving until Ctrl-C. From another terminal:", "继续服务，按 Ctrl-C 结束。可在另一终端：")
    try Output.write(
      """

      \(head)
        export LAUREL_DATA=\(directory)
        \(laurel) board
        \(laurel) board --groups
        \(laurel) export balances --csv
        \(laurel) --help

      """)
  }

  /// What is left when the demo has ended.
  static func ended(
    _ directory: String, _ program: String, _ language: Language
  ) throws(CommandFailure) {
    let laurel = try FileText.ownPath()
    let head = language(
      "The store stays, and can be asked without a server:", "数据保留，没有服务器也能查询：")
    try Output.write(
      """

      \(head)
        \(laurel) export balances --program \(program) --csv --data \(directory)
        \(laurel) verify --rules --data \(directory)

      """)
  }

  private static func rule(after text: String) -> String {
    String(repeating: "─", count: max(4, 68 - DisplayWidth.of(text)))
  }
}
