/// The identity of a fact: a keyed hash of source and id, scoped to a program.
///
/// The edge hashes the words when a fact arrives, before anybody knows the program's number; the engine
/// scopes the hash. A reader of the journal computes the same from the same words. It depends on the
/// secret of the store, so it is never journaled and never shown.
public enum FactIdentity {
  /// The hash of a source's fact in no program yet; `source` and `id` are the words.
  @inlinable public static func hash(
    secret: KeyedHash, source: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer
  ) -> Digest128 {
    var hasher = secret.hasher()
    hasher.combine(bytes: source)
    hasher.combine(bytes: id)
    return hasher.finalize()
  }

  /// The identity of a program's fact.
  @inlinable public static func hash(
    secret: KeyedHash, program: ProgramNumber, source: UnsafeRawBufferPointer,
    id: UnsafeRawBufferPointer
  ) -> Digest128 {
    hash(secret: secret, source: source, id: id).scoped(to: program)
  }
}

/// The identity of an idempotency key: a keyed hash of program, principal and key.
public enum KeyIdentity {
  /// The identity of a principal's key.
  public static func hash(
    secret: KeyedHash, program: ProgramNumber, principal: PrincipalNumber,
    key: UnsafeRawBufferPointer
  ) -> Digest128 {
    // Two numbers before the bytes, where a fact has two texts: the two can not meet.
    var hasher = secret.hasher()
    hasher.combine(program.rawValue)
    hasher.combine(principal.rawValue)
    hasher.combine(bytes: key)
    return hasher.finalize()
  }
}

extension Digest128 {
  /// The digest of the same words in a program: programs never share an identity.
  @inlinable public func scoped(to program: ProgramNumber) -> Digest128 {
    // The digest is keyed and uniform, so adding a different constant for each program keeps it so.
    let shift = UInt64(program.rawValue) &* 0x9E37_79B9_7F4A_7C15
    return Digest128(high: high &+ shift, low: low ^ (shift &* 0xBF58_476D_1CE4_E5B9))
  }
}
