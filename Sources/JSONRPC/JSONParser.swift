import CJSON

/// Parses JSON texts one after the other, without allocating for each.
///
/// One parser per event loop: it is not `Sendable`, and its memory follows the longest text it has
/// seen, up to `byteCountMax`. A parse validates the whole text — grammar, UTF-8, depth — before
/// anything can be read. It copies the text first, so the caller's bytes need no padding and may
/// go away.
///
/// What it returns is a cursor into the parser's memory: the next `parse` on the same parser
/// overwrites it, and nothing checks that a stale cursor is not used. Copy out what must live on.
public final class JSONParser {
  @usableFromInline let handle: OpaquePointer
  @usableFromInline let document: UnsafeMutablePointer<cjson_document>

  /// Creates a parser for texts up to a size and a depth of nesting.
  ///
  /// - Throws: `JSONError.outOfMemory`, nothing else.
  public init(
    byteCountMax: Int = Limits.frameByteCount, depthMax: Int = Limits.depth
  ) throws(JSONError) {
    precondition(byteCountMax > 0 && depthMax > 0, "a parser that can parse nothing")
    guard let handle = cjson_parser_create(byteCountMax, depthMax),
      let document = cjson_parser_document(handle)
    else { throw .outOfMemory }
    self.handle = handle
    self.document = document
  }

  deinit { cjson_parser_destroy(handle) }

  /// Parses one text; the value is valid until the next call.
  public func parse(_ text: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
    let status = cjson_parse(handle, text.baseAddress, text.count)
    if let error = JSONError(status) { throw error }
    guard let tape = document.pointee.tape else { throw .outOfMemory }
    return JSONValue(element: tape + 1, document: document)
  }

  /// Parses the UTF-8 of a string; for tests and command lines.
  public func parse(_ text: String) throws(JSONError) -> JSONValue {
    let bytes = Array(text.utf8)
    let result: Result<JSONValue, JSONError> = bytes.withUnsafeBytes { bytes in
      do throws(JSONError) {
        return .success(try parse(bytes))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
