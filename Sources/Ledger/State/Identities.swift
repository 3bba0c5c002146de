import Incentives

/// Computes the identities that a program's records brought, which the journal does not hold.
///
/// An identity is a keyed hash of words, and a record names its source by number; so this knows the
/// words of the sources.
struct Identities {
  let program: ProgramNumber
  let secret: KeyedHash
  /// The words of the sources by number.
  private var sources: ContiguousArray<[UInt8]> = [[]]

  init(program: ProgramNumber, secret: KeyedHash) {
    self.program = program
    self.secret = secret
  }

  /// Learns the sources that a state knows.
  init(of state: ProgramState) {
    self.init(program: state.number, secret: state.hash)
    for number in 0..<UInt32(state.names.count(.source)) {
      sources.append(state.names.withWord(.source, number + 1) { Array($0) })
    }
  }

  /// Learns a source.
  mutating func learn(_ name: NameChange, in buffer: ChangeBuffer) {
    guard name.kind == .source else { return }
    sources.append(buffer.text.withBytes(name.text) { Array($0) })
  }

  /// The identity that a record brought: of a fact, of an awaited reversal's fact, of a used key.
  @inline(__always)
  func identity(of change: Change, in buffer: ChangeBuffer) -> IdentityHash? {
    Self.identity(of: change, in: buffer, program: program, secret: secret) { source, body in
      sources[source.index].withUnsafeBytes(body)
    }
  }

  /// The same for whoever knows the words of the sources otherwise.
  @inline(__always)
  static func identity(
    of change: Change, in buffer: ChangeBuffer, program: ProgramNumber, secret: KeyedHash,
    withSource: (SourceNumber, (UnsafeRawBufferPointer) -> IdentityHash) -> IdentityHash
  ) -> IdentityHash? {
    func fact(_ source: SourceNumber, _ id: TextRef) -> IdentityHash {
      withSource(source) { source in
        buffer.text.withBytes(id) { id in
          FactIdentity.hash(secret: secret, program: program, source: source, id: id)
        }
      }
    }
    switch change {
    case .fact(let change): return fact(change.source, change.id)
    case .reversalAwaited(let awaited): return fact(awaited.source, awaited.id)
    case .keyUsed(let used):
      return buffer.text.withBytes(used.key) {
        KeyIdentity.hash(secret: secret, program: program, principal: used.principal, key: $0)
      }
    default: return nil
    }
  }
}
