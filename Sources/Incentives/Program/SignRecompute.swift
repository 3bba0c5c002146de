/// Who stands for a definition that lowers what was earned.
@frozen public enum Signing: Hashable, Sendable {
  /// Nobody is asked: it is only shown, or played.
  case waived
  /// This person, by a call with this fingerprint.
  case by(PrincipalNumber, Digest128)

  /// Who calls; none where nobody is asked.
  var principal: PrincipalNumber {
    if case .by(let principal, _) = self { principal } else { .none }
  }
}

extension ProgramState {
  /// How long a proposal waits for its second person, in microseconds: 24 hours.
  public static let proposalLife: Int64 = 24 * 60 * Instant.microsecondsPerMinute

  /// The proposal that a call of the same content carries out; nil where none waits.
  public func proposal(of fingerprint: Digest128, wall: Instant) -> ProposalChange? {
    proposals.last {
      $0.fingerprint == fingerprint
        && wall <= $0.proposedAt.advanced(byMicroseconds: Self.proposalLife)
    }
  }

  /// Who asked for a recompute and who had proposed it; nil where this call only proposes it, which is
  /// then in the buffer.
  ///
  /// Refuses `same_signer` where whoever proposed it calls again.
  func signers(
    of floor: RecomputeFloor, _ signing: Signing, wall: Instant, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> (principal: PrincipalNumber, proposer: PrincipalNumber)? {
    guard case .by(let principal, let fingerprint) = signing else { return (.none, .none) }
    guard floor == .none else { return (principal, .none) }
    guard let standing = proposal(of: fingerprint, wall: wall) else {
      buffer.changes.append(
        .proposed(
          ProposalChange(fingerprint: fingerprint, principal: principal, proposedAt: wall)))
      return nil
    }
    guard standing.principal != principal else {
      throw .refused(
        Refusal(
          .sameSigner, field: "floor",
          "You proposed this; another person carries it out by the same call until "
            + "\(standing.proposedAt.advanced(byMicroseconds: Self.proposalLife))."))
    }
    return (principal, standing.principal)
  }

  func apply(_ change: ProposalChange) {
    proposals.removeAll {
      $0.fingerprint == change.fingerprint
        || $0.proposedAt.advanced(byMicroseconds: Self.proposalLife) < change.proposedAt
    }
    proposals.append(change)
  }
}
