import Incentives

/// The identity of a fact: its source and the source's id.
struct FactName: Hashable, Comparable, Sendable, CustomStringConvertible {
  var source: String
  var id: String

  var description: String { "\(source)/\(id)" }

  static func < (left: FactName, right: FactName) -> Bool {
    (left.source, left.id) < (right.source, right.id)
  }
}

/// A fact as a test writes it: plain words, which `input` turns into what an edge hands over.
struct GameFact: Hashable, Sendable {
  var name: FactName
  var learner: String
  var verb: String
  /// `kind:id`; nil where the fact names no object.
  var object: String?
  var value: Int64?
  var metadata: [String: String] = [:]
  var time: FactTime

  /// The fact as an edge hands it over, its texts in `text`.
  func input(hashedBy hash: KeyedHash, text: inout ByteArena) -> FactInput {
    func put(_ word: String) -> (ref: TextRef, hash: UInt64) {
      let ref = text.append(word)
      return (ref, text.withBytes(ref) { hash.hash64($0) })
    }
    let source = put(name.source)
    let id = put(name.id)
    let learner = put(learner)
    let verb = put(verb)
    let object = put(object.map(Self.objectWord) ?? "")
    let pairs = metadata.map { (key: $0.key, value: $0.value) }
    let encoded = Metadata.encode(pairs).withUnsafeBytes { text.append($0) }
    return FactInput(
      identity: name.identity(hashedBy: hash), learnerHash: learner.hash, sourceHash: source.hash,
      verbHash: verb.hash, objectHash: object.hash, source: source.ref, id: id.ref,
      learner: learner.ref, verb: verb.ref, object: object.ref, metadata: encoded, time: time,
      value: value)
  }

  /// `thread:7` as the core names objects: kind, a zero byte, id.
  static func objectWord(_ object: String) -> String {
    guard let colon = object.firstIndex(of: ":") else { return "\0" + object }
    return object[..<colon] + "\0" + object[object.index(after: colon)...]
  }
}

extension FactName {
  func identity(hashedBy hash: KeyedHash) -> Digest128 {
    var word = "\(source.utf8.count):\(source)\(id)"
    return word.withUTF8 { hash.digest(UnsafeRawBufferPointer($0)) }
  }
}
