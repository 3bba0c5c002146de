import Incentives

/// Points that people move in a simulation.
extension Simulation {
  func grant() {
    let learner = world.generator.pick(world.learners)
    let day = model.time.day(at: now)
    let counts = world.generator.happens(70)
    let (code, points): (String, Int64) = world.generator.pick([("speak", 2), ("lead", 7)])
    let isPossible = canCount(learner, on: day)
    let cohort = model.context(of: learner, on: day).cohort
    let week = Period.week(containing: day)
    let spent = model.granted[week]?[cohort] ?? 0
    let isInBudget = spent + points <= model.time.definition.grantBudget ?? 200
    do throws(Refusal) {
      _ = try game.grant(GrantRequest(learners: [learner], reason: code, counts: counts))
      guard isPossible, isInBudget else { return fail("a grant to nobody, or beyond the budget") }
      model.granted[week, default: [:]][cohort] = spent + points
      guard counts else {
        return give(learner) { purse in
          purse.receive(points)
          purse.bonus += points
        }
      }
      model.grants[learner, default: []].append(NaiveModel.Grant(day: day, points: points))
      model.settle(learner)
    } catch {
      let isBudget = error.reason == .overBudget
      if isPossible, isInBudget || !isBudget { fail("\(error)") }
    }
  }

  /// Adds or takes points, also more than there are.
  func adjust() {
    let learner = world.generator.pick(world.learners)
    let today = model.time.day(at: now)
    let day = world.generator.happens(70) ? today : LocalDay(number: today.number - 3)
    let points = Int64(world.generator.next(in: 1...12)) * (world.generator.happens(50) ? 1 : -1)
    let request = AdjustRequest(
      learner: learner, points: points, reason: "counted again", occurredOn: day,
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
      guard request.earned else {
        return give(learner) { purse in
          purse.receive(points, owes: request.allowDebt)
          purse.adjusted += points
        }
      }
      model.grants[learner, default: []].append(NaiveModel.Grant(day: day, points: points))
      model.settle(learner, owes: request.allowDebt)
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

  private func give(_ learner: String, _ change: (inout NaiveModel.Purse) -> Void) {
    var purse = model.purses[learner] ?? NaiveModel.Purse()
    change(&purse)
    model.purses[learner] = purse
  }

  /// Spends a part of what there is, as a redemption will.
  func spend() {
    let learner = world.generator.pick(world.learners)
    guard var purse = model.purses[learner], purse.spendable > 0,
      let number = game.state.learnerNumber(learner)
    else { return }
    let isAll = world.generator.happens(50)
    let points =
      isAll ? purse.spendable : Int64(world.generator.next(in: 1...Int(purse.spendable)))
    game.spend(points, by: number)
    purse.spendable -= points
    purse.redeemed += points
    model.purses[learner] = purse
  }
}
