import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("A fingerprint covers what a command asks, and nothing of how it is written")
struct CanonicalFormTests {
  func fingerprint(
    _ params: String, _ card: MethodCard = ApplyProgram.card
  ) throws -> Digest128 {
    try withValue(of: params.utf8) {
      CanonicalForm.fingerprint(of: $0, method: card)
    }
  }

  let base = #"{"program":{"id":"p","rules":[{"id":"r"}]},"effectiveFrom":"2026-09-01T00:00:00Z"}"#

  @Test(
    "the same command in another spelling is the same",
    arguments: [
      #"{ "effectiveFrom" : "2026-09-01T08:00:00+08:00", "program": {"rules":[{"id":"r"}],"id":"p"}}"#,
      #"{"program":{"id":"\u0070","rules":[{"id":"r"}]},"effectiveFrom":"2026-09-01t00:00:00.000z"}"#,
      #"{"program":{"id":"p","rules":[{"id":"r"}]},"effectiveFrom":"2026-09-01T00:00Z","dryRun":false}"#,
      #"{"program":{"id":"p","notice":null,"clock":"wall","rules":[{"id":"r"}]},"effectiveFrom":"2026-09-01T00:00:00Z","idempotencyKey":"k"}"#,
    ])
  func same(params: String) throws {
    #expect(try fingerprint(params) == fingerprint(base))
  }

  @Test(
    "another command is another",
    arguments: [
      #"{"program":{"id":"p","rules":[{"id":"r"}]},"effectiveFrom":"2026-09-01T00:00:01Z"}"#,
      #"{"program":{"id":"p","rules":[{"id":"r"}]},"effectiveFrom":"2026-09-01T00:00:00"}"#,
      #"{"program":{"id":"p","rules":[{"id":"r"},{"id":"r"}]},"effectiveFrom":"2026-09-01T00:00:00Z"}"#,
      #"{"program":{"id":"p","rules":[{"id":"r"}],"clock":"manual"},"effectiveFrom":"2026-09-01T00:00:00Z"}"#,
      #"{"program":{"id":"p","name":"2026-09-01T00:00:00Z","rules":[{"id":"r"}]},"effectiveFrom":"2026-09-01T00:00:00Z"}"#,
      #"{"program":{"id":"p","rules":[{"id":"r"}]}}"#,
    ])
  func other(params: String) throws {
    #expect(try fingerprint(params) != fingerprint(base))
  }

  @Test("the method is part of it, and texts that look like instants are texts")
  func method() throws {
    let params = #"{"program":"p","learner":"2026-09-01T00:00:00Z"}"#
    let other = #"{"program":"p","learner":"2026-09-01T00:00Z"}"#
    let card = TransferMembership.card
    #expect(try fingerprint(params, card) != fingerprint(params, GetBalance.card))
    #expect(try fingerprint(params, card) != fingerprint(other, card))
  }

  @Test("lists keep their order")
  func order() throws {
    let one = #"{"program":"p","learners":["a","b"],"reason":"r"}"#
    let two = #"{"program":"p","learners":["b","a"],"reason":"r"}"#
    #expect(try fingerprint(one, GrantPoints.card) != fingerprint(two, GrantPoints.card))
  }
}
