import Incentives
import JSONRPC

/// The parameters of a `facts.record` call, ready for the engine.
public struct FactsRequest: Sendable {
  /// The program's id.
  public var program: String
  /// The facts and their texts.
  public var batch: FactBatch
  /// Whether nothing is recorded if one fact is refused.
  public var isAtomic: Bool
  /// The batch that new facts belong to; nil where they belong to none.
  public var partOf: BatchNumber?
}

/// Reads `facts.record` calls: the hot path of every edge.
///
/// Goes once over the parsed text, straight into trivially copyable values and one arena: no String and
/// no allocation for a fact. A malformed item refuses the whole call, naming its field, before anything
/// is decided; what the rules may refuse is left to the engine, item by item. One per event loop.
public struct FactReader {
  private let hash: KeyedHash
  private var pairs: [MetadataPair] = []

  /// A reader that hashes under the store's secret.
  public init(hash: KeyedHash) {
    self.hash = hash
    pairs.reserveCapacity(CallLimits.metadataPairsMax)
  }

  /// Reads the parameters of a call.
  public mutating func read(_ params: JSONValue?) throws(ParameterError) -> FactsRequest {
    var fields = try Fields(params)
    let program = try fields.identifier("program")
    let isAtomic = try fields.optionalBool("atomic") ?? false
    let partOf = try fields.optionalBatch()
    let items = try fields.array("facts", max: CallLimits.factsMax)
    try fields.finish()
    guard !items.isEmpty else {
      throw ParameterError("facts", .empty, "Send at least one fact.")
    }
    var batch = FactBatch()
    batch.facts.reserveCapacity(items.count)
    batch.text.bytes.reserveCapacity(items.count * 64)
    var memory = WordMemory()
    for item in items {
      do throws(ParameterError) {
        batch.facts.append(try fact(item, &memory, into: &batch.text))
      } catch {
        throw error.inside("facts", batch.facts.count)
      }
    }
    return FactsRequest(program: program, batch: batch, isAtomic: isAtomic, partOf: partOf)
  }

  private mutating func fact(
    _ item: JSONValue, _ memory: inout WordMemory, into text: inout ByteArena
  ) throws(ParameterError) -> FactInput {
    let members = try FactMembers(item)
    let sourceText = try FactMembers.word(members.source, "source")
    guard !(sourceText == "attendance") else { throw Self.ownSource }
    let idText = try FactMembers.word(members.id, "id")
    let learnerText = try FactMembers.word(members.learner, "learner")
    let verbText = try FactMembers.word(members.verb, "verb")
    let time = try members.time()
    let value = try members.value?.int(named: "value")
    let source = memory.source(sourceText, hash, &text)
    let verb = memory.verb(verbText, hash, &text)
    var object = (ref: TextRef.empty, hash: UInt64(0))
    if let value = members.object { object = try objectWord(value, &text) }
    var metadata = TextRef.empty
    if let value = members.metadata { metadata = try encode(value, &text) }
    return FactInput(
      identity: FactIdentity.hash(secret: hash, source: sourceText.bytes, id: idText.bytes),
      learnerHash: hash.hash64(learnerText.bytes), sourceHash: source.hash, verbHash: verb.hash,
      objectHash: object.hash, source: source.ref, id: text.append(idText.bytes),
      learner: text.append(learnerText.bytes), verb: verb.ref, object: object.ref,
      metadata: metadata, time: time, value: value)
  }

  private static let sessionPrefix = Array("\(SessionTable.kind):".utf8)

  private static var ownSource: ParameterError {
    ParameterError(
      "source", .invalidValue,
      "attendance is the source of attendance.set; give the system another name.")
  }

  /// An object's name in the program: kind, a zero byte, id.
  private func objectWord(
    _ value: JSONValue, _ text: inout ByteArena
  ) throws(ParameterError) -> (ref: TextRef, hash: UInt64) {
    var kind: JSONText?
    var id: JSONText
    if value.kind == .object {
      do throws(ParameterError) {
        (id, kind) = try value.fields { fields throws(ParameterError) in
          (
            try fields.text("id", max: CallLimits.identifierBytesMax),
            try fields.optionalText("kind", max: CallLimits.identifierBytesMax)
          )
        }
      } catch {
        throw error.inside("object")
      }
    } else {
      id = try FactMembers.word(value, "object")
    }
    let start = text.bytes.count
    if kind == nil, id.count > Self.sessionPrefix.count,
      id.bytes.starts(with: Self.sessionPrefix)
    {
      // `session:S-0004` is short for the object of the kind `session` with that id.
      text.bytes.append(contentsOf: SessionTable.kind.utf8)
      id = JSONText(
        unchecked: UnsafeRawBufferPointer(rebasing: id.bytes[Self.sessionPrefix.count...]))
    }
    if let kind { text.bytes.append(contentsOf: kind.bytes) }
    text.bytes.append(0)
    text.bytes.append(contentsOf: id.bytes)
    let word = TextRef(offset: UInt32(start), length: UInt32(text.bytes.count - start))
    return (word, text.withBytes(word) { hash.hash64($0) })
  }

  /// The canonical bytes of metadata; see `Metadata`.
  private mutating func encode(
    _ value: JSONValue, _ text: inout ByteArena
  ) throws(ParameterError) -> TextRef {
    pairs.removeAll(keepingCapacity: true)
    do throws(ParameterError) {
      try MetadataPair.read(value, into: &pairs)
    } catch {
      throw error.inside("metadata")
    }
    guard !pairs.isEmpty else { return .empty }
    if pairs.count > 1 { pairs.sort { compareBytes($0.key.bytes, $1.key.bytes) < 0 } }
    let start = text.bytes.count
    for pair in pairs { pair.append(to: &text) }
    return TextRef(offset: UInt32(start), length: UInt32(text.bytes.count - start))
  }
}

/// The words that facts of one call share with the fact before them: hashed and kept once.
private struct WordMemory {
  typealias Word = (ref: TextRef, hash: UInt64)
  private var lastSource: (text: JSONText, word: Word)?
  private var lastVerb: (text: JSONText, word: Word)?

  mutating func source(_ text: JSONText, _ hash: KeyedHash, _ arena: inout ByteArena) -> Word {
    Self.word(text, &lastSource, hash, &arena)
  }

  mutating func verb(_ text: JSONText, _ hash: KeyedHash, _ arena: inout ByteArena) -> Word {
    Self.word(text, &lastVerb, hash, &arena)
  }

  private static func word(
    _ text: JSONText, _ last: inout (text: JSONText, word: Word)?, _ hash: KeyedHash,
    _ arena: inout ByteArena
  ) -> Word {
    if let last, last.text == text { return last.word }
    let word = (ref: arena.append(text.bytes), hash: hash.hash64(text.bytes))
    last = (text, word)
    return word
  }
}
