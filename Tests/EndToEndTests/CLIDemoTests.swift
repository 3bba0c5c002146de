import Incentives
import Testing
import Trials

@testable import laurel

/// What the demo plays: the generated class and the groups of a log.
@Suite("CLI: what the demo plays")
struct CLIDemoTests {
  @Test("groups hold 5–8 learners for every number that can be split so, and differ by one at most")
  func groupSizes() {
    for count in 1...500 {
      let learners = (0..<count).map { "learner-\($0)" }
      let sizes = Grouping(learners).groups.map(\.members.count)
      #expect(sizes.reduce(0, +) == count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      #expect(sizes.allSatisfy { $0 <= 8 })
      if count > 4, count != 9 { #expect(sizes.allSatisfy { $0 >= 5 }, "\(count) learners") }
    }
  }

  @Test("the same learners make the same groups, in whatever order and however often they come")
  func groupOrder() {
    let one = Grouping(["b", "a", "10", "9", "c", "d", "e", "f", "g", "b"])
    let other = Grouping(["g", "f", "e", "d", "c", "b", "a", "9", "10"])
    #expect(one.groups.map(\.members) == other.groups.map(\.members))
    #expect(
      one.groups.map(\.members) == [["10", "a", "c", "e", "g"], ["9", "b", "d", "f"]])
    #expect(one.groups.map(\.name) == ["group-01", "group-02"])
  }

  @Test("a log with times instead of dates has the days of its times")
  func timedLog() throws {
    let directory = try TrialDirectory("log")
    let events = """
      source,event_id,learner_id,verb,occurred_at
      mooc,1,a,viewed:page,2013-04-09T23:30:00+08:00
      mooc,2,b,viewed:page,2013-04-11T08:00:00+08:00

      """
    try TrialDirectory.write(Array(events.utf8), to: "\(directory.path)/events.csv")
    let log = try LearningLog(directory: directory.path, language: .en)
    #expect(log.count == 2)
    #expect(log.firstDay...log.lastDay == day("2013-04-09")...day("2013-04-11"))
    #expect(log.roster.map(\.id) == ["a", "b"])
  }

  @Test("one seed gives one class, another seed another")
  func determinism() {
    let class2025 = ClassGenerator(seed: 2025)
    #expect(ClassGenerator(seed: 2025).facts() == class2025.facts())
    #expect(ClassGenerator(seed: 2025).roster == class2025.roster)
    #expect(ClassGenerator(seed: 2026).facts() != class2025.facts())
  }

  @Test("the class is 48 people of different names in 8 groups of 6, each with one leader")
  func roster() {
    let roster = ClassGenerator().roster
    #expect(roster.count == 48)
    #expect(Set(roster.map(\.id)).count == 48)
    #expect(Set(roster.compactMap(\.name)).count == 48)
    let groups = Dictionary(grouping: roster, by: { $0.group ?? "" })
    #expect(groups.count == 8)
    #expect(groups.values.allSatisfy { $0.count == 6 })
    #expect(groups.values.allSatisfy { $0.count { $0.leads == true } == 1 })
  }

  @Test(
    "its facts lie in order inside the term, with ids of their own, and some learners fall silent")
  func facts() throws {
    let generator = ClassGenerator()
    let facts = generator.facts()
    #expect((8_000...30_000).contains(facts.count))
    #expect(Set(facts.map(\.id)).count == facts.count)
    let times = facts.map { fact in
      guard case .at(let text) = fact.time else { return "" }
      return text
    }
    #expect(times == times.sorted())
    #expect(try #require(times.first) >= "2025-09-01")
    #expect(try #require(times.last) < "2025-12-22")
    #expect(facts.allSatisfy { fact in fact.value.map { (0...100).contains($0) } ?? true })
    let december = Set(zip(facts, times).filter { $0.1 >= "2025-12" }.map(\.0.learner))
    #expect((30..<48).contains(december.count))
  }

  @Test("every rule of the demo's program matches something its class does")
  func verbs() throws {
    let verbs = Set(ClassGenerator().facts().map(\.verb))
    let rules = try ProgramFile(yaml: ExampleName.demo.yaml).definition["rules"]?.items ?? []
    for rule in rules {
      let wanted = rule["verbs"]?.items.compactMap(\.text) ?? []
      let isMet = wanted.contains { pattern in
        pattern.hasSuffix("*")
          ? verbs.contains { $0.hasPrefix(pattern.dropLast()) } : verbs.contains(pattern)
      }
      #expect(isMet, "\(wanted)")
    }
  }
}

/// A day that is written in a test.
func day(_ text: String) -> LocalDay {
  guard let day = LocalDay(text) else { preconditionFailure("\(text) is no day") }
  return day
}
