import Incentives

/// Points that people move in a simulation.
extension Simulation {
  func grant() {
    let id = world.generator.pick(world.learners)
    let learner = model.who(id)
    let day = model.time.day(at: now)
    let counts = world.generator.happens(70)
    let (code, points): (String, Int64) = world.generator.pick([("speak", 2), ("lead", 7)])
    let isPossible = canCount(learner, on: day)
    let cohort = model.context(of: learner, on: day).cohort
    let week = Period.week(containing: day)
    let spent = model.granted[week]?[cohort] ?? 0
    let isInBudget = spent + points <= model.time.definition.grantBudget ?? 200
    do throws(Refusal) {
      _ = try game.grant(GrantRequest(learners: [id], reason: code, counts: counts))
      guard isPossible, isInBudget else { return fail("a grant to nobody, or beyond the budget") }
      model.granted[week, default: [:]][cohort] = spent + points
      move(points, of: learner, on: day, counts ? .earned : .bonus)
    } catch {
      let isBudget = error.reason == .overBudget
      if isPossible, isInBudget || !isBudget { fail("\(error)") }
    }
  }

  /// Adds or takes points, also more than there are.
  func adjust() {
    let id = world.generator.pick(world.learners)
    let learner = model.who(id)
    let today = model.time.day(at: now)
    let day = world.generator.happens(70) ? today : LocalDay(number: today.number - 3)
    let points = Int64(world.generator.next(in: 1...12)) * (world.generator.happens(50) ? 1 : -1)
    let request = AdjustRequest(
      learner: id, points: points, reason: "counted again", occurredOn: day,
      earned: world.generator.happens(50), allowDebt: world.generator.happens(30))
    let purse = model.purses[learner] ?? NaiveModel.Purse()
    let isThere =
      points > 0
      || (request.allowDebt || purse.spendable >= -points)
        && (!request.earned || purse.earned >= -points)
    let isPossible = request.earned ? canCount(learner, on: day) : true
    let isKnown = game.state.learnerNumber(learner) != nil
    do throws(Refusal) {
      _ = try game.adjust(request)
      guard isThere, isPossible, isKnown else { return fail("an adjustment of nothing") }
      move(
        points, of: learner, on: day, request.earned ? .earned : .adjusted,
        owes: request.allowDebt)
    } catch {
      let isFunds = error.reason == .insufficientPoints
      if isKnown, isPossible, isThere || !isFunds { fail("\(error)") }
      if isFunds, isThere { fail("\(error)") }
    }
  }

  /// Whether points of a day count for somebody.
  private func canCount(_ learner: String, on day: LocalDay) -> Bool {
    let context = model.context(of: learner, on: day)
    return context.isOnRoster && model.time.term(on: day, cohort: context.cohort) != nil
  }

  /// What people move, told to the model; of records of its kind it is the last.
  private func move(
    _ points: Int64, of learner: String, on day: LocalDay, _ account: PointsAccount,
    owes: Bool = false, adjusted: Int64 = 0, isOpening: Bool = false
  ) {
    let cohort = model.context(of: learner, on: day).cohort
    var grant = NaiveModel.Grant(
      position: game.lastGrant, day: day, points: points, account: account, adjusted: adjusted,
      isOpening: isOpening, term: model.time.term(on: day, cohort: cohort) ?? "")
    var others = [grant.term ?? "": adjusted]
    if account != .earned, points > 0 { others[grant.term ?? "", default: 0] += points }
    let before = model.purses[learner]?.left ?? [:]
    // What is earned is in the model's shares from here on.
    model.grants[learner, default: []].append(grant)
    model.settle(learner, owes: owes, others: others, spent: max(0, -points))
    book(account == .earned ? 0 : points, adjusted, account, of: learner)
    guard points < 0 else { return }
    let after = model.purses[learner]?.left ?? [:]
    grant.parts = before.filter { $0.value != after[$0.key] ?? 0 }
    for (term, points) in grant.parts { grant.parts[term] = points - (after[term] ?? 0) }
    model.grants[learner]?.removeLast()
    model.grants[learner]?.append(grant)
  }

  private func book(
    _ points: Int64, _ adjusted: Int64, _ account: PointsAccount, of learner: String
  ) {
    if account == .bonus {
      model.purses[learner]?.bonus += points
    } else {
      model.purses[learner]?.adjusted += points
    }
    model.purses[learner]?.adjusted += adjusted
  }

  /// Opens a learner's balance; once in a term.
  func openBalance() {
    let id = world.generator.pick(world.learners)
    let learner = model.who(id)
    let day = model.time.day(at: now)
    let (earned, spendable) = (
      Int64(world.generator.next(in: 0...9)), Int64(world.generator.next(in: 0...9))
    )
    let term = model.time.term(on: day, cohort: model.context(of: learner, on: day).cohort)
    let isFirst = !(model.grants[learner] ?? []).contains { grant in
      let context = model.context(of: learner, on: grant.day)
      return grant.isOpening && model.time.term(on: grant.day, cohort: context.cohort) == term
    }
    let isPossible = canCount(learner, on: day)
    do throws(Refusal) {
      _ = try game.open(
        OpeningRequest(learner: id, earned: earned, spendable: spendable))
      guard isPossible, isFirst else { return fail("opened for nobody, or again") }
      move(
        earned, of: learner, on: day, .earned, adjusted: spendable - earned, isOpening: true)
    } catch {
      if isPossible, isFirst || error.reason != .alreadyOpened { fail("\(error)") }
    }
  }

  /// Takes back something that people gave or took.
  func takeBack() {
    let learner = world.generator.pick(people)
    guard let grants = model.grants[learner], let place = world.generator.place(in: grants),
      !grants[place].isAward
    else { return }
    let grant = grants[place]
    let cause = world.generator.pick(ReversalCause.allCases)
    attempt { () throws(Refusal) in try self.game.takeBack(grant.position, cause: cause) }
    model.grants[learner]?.remove(at: place)
    let cohort = model.context(of: learner, on: grant.day).cohort
    // What counts follows the roster, with what was adjusted beside it.
    let follows = grant.account == .earned && grant.points != 0
    let term = follows ? model.time.term(on: grant.day, cohort: cohort) : grant.term
    var others = [term ?? "": -grant.adjusted]
    if grant.points < 0 {
      // What was taken comes back into the lots it came from; the rest never expired.
      others = grant.parts
      others["", default: 0] += -grant.points - grant.parts.values.reduce(0, +)
    } else if grant.account != .earned {
      others[term ?? "", default: 0] -= grant.points
    }
    model.settle(learner, owes: cause != .mistake, others: others)
    book(
      grant.account == .earned ? 0 : -grant.points, -grant.adjusted, grant.account, of: learner)
  }

  /// Spends a part of what there is, as a redemption will.
  func spend() {
    let learner = world.generator.pick(people)
    guard let purse = model.purses[learner], purse.spendable > 0,
      let number = game.state.learnerNumber(learner)
    else { return }
    let isAll = world.generator.happens(50)
    let points =
      isAll ? purse.spendable : Int64(world.generator.next(in: 1...Int(purse.spendable)))
    attempt { () throws(Refusal) in try self.game.spend(points, by: number) }
    model.settle(learner, spent: points)
    model.purses[learner]?.redeemed += points
  }
}
