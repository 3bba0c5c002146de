/// A walk over every branch and leaf page of a file's trees, which proves that LMDB can follow
/// them blindly.
///
/// For each page: its number is its place, it is a branch or a leaf and nothing else, the offsets
/// lie within it, the nodes tile the used space without gap or overlap, the keys ascend and lie
/// between the separators above, all leaves are at one depth, no page is used twice, and a run of
/// overflow pages has a proper header and lies within the file. Rows that carry a checksum are
/// verified on the way: a damaged key would otherwise make `get` answer that there is no row.
/// Blocks are not read.
struct TreeWalk: ~Copyable {
  /// Which rules a tree's rows follow.
  enum Kind: Equatable {
    case free
    case main
    case rows(table: String, identity: UInt32)
    case blocks
  }

  /// A named table found in the main tree.
  struct NamedTree {
    let name: [UInt8]
    let page: UInt64
    let record: TreeRecord
  }

  /// LMDB's cursors hold a stack of 32 pages.
  static let depthMax = 32

  private(set) var pages: PageSet
  private(set) var tables: [NamedTree] = []
  /// The tables the catalogue knows, and whether their rows are blocks.
  private(set) var catalogue: [[UInt8]: Bool] = [:]
  private(set) var stamp: UInt64?
  private(set) var highestFreeKey: UInt64?
  private(set) var freePages: UInt64 = 0

  private let arena: UnsafeMutableRawBufferPointer
  private var nodes: NodeMap
  private var tally = TreeTally()
  private var kind = Kind.free

  init(pageLimit: UInt64, pageBytes: Int) {
    pages = PageSet(limit: pageLimit)
    nodes = NodeMap(pageBytes: pageBytes)
    arena = .allocate(byteCount: pageBytes * Self.depthMax, alignment: 16)
  }

  deinit { arena.deallocate() }

  /// Walks one tree and counts it.
  mutating func walk(
    _ record: TreeRecord, _ kind: Kind, _ file: borrowing PageFile
  ) throws(LMDBError) -> TreeTally {
    tally = TreeTally()
    self.kind = kind
    guard record.root != TreeRecord.noRoot else { return tally }
    try visit(record.root, depth: 1, from: nil, below: nil, file)
    return tally
  }

  private mutating func visit(
    _ number: UInt64, depth: Int, from low: PageKey?, below high: PageKey?,
    _ file: borrowing PageFile
  ) throws(LMDBError) {
    guard depth <= Self.depthMax else { throw file.damage(number, "the tree is too deep") }
    guard number > 1, pages.insert(number) else {
      throw file.damage(number, "the page is used twice, or cannot exist")
    }
    let start = (depth - 1) * file.pageBytes
    let buffer = UnsafeMutableRawBufferPointer(rebasing: arena[start..<start + file.pageBytes])
    try file.read(number, into: buffer)
    guard let base = buffer.baseAddress else { return }
    let page = Page(base: UnsafeRawPointer(base), byteCount: file.pageBytes)
    if let problem = page.check(number, nodes: &nodes) { throw file.damage(number, problem) }
    let problem = page.checkOrder(from: low, below: high, integers: kind == .free)
    if let problem { throw file.damage(number, problem) }
    guard page.isBranch else {
      return try visitLeaf(page, number, depth: depth, file)
    }
    tally.branchPages += 1
    guard page.nodeCount > 1 || kind == .free else {
      throw file.damage(number, "a branch page with a single child")
    }
    prefetchChildren(page, file)
    for index in 0..<page.nodeCount {
      let next = index + 1 < page.nodeCount ? page.key(index + 1) : high
      let first = index > 0 ? page.key(index) : low
      try visit(page.child(index), depth: depth + 1, from: first, below: next, file)
    }
  }

  private mutating func visitLeaf(
    _ page: Page, _ number: UInt64, depth: Int, _ file: borrowing PageFile
  ) throws(LMDBError) {
    if tally.depth == 0 { tally.depth = UInt16(depth) }
    guard Int(tally.depth) == depth else { throw file.damage(number, "leaves at unequal depths") }
    tally.leafPages += 1
    tally.entries += UInt64(page.nodeCount)
    for index in 0..<page.nodeCount {
      let flags = page.nodeFlags(index)
      switch flags {
      case 0: break
      case Page.bigDataFlag: try visitOverflow(page, index, number, file)
      case Page.subtreeFlag where kind == .main && page.dataCount(index) == TreeRecord.byteCount:
        try visitTable(page, index, number, file)
        continue
      default: throw file.damage(number, "a row with unknown flags")
      }
      switch kind {
      case .free: try visitFreeList(page, index, number, file)
      case .main: try visitCatalogue(page, index, number, file)
      case .rows(let table, let identity):
        try verifyRow(page, index, table, identity, file)
      case .blocks: break
      }
    }
  }

  private mutating func visitOverflow(
    _ page: Page, _ index: Int, _ number: UInt64, _ file: borrowing PageFile
  ) throws(LMDBError) {
    let first = page.data(index).loadUnaligned(as: UInt64.self)
    guard first > 1, first < file.pageCount else {
      throw file.damage(number, "a value on page \(first), beyond the end of the file")
    }
    let count = try runLength(first, file)
    let needed = (Page.headerBytes - 1 + page.dataCount(index)) / file.pageBytes + 1
    guard count >= UInt64(needed), count <= file.pageCount - first else {
      throw file.damage(first, "the run of pages of a value has a wrong length")
    }
    for offset in 0..<count where !pages.insert(first + offset) {
      throw file.damage(first + offset, "the page is used twice")
    }
    tally.overflowPages += count
  }

  /// Reads the header of a value's first page; answers how many pages the value has.
  private func runLength(
    _ number: UInt64, _ file: borrowing PageFile
  ) throws(LMDBError) -> UInt64 {
    var header = (UInt64(0), UInt64(0))
    var failure: LMDBError?
    let isSound = withUnsafeMutableBytes(of: &header) { bytes in
      do throws(LMDBError) { try file.read(number, into: bytes) } catch { failure = error }
      return bytes.loadUnaligned(as: UInt64.self) == number
        && bytes.loadUnaligned(fromByteOffset: 10, as: UInt16.self) == Page.overflowFlag
    }
    if let failure { throw failure }
    guard isSound else { throw file.damage(number, "the first page of a value has no header") }
    return UInt64(UInt32(truncatingIfNeeded: header.1 >> 32))
  }

  private func verifyRow(
    _ page: Page, _ index: Int, _ table: String, _ identity: UInt32, _ file: borrowing PageFile
  ) throws(LMDBError) {
    let key = page.key(index).bytes
    let isSound: Bool
    if page.nodeFlags(index) == Page.bigDataFlag {
      let row = try readOverflow(page, index, file)
      isSound = row.withUnsafeBytes { RowFormat.isSound($0, key: key, identity: identity) }
    } else {
      isSound = RowFormat.isSound(page.inlineData(index), key: key, identity: identity)
    }
    guard isSound else { throw .corrupt(table: table, key: Array(key)) }
  }

  /// A row of the free tree: the pages a commit freed, highest first, after their count.
  private mutating func visitFreeList(
    _ page: Page, _ index: Int, _ number: UInt64, _ file: borrowing PageFile
  ) throws(LMDBError) {
    highestFreeKey = page.key(index).integer
    let byteCount = page.dataCount(index)
    guard byteCount >= 8, byteCount % 8 == 0 else {
      throw file.damage(number, "a list of free pages with a wrong length")
    }
    var list = [UInt64](repeating: 0, count: byteCount / 8)
    if page.nodeFlags(index) == Page.bigDataFlag {
      let row = try readOverflow(page, index, file)
      list.withUnsafeMutableBytes { $0.copyBytes(from: row) }
    } else {
      list.withUnsafeMutableBytes { $0.copyMemory(from: page.inlineData(index)) }
    }
    guard list[0] < UInt64(list.count) else {
      throw file.damage(number, "a list of free pages longer than its row")
    }
    var previous = UInt64.max
    for free in list[1..<Int(list[0]) + 1] {
      guard free > 1, free < previous, pages.insert(free) else {
        throw file.damage(free, "a free page that is also in use, or cannot exist")
      }
      previous = free
      freePages += 1
    }
  }

  private func readOverflow(
    _ page: Page, _ index: Int, _ file: borrowing PageFile
  ) throws(LMDBError) -> [UInt8] {
    let first = page.data(index).loadUnaligned(as: UInt64.self)
    var run = [UInt8](repeating: 0, count: Page.headerBytes + page.dataCount(index))
    var failure: LMDBError?
    run.withUnsafeMutableBytes { bytes in
      do throws(LMDBError) { try file.read(first, into: bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    return Array(run[Page.headerBytes...])
  }

  private mutating func visitTable(
    _ page: Page, _ index: Int, _ number: UInt64, _ file: borrowing PageFile
  ) throws(LMDBError) {
    let record = TreeRecord(page.inlineData(index))
    guard record.flags == 0 else { throw file.damage(number, "a table with unknown flags") }
    let name = Array(page.key(index).bytes)
    tables.append(NamedTree(name: name, page: number, record: record))
  }

  /// A plain row of the main tree: the stamp, or what the catalogue records.
  private mutating func visitCatalogue(
    _ page: Page, _ index: Int, _ number: UInt64, _ file: borrowing PageFile
  ) throws(LMDBError) {
    let key = Array(page.key(index).bytes)
    guard
      page.nodeFlags(index) == 0,
      let row = key.withUnsafeBytes({ Catalogue.decode(page.inlineData(index), key: $0) })
    else { throw file.damage(number, "a row of the catalogue is damaged") }
    if key == Catalogue.stampKey {
      stamp = Catalogue.stampNumber(page.inlineData(index))
    } else if key[0] == 1 {
      catalogue[Array(key[1...])] = TableSignature(decoding: row)?.isBlock
    }
  }

  /// Lets a cold disk fetch neighbours together.
  private func prefetchChildren(_ page: Page, _ file: borrowing PageFile) {
    var start = page.child(0)
    var count = UInt64(1)
    for index in 1..<max(page.nodeCount, 1) {
      let child = page.child(index)
      if child == start &+ count {
        count += 1
      } else {
        file.prefetch(start, count: count)
        start = child
        count = 1
      }
    }
    file.prefetch(start, count: count)
  }
}
