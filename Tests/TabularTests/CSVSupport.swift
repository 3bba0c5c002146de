import CZlib
import Glibc
import Testing

@testable import Tabular

/// A small seeded generator, so that a failing seed can be run again.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A reader over text.
func reader(_ text: String, limits: CSVLimits = CSVLimits()) -> CSVReader {
  CSVReader(bytes: Array(text.utf8), limits: limits)
}

/// All records of a file that has no errors.
func records(_ reader: CSVReader) throws -> [[String]] {
  var records: [[String]] = []
  while try reader.next() { records.append(reader.strings()) }
  return records
}

/// Every good record with its line and every error, in order, until the end or a final error.
func readThrough(_ reader: CSVReader) -> (records: [(Int, [String])], errors: [CSVError]) {
  var records: [(Int, [String])] = []
  var errors: [CSVError] = []
  while true {
    do {
      guard try reader.next() else { return (records, errors) }
      records.append((reader.line, reader.strings()))
    } catch {
      errors.append(error)
      if !error.canContinue { return (records, errors) }
    }
  }
}

/// One gzip member, made by zlib itself.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
  var stream = z_stream()
  let began = deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  try #require(began == Z_OK)
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
  let code = input.withUnsafeMutableBufferPointer { source in
    output.withUnsafeMutableBufferPointer { target in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(target.count)
      return deflate(&stream, Z_FINISH)
    }
  }
  try #require(code == Z_STREAM_END)
  return Array(output.prefix(Int(stream.total_out)))
}

/// Runs a body with a file of these bytes in a directory of its own.
func withFile(_ name: String, _ bytes: [UInt8], _ body: (String) throws -> Void) throws {
  var template = Array("/tmp/laurel-tabular-XXXXXX".utf8CString)
  let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
  let path = "\(directory)/\(name)"
  defer {
    unlink(path)
    rmdir(directory)
  }
  let file = try #require(fopen(path, "w"))
  #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  #expect(fclose(file) == 0)
  try body(path)
}
