/// One call that takes any bytes all the way: frames, JSON, requests, fields, and back to text.
///
/// For the fuzzer and for tests; nothing of the server calls it. It must never trap, and what it
/// read must survive being written and read again.
public enum FuzzEntry {
  /// Explores the bytes; false when a value changed by being written and parsed again.
  public static func explore(
    _ bytes: UnsafeRawBufferPointer, parser: JSONParser, second: JSONParser
  ) -> Bool {
    var isSound = true
    var reader = FrameReader(byteCountMax: 1 << 16)
    let middle = bytes.count / 2
    for part in [bytes[..<middle], bytes[middle...]] {
      reader.feed(UnsafeRawBufferPointer(rebasing: part)) { event in
        guard case .frame(let frame) = event else { return }
        isSound = exploreFrame(frame, parser, second) && isSound
      }
    }
    reader.finish { event in
      guard case .frame(let frame) = event else { return }
      isSound = exploreFrame(frame, parser, second) && isSound
    }
    return exploreFrame(bytes, parser, second) && isSound
  }

  private static func exploreFrame(
    _ frame: UnsafeRawBufferPointer, _ parser: JSONParser, _ second: JSONParser
  ) -> Bool {
    guard let value = try? parser.parse(frame) else { return true }
    var writer = JSONWriter()
    writer.value(value)
    switch Message(value) {
    case .single(let request): exploreRequest(request, value)
    case .batch(let batch): for request in batch { exploreRequest(request, value) }
    case .rejected: break
    }
    guard let again = try? second.parse(writer.bytes) else { return false }
    var copy = JSONWriter()
    copy.value(again)
    return copy.bytes.elementsEqual(writer.bytes)
  }

  private static func exploreRequest(_ request: Request, _ value: JSONValue) {
    var reply = JSONWriter()
    switch request {
    case .invalid(let invalid):
      reply.reply(to: invalid.id, error: ErrorObject(invalid))
    case .call(let call):
      do throws(ParameterError) {
        var fields = try Fields(call.params)
        _ = try fields.optionalString("name", max: 16)
        _ = try fields.optionalInt("value", in: 0...9)
        try fields.finish()
      } catch {
        reply.reply(to: call.id ?? .null, error: ErrorObject(error))
      }
    }
    _ = (try? Reply(value))?.id
  }
}
