import Incentives

/// A few blocks copied out of the journal, so that nobody reads them inside a transaction.
struct BlockSlice {
  private var bytes: [UInt8] = []
  private var entries: [(key: BlockKey, range: Range<Int>)] = []

  var byteCount: Int { bytes.count }
  var isEmpty: Bool { entries.isEmpty }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
  }

  mutating func append(_ block: RawSpan, key: BlockKey) {
    let start = bytes.count
    block.withUnsafeBytes { bytes.append(contentsOf: $0) }
    entries.append((key, start..<bytes.count))
  }

  /// Lends the blocks until told to stop; answers whether it never was.
  func forEach(_ body: (borrowing BlockView) throws -> Bool) throws -> Bool {
    for entry in entries {
      guard try with(entry.key, entry.range, body) else { return false }
    }
    return true
  }

  /// Lends the first block; answers nil where there is none.
  func withFirst<Result>(_ body: (borrowing BlockView) throws -> Result) throws -> Result? {
    guard let entry = entries.first else { return nil }
    return try with(entry.key, entry.range, body)
  }

  private func with<Result>(
    _ key: BlockKey, _ range: Range<Int>, _ body: (borrowing BlockView) throws -> Result
  ) throws -> Result {
    try bytes.withUnsafeBytes { try body(try Self.view($0, key, range)) }
  }

  /// A block must be the one its key names.
  private static func view(
    _ bytes: UnsafeRawBufferPointer, _ key: BlockKey, _ range: Range<Int>
  ) throws(LedgerError) -> BlockView {
    let view = try BlockView(UnsafeRawBufferPointer(rebasing: bytes[range]))
    guard view.header.program == key.program, view.header.first == key.first else {
      throw .corruptBlock(
        program: key.program, position: key.first, problem: "it lies in another block's place")
    }
    return view
  }
}
