/// What LMDB keeps about one tree (`MDB_db`): 48 bytes, in a meta page or as a row of the main tree.
struct TreeRecord: Equatable {
  static let byteCount = 48
  /// The root of an empty tree.
  static let noRoot = UInt64.max

  /// The page size, in the record of the free tree; unused elsewhere.
  var pad: UInt32
  var flags: UInt16
  var depth: UInt16
  var branchPages: UInt64
  var leafPages: UInt64
  var overflowPages: UInt64
  var entries: UInt64
  var root: UInt64

  init(_ bytes: UnsafeRawBufferPointer) {
    pad = bytes.loadUnaligned(as: UInt32.self)
    flags = bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
    depth = bytes.loadUnaligned(fromByteOffset: 6, as: UInt16.self)
    branchPages = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    leafPages = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    overflowPages = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    entries = bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
    root = bytes.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
  }

  /// The record of a tree with these counts and everything else as it is here.
  func recounted(_ tally: TreeTally) -> TreeRecord {
    var record = self
    record.depth = tally.depth
    record.branchPages = tally.branchPages
    record.leafPages = tally.leafPages
    record.overflowPages = tally.overflowPages
    record.entries = tally.entries
    return record
  }

  var encoded: [UInt8] {
    var bytes = withUnsafeBytes(of: pad, Array.init)
    withUnsafeBytes(of: flags) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: depth) { bytes.append(contentsOf: $0) }
    for word in [branchPages, leafPages, overflowPages, entries, root] {
      withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}

/// What a walk counted in one tree.
struct TreeTally: Equatable {
  var depth: UInt16 = 0
  var branchPages: UInt64 = 0
  var leafPages: UInt64 = 0
  var overflowPages: UInt64 = 0
  var entries: UInt64 = 0
}
