import CLMDB

/// What the main tree of the file holds besides the tables' roots.
///
/// | key | row |
/// |---|---|
/// | `00` | the number of the commit that wrote it: rewritten by every commit |
/// | `00 "format"` | this layer's version, the environment's kind and version |
/// | `01 name` | a table's key layout, value type and format version |
///
/// Each row ends with a CRC-32 over key and row. The leading byte keeps the rows apart from the
/// names of the tables. The stamp costs no page: a commit rewrites the main tree's leaf anyway.
enum Catalogue {
  /// The version of this layer's own conventions.
  static let layerVersion: UInt8 = 1

  /// The lowest key there is, so that the stamp is always the first row of the leftmost leaf.
  static let stampKey: [UInt8] = [0]
  static let formatKey: [UInt8] = [0] + Array("format".utf8)

  static func tableKey(_ name: StaticString) -> [UInt8] {
    [1] + name.withUTF8Buffer(Array.init)
  }

  /// Reads a row of the catalogue and verifies it.
  static func read(_ transaction: OpaquePointer, _ key: [UInt8]) throws(LMDBError) -> [UInt8]? {
    let (code, row) = key.withUnsafeBytes { bytes -> (Int32, [UInt8]?) in
      var name = MDB_val(bytes)
      var data = MDB_val()
      let code = mdb_get(transaction, mainTree, &name, &data)
      return (code, code == MDB_SUCCESS ? decode(data.bytes, key: bytes) : nil)
    }
    if code == MDB_NOTFOUND { return nil }
    guard code == MDB_SUCCESS else { throw LMDBError(code: code, operation: "reading catalogue") }
    guard let row else { throw .corrupt(table: "catalogue", key: key) }
    return row
  }

  /// Writes a row of the catalogue.
  static func write(
    _ transaction: OpaquePointer, _ key: [UInt8], _ body: [UInt8]
  ) throws(LMDBError) {
    var row = body
    let sum = key.withUnsafeBytes { key in body.withUnsafeBytes { checksum(key: key, body: $0) } }
    withUnsafeBytes(of: sum.littleEndian) { row.append(contentsOf: $0) }
    let code = key.withUnsafeBytes { key in
      row.withUnsafeBytes { row in
        var name = MDB_val(key)
        var data = MDB_val(row)
        return mdb_put(transaction, mainTree, &name, &data, 0)
      }
    }
    guard code == MDB_SUCCESS else { throw LMDBError(code: code, operation: "writing catalogue") }
  }

  /// Stores the transaction's own number, which opening compares with the meta page's.
  static func stamp(_ transaction: OpaquePointer) throws(LMDBError) {
    let number = UInt64(mdb_txn_id(transaction))
    try write(transaction, stampKey, withUnsafeBytes(of: number.littleEndian, Array.init))
  }

  /// The number stored by the last commit, or `nil` when the row is damaged.
  static func stampNumber(_ row: UnsafeRawBufferPointer) -> UInt64? {
    let body = stampKey.withUnsafeBytes { decode(row, key: $0) }
    guard let body, body.count == 8 else { return nil }
    let number = body.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    return UInt64(littleEndian: number)
  }

  /// The row without its checksum, or `nil` when it is damaged.
  static func decode(
    _ row: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer
  ) -> [UInt8]? {
    guard row.count >= 4 else { return nil }
    let body = UnsafeRawBufferPointer(rebasing: row[..<(row.count - 4)])
    let stored = row.loadUnaligned(fromByteOffset: body.count, as: UInt32.self)
    guard UInt32(littleEndian: stored) == checksum(key: key, body: body) else { return nil }
    return Array(body)
  }

  private static func checksum(
    key: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
  ) -> UInt32 {
    guard let base = body.baseAddress else { return 0 }
    return RowFormat.checksum(key: key, body: base, count: body.count, identity: 0)
  }
}

/// LMDB's handle of the unnamed main tree, the same in every environment.
let mainTree: MDB_dbi = 1

extension MDB_val {
  /// A view of bytes that LMDB will only read.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.init(
      mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }
}
