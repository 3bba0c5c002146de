/// One of the two meta pages, between which the commits alternate (`MDB_meta`).
///
///     page:  0 number 8 · · 10 flags · 16 magic 20 version 24 address
///     body: 32 map size 40 free tree 88 main tree 136 last page 144 commit number 152
///
/// LMDB writes the header once, at creation, and the 120 bytes of the body with each commit whose
/// number has the page's parity. Only the body can be torn.
struct MetaSlot: Equatable {
  static let bodyOffset = 32
  static let bodyEnd = 152
  private static let magic: UInt32 = 0xBEEF_C0DE
  private static let metaFlag: UInt16 = 0x08
  /// The free tree's keys are native integers.
  private static let freeTreeFlags: UInt16 = 0x08

  let index: UInt64
  var mapBytes: UInt64
  var freeTree: TreeRecord
  var mainTree: TreeRecord
  var lastPage: UInt64
  /// The commit the page says it is.
  var number: UInt64

  /// Reads and checks both pages; afterwards the file knows its page size.
  static func readBoth(_ file: inout PageFile) throws(LMDBError) -> [MetaSlot] {
    guard file.pageCount >= 2 else {
      throw file.damage(0, "the file is too short for two meta pages")
    }
    let first = try MetaSlot(0, file)
    let pageBytes = Int(first.freeTree.pad)
    guard [4096, 8192, 16384, 32768].contains(pageBytes) else {
      throw file.damage(0, "the meta page names an impossible page size")
    }
    file.pageBytes = pageBytes
    let second = try MetaSlot(1, file)
    guard second.freeTree.pad == first.freeTree.pad else {
      throw file.damage(1, "the meta pages disagree about the page size")
    }
    return [first, second]
  }

  private init(_ index: UInt64, _ file: borrowing PageFile) throws(LMDBError) {
    var page = [UInt8](repeating: 0, count: Self.bodyEnd)
    var failure: LMDBError?
    page.withUnsafeMutableBytes { buffer in
      do throws(LMDBError) { try file.read(index, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    let (number, flags, magic, version) = page.withUnsafeBytes { bytes in
      (
        bytes.loadUnaligned(as: UInt64.self),
        bytes.loadUnaligned(fromByteOffset: 10, as: UInt16.self),
        bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self),
        bytes.loadUnaligned(fromByteOffset: 20, as: UInt32.self)
      )
    }
    guard magic == Self.magic else { throw file.damage(index, "it is no LMDB meta page") }
    guard version == 1 else {
      throw file.damage(index, "LMDB data version \(version); this program reads version 1")
    }
    guard number == index, flags == Self.metaFlag else {
      throw file.damage(index, "the meta page's header is wrong")
    }
    self = page.withUnsafeBytes { MetaSlot(index, page: $0) }
    guard freeTree.flags == Self.freeTreeFlags, mainTree.flags == 0 else {
      throw file.damage(index, "the meta page's flags are wrong")
    }
  }

  private init(_ index: UInt64, page bytes: UnsafeRawBufferPointer) {
    self.index = index
    mapBytes = bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
    freeTree = TreeRecord(UnsafeRawBufferPointer(rebasing: bytes[40..<88]))
    mainTree = TreeRecord(UnsafeRawBufferPointer(rebasing: bytes[88..<136]))
    lastPage = bytes.loadUnaligned(fromByteOffset: 136, as: UInt64.self)
    number = bytes.loadUnaligned(fromByteOffset: 144, as: UInt64.self)
  }

  /// The body as LMDB writes it.
  var encodedBody: [UInt8] {
    var bytes = withUnsafeBytes(of: mapBytes, Array.init)
    bytes += freeTree.encoded + mainTree.encoded
    withUnsafeBytes(of: lastPage) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    return bytes
  }
}
