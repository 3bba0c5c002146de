import Client
import TestSupport

/// One of the clients of the kill trial: it writes down what was acknowledged, and believes nothing else.
///
/// Belongs to one thread at a time. What was sent and not acknowledged is sent again, unchanged, until it
/// is; what was acknowledged must be answered with the same bytes for ever.
final class KillClient: @unchecked Sendable {
  static let program = "kill"
  static let learnersEach = 6
  static let window = 4

  let number: Int
  private var generator: SeededGenerator
  private(set) var facts: [TrialFact] = []
  private(set) var reversed: Set<String> = []
  private(set) var grants: [String: Int64] = [:]
  /// Outcomes of facts by their id.
  private(set) var outcomes: [String: String] = [:]
  private var acknowledged: [(deed: Deed, answer: [String])] = []
  private var freshFrom = 0
  private var doubtful: [Deed] = []
  private(set) var failures: [String] = []
  /// Facts that took effect, by an answer that was not marked as replayed.
  private(set) var effective: Set<String> = []
  private var earlyIDs: [String] = []
  private var calls = 0

  init(_ number: Int, seed: UInt64) {
    self.number = number
    generator = SeededGenerator(seed: seed &* 1_000 &+ UInt64(number))
  }

  /// How many calls were acknowledged.
  var acknowledgedCount: Int { acknowledged.count }
  /// How many calls were in doubt at a kill.
  private(set) var doubtfulCount = 0

  /// Makes calls until the server is gone.
  func play(on endpoint: Endpoint) {
    freshFrom = acknowledged.count
    var pending: [Int64: Deed] = [:]
    do throws(ClientError) {
      let client = try Client(endpoint, timeout: .seconds(60))
      while failures.isEmpty {
        while pending.count < Self.window {
          let deed = next()
          pending[send(deed, on: client)] = deed
        }
        try receive(on: client, &pending)
      }
    } catch {
      if case .refused = error { fail("\(error)") }
      if case .malformed = error { fail("\(error)") }
    }
    // In the order of sending, so that what depends on an earlier call still does.
    doubtful += pending.sorted { $0.key < $1.key }.map(\.value)
    doubtfulCount += pending.count
  }

  /// Sends what is in doubt again, then what was acknowledged, and compares.
  ///
  /// `all` asks for everything ever acknowledged; else for the last round and a few older ones.
  func settle(on endpoint: Endpoint, all: Bool) {
    do throws(ClientError) {
      let client = try Client(endpoint, timeout: .seconds(60))
      for deed in doubtful {
        var pending = [send(deed, on: client): deed]
        try receive(on: client, &pending)
      }
      doubtful = []
      var places = Array((all ? 0 : min(freshFrom, acknowledged.count))..<acknowledged.count)
      if !all, freshFrom > 0 {
        places += (0..<20).map { _ in generator.next(below: freshFrom) }
      }
      for place in places { try replay(place, on: client) }
    } catch {
      fail("after the restart: \(error)")
    }
  }

  private func replay(_ place: Int, on client: Client) throws(ClientError) {
    let (deed, before) = acknowledged[place]
    send(deed, on: client)
    let answer = try client.receive { (_, result) throws(ClientError) in
      DeedAnswer(try result.get())
    }
    guard let answer, answer.outcomes == before else {
      return fail("\(deed) was answered \(before) and is answered \(answer?.outcomes ?? []) now")
    }
    if answer.replayed.contains(false) { fail("\(deed) took effect again") }
  }

  @discardableResult
  private func send(_ deed: Deed, on client: Client) -> Int64 {
    client.send(deed.method) { deed.write(program: Self.program, to: &$0) }
  }

  private func receive(on client: Client, _ pending: inout [Int64: Deed]) throws(ClientError) {
    let (id, answer) = try client.receive { (id, result) throws(ClientError) in
      (id, DeedAnswer(try result.get()))
    }
    guard let deed = pending.removeValue(forKey: id) else {
      return fail("an answer to no call: \(id)")
    }
    guard let answer else { return fail("\(deed) was answered otherwise than with outcomes") }
    note(deed, answer)
  }

  private func note(_ deed: Deed, _ answer: DeedAnswer) {
    acknowledged.append((deed, answer.outcomes))
    guard case .record(let sent) = deed else { return }
    guard sent.count == answer.outcomes.count else { return fail("an outcome is missing: \(deed)") }
    for (place, fact) in sent.enumerated() {
      let known = outcomes[fact.id]
      if let known, known != answer.outcomes[place] {
        fail("fact \(fact.id) was answered \(known), then \(answer.outcomes[place])")
      }
      if !answer.replayed[place], !effective.insert(fact.id).inserted {
        fail("fact \(fact.id) took effect twice")
      }
      outcomes[fact.id] = answer.outcomes[place]
    }
  }

  private func fail(_ what: String) {
    if failures.count < 5 { failures.append("client \(number): \(what)") }
  }
}

/// What a client does next.
extension KillClient {
  /// Calls after which the program's day moves on.
  private static let callsPerDay = 300
  private static let dayMax = 600

  private func next() -> Deed {
    calls += 1
    let day = calls / Self.callsPerDay
    if number == 0, calls % Self.callsPerDay == 0, day < Self.dayMax {
      return .advance(day: day + 1, key: "advance-\(day)")
    }
    switch generator.next(below: 100) {
    case 0..<15:
      let count = generator.next(in: 2...40)
      return .record((0..<count).map { _ in newFact() })
    case 15..<27 where !facts.isEmpty: return .record([generator.pick(facts)])
    case 27..<35: return .record([Self.shared(generator.next(below: 4_000))])
    case 35..<43 where !facts.isEmpty: return reversal(of: generator.pick(facts).id)
    case 43..<45:
      earlyIDs.append("early-\(number)-\(calls)")
      return reversal(of: "early-\(number)-\(calls)")
    case 45..<51:
      let learner = Self.learner(number, generator.next(below: Self.learnersEach))
      grants[learner, default: 0] += 3
      return .grant(learner: learner, key: "grant-\(number)-\(calls)")
    default: return .record([newFact()])
    }
  }

  /// A fact of one of the last days, the earliest of which is mostly closed; some were reversed before.
  private func newFact() -> TrialFact {
    let day = min(Self.dayMax, 3 + calls / Self.callsPerDay)
    let early = generator.happens(3) ? earlyIDs.popLast() : nil
    let fact = TrialFact.random(
      id: early ?? "f-\(number)-\(facts.count)",
      learner: Self.learner(number, generator.next(below: Self.learnersEach)),
      days: day - 3...day, &generator)
    facts.append(fact)
    return fact
  }

  private func reversal(of id: String) -> Deed {
    guard reversed.insert(id).inserted else { return .record([newFact()]) }
    return .reverse(id: id, key: "reverse-\(id)")
  }

  /// A learner of a client.
  static func learner(_ client: Int, _ number: Int) -> String { "k-\(client)-\(number)" }

  /// A fact that every client may send: the same for all.
  static func shared(_ number: Int) -> TrialFact {
    var generator = SeededGenerator(seed: UInt64(number) &+ 77)
    return TrialFact.random(
      id: "shared-\(number)", learner: learner(number % 8, number / 8 % learnersEach), days: 0...3,
      &generator)
  }
}
