import Tabular

/// What `award.list` answers, as people read it.
enum AwardTables {
  static func text(_ answer: Answer, _ language: Language) -> String {
    var text = ""
    for star in answer.items("provisional") { text += provisional(star, language) }
    for star in answer.items("waiting") { text += waiting(star, language) }
    text += given(answer, language)
    text += nominations(answer.items("nominations"), language)
    if let next = answer["next"]?.text {
      text += language("Older: --before \(next)\n", "更早的：--before \(next)\n")
    }
    return text.isEmpty ? language("No awards yet.\n", "还没有奖项。\n") : text
  }

  private static func provisional(_ star: Answer, _ language: Language) -> String {
    head(star, language("stands now", "暂列"), language)
      + language("closes \(star.text("closes"))", "\(star.text("closes")) 结算") + "\n"
      + places(star, language)
  }

  private static func waiting(_ star: Answer, _ language: Language) -> String {
    head(star, language("waits for staff", "待确认") + " \(star.text("decision"))", language)
      + language("until \(star.text("deadline"))", "截止 \(star.text("deadline"))") + "\n"
      + places(star, language)
  }

  private static func head(_ star: Answer, _ state: String, _ language: Language) -> String {
    let segment = segment(star)
    return "\(star.text("title")) \(star.text("period"))\(segment.isEmpty ? "" : " \(segment)")"
      + language(": \(state), ", "：\(state)，")
  }

  private static func segment(_ star: Answer) -> String {
    ["cohort", "tier", "group"].map { star.text($0) }.first { !$0.isEmpty } ?? ""
  }

  /// Who competed, with what each step of a tie compared.
  private static func places(_ star: Answer, _ language: Language) -> String {
    var table = TextTable([
      .init("", .right), .init(language("Learner", "学员")), .init(language("Score", "得分"), .right),
      .init(language("Stars", "本期已得"), .right), .init(language("Rules", "规则数"), .right),
      .init(language("Last star", "上次得星")), .init(language("Reached at", "达到时间")),
    ])
    for (index, place) in star.items("candidates").enumerated() {
      table.addRow(["\(index + 1)"] + cells(place))
    }
    for place in star.items("coolingOff") {
      table.addRow([language("pauses", "轮空")] + cells(place))
    }
    let tied = star.int("tied")
    let tie =
      tied > 1
      ? language(
        "\(tied) share the first place; the rule is \(star.text("ties")).\n",
        "并列第一 \(tied) 人，规则：\(rule(star.text("ties"), language))。\n") : ""
    return table.shown + tie
  }

  private static func cells(_ place: Answer) -> [String] {
    let who = [place.text("learner"), place.text("name")].filter { !$0.isEmpty }
    return [
      who.joined(separator: " "), "\(place.int("score"))\(place.flag("half") ? ".5" : "")",
      "\(place.int("stars"))", place["rules"].map(\.shown) ?? "", place.text("lastStar"),
      place.text("reachedAt"),
    ]
  }

  private static func rule(_ word: String, _ language: Language) -> String {
    switch word {
    case "fewest-stars": language(word, "本学期得星少者优先")
    case "shared": language(word, "并列同得")
    case "earliest": language(word, "先达到者得")
    default: word
    }
  }

  private static func given(_ answer: Answer, _ language: Language) -> String {
    let awards = answer.items("awards")
    guard !awards.isEmpty else { return "" }
    var table = TextTable([
      .init(language("Award", "奖项")), .init(language("Of", "日期")),
      .init(language("Learner", "学员")), .init(language("Points", "积分"), .right),
      .init(language("Why", "缘由")), .init(language("State", "状态")), .init("Id"),
    ])
    var proofs = ""
    for award in awards {
      let who = [award.text("learner"), award.text("name")].filter { !$0.isEmpty }
      let segment = segment(award)
      let period = award.text("period").isEmpty ? award.text("day") : award.text("period")
      let citation = award.text("citation")
      table.addRow([
        award.text("title"), segment.isEmpty ? period : "\(period) \(segment)",
        who.joined(separator: " "), Shown.signed(award.int("points")),
        citation.isEmpty ? cause(award.text("cause"), language) : citation,
        award.text("status") == "revoked"
          ? language("revoked", "已收回") : language("final", "已定"), award.text("id"),
      ])
      if let proof = award["proof"] {
        proofs += "\n\(award.text("id")) \(award.text("title")) \(period)\n"
        proofs += places(proof, language)
      }
    }
    return table.shown + proofs
  }

  private static func cause(_ word: String, _ language: Language) -> String {
    switch word {
    case "closing": language("most points", "积分最高")
    case "confirmed": language("chosen by staff", "教师确认")
    case "deadline": language("first, nobody chose", "第一名，未另选")
    case "runner_up": language("runner-up", "递补")
    case "given": language("given by staff", "教师颁发")
    case "work": language("work accepted", "作业采纳")
    default: word
    }
  }

  private static func nominations(_ nominations: [Answer], _ language: Language) -> String {
    guard !nominations.isEmpty else { return "" }
    var table = TextTable([
      .init(language("Nomination", "提名")), .init(language("Award", "奖项")),
      .init(language("Learner", "学员")), .init(language("Work", "作品")),
      .init(language("By", "提名人")), .init(language("Day", "日期")), .init(language("State", "状态")),
    ])
    for one in nominations {
      let who = [one.text("learner"), one.text("name")].filter { !$0.isEmpty }
      let work =
        one.text("object").isEmpty
        ? language("fact \(one.int("fact"))", "事实 \(one.int("fact"))") : one.text("object")
      let mutual = one.flag("mutual") ? language(" (mutual)", "（互相提名）") : ""
      let by = one.text("nominator").isEmpty ? one.text("by") : one.text("nominator")
      table.addRow([
        one.text("nomination"), one.text("title"), who.joined(separator: " "), work, by + mutual,
        one.text("day"), status(one.text("status"), language),
      ])
    }
    return table.shown
  }

  private static func status(_ word: String, _ language: Language) -> String {
    switch word {
    case "accepted": language("accepted", "已采纳")
    case "refused": language("refused", "未采纳")
    default: language("open", "待定")
    }
  }
}
