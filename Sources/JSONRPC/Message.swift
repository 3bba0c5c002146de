/// What one frame holds: a request, a batch of them, or nothing that can be read.
///
///     switch Message(frame, parser: parser) {
///     case .single(let request): …          // answer one
///     case .batch(let batch): …             // answer each, gathered by BatchReply
///     case .rejected(let error): …          // one error with the id null
///     }
///
/// Requests are read while they are walked; those of a batch may be invalid one by one.
public enum Message {
  case single(Request)
  case batch(Batch)
  case rejected(ErrorObject)

  /// Parses a frame; its cursors are valid until the parser's next parse.
  public init(_ frame: UnsafeRawBufferPointer, parser: JSONParser) {
    do throws(JSONError) {
      self.init(try parser.parse(frame))
    } catch {
      self = .rejected(ErrorObject(error))
    }
  }

  /// Reads a value that was parsed already.
  public init(_ value: JSONValue) {
    guard let items = value.array else {
      self = .single(Request(value))
      return
    }
    switch items.count {
    case 0: self = .rejected(ErrorObject(InvalidRequest(.emptyBatch, id: .null)))
    case ...Limits.batchCount: self = .batch(Batch(items: items))
    default: self = .rejected(ErrorObject(InvalidRequest(.batchTooLarge, id: .null)))
    }
  }
}

/// The requests of a batch, in order; from 1 to `Limits.batchCount`.
public struct Batch: Sequence {
  let items: JSONArray

  /// How many requests there are, notifications and invalid ones included.
  public var count: Int { items.count }

  /// Steps through the requests.
  public func makeIterator() -> Iterator { Iterator(items: items.makeIterator()) }

  /// The position in a batch.
  public struct Iterator: IteratorProtocol {
    var items: JSONArray.Iterator

    /// The next request, or nil after the last.
    public mutating func next() -> Request? { items.next().map(Request.init) }
  }
}
