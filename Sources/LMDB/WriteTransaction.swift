import CLMDB

/// Everything one commit changes, lent to the closure of `Environment.write`.
///
/// A write transaction also reads, and sees its own changes. Any failure of an operation makes the
/// commit impossible, even when the closure swallows the error: nothing half-done is ever written.
/// Keys are encoded on the stack and values straight into the page. What was read as a span is
/// valid until the next write.
public struct WriteTransaction: Transaction, ~Copyable {
  /// The handles of the transaction.
  public let context: TransactionContext

  init(context: TransactionContext) { self.context = context }

  /// The number this commit will carry.
  public var number: UInt64 { UInt64(mdb_txn_id(context.handle)) }

  /// Writes a row, replacing any row with the same key.
  @inlinable
  public borrowing func put<Key, Value: ValueCodec>(
    _ table: Table<Key, Value>, _ key: Key, _ value: Value
  ) throws(LMDBError) {
    _ = try write(table, key, value, flags: 0)
  }

  /// Writes a row unless the key has one; answers whether it did.
  @inlinable
  public borrowing func insert<Key, Value: ValueCodec>(
    _ table: Table<Key, Value>, _ key: Key, _ value: Value
  ) throws(LMDBError) -> Bool {
    try write(table, key, value, flags: UInt32(MDB_NOOVERWRITE))
  }

  /// Writes a row behind the last one, quicker than `put`; throws `.keyExists` for a lower key.
  @inlinable
  public borrowing func append<Key, Value: ValueCodec>(
    _ table: Table<Key, Value>, _ key: Key, _ value: Value
  ) throws(LMDBError) {
    guard try write(table, key, value, flags: UInt32(MDB_APPEND)) else {
      throw .keyExists(table: table.name.description)
    }
  }

  /// Writes a block of `byteCount` bytes, filled in place, replacing any with the same key.
  ///
  /// `fill` gets uninitialised memory and must write all of it.
  @inlinable
  public borrowing func putBlock<Key>(
    _ table: BlockTable<Key>, _ key: Key, byteCount: Int,
    fill: (UnsafeMutableRawBufferPointer) -> Void
  ) throws(LMDBError) {
    _ = try reserve(table, key, byteCount, flags: 0) { _, row in fill(row) }
  }

  /// Writes a block behind the last one, filled in place; throws `.keyExists` for a lower key.
  ///
  /// `fill` gets uninitialised memory and must write all of it.
  @inlinable
  public borrowing func appendBlock<Key>(
    _ table: BlockTable<Key>, _ key: Key, byteCount: Int,
    fill: (UnsafeMutableRawBufferPointer) -> Void
  ) throws(LMDBError) {
    let flags = UInt32(MDB_APPEND)
    guard try reserve(table, key, byteCount, flags: flags, { _, row in fill(row) }) else {
      throw .keyExists(table: table.name.description)
    }
  }

  /// Removes a key's row; answers whether there was one.
  @inlinable
  @discardableResult
  public borrowing func delete<Declared: TableDeclaration>(
    _ table: Declared, _ key: Declared.Key
  ) throws(LMDBError) -> Bool {
    let tableHandle = context.handle(of: table)
    let code = key.withEncoded { bytes in
      var name = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
      return mdb_del(context.handle, tableHandle, &name, nil)
    }
    if code == MDB_NOTFOUND { return false }
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "delete") }
    context.state.pointee.changes += 1
    return true
  }

  /// Removes at most `limit` rows of an inclusive range from its low end; answers how many.
  @inlinable
  public borrowing func deleteRange<Declared: TableDeclaration>(
    _ table: Declared, from low: Declared.Key, through high: Declared.Key, limit: Int
  ) throws(LMDBError) -> Int {
    var removed = 0
    while removed < limit, let key = try key(table, at: .atOrAfter(low)) {
      let isBeyond = key.withEncoded { found in
        high.withEncoded { end in
          compare(UnsafeRawBufferPointer(found), UnsafeRawBufferPointer(end)) > 0
        }
      }
      guard !isBeyond else { break }
      guard try delete(table, key) else { throw corrupt(table, key) }
      removed += 1
    }
    return removed
  }

  /// Removes every row of a table; the table itself stays.
  public borrowing func clear(_ table: some TableDeclaration) throws(LMDBError) {
    let code = mdb_drop(context.handle, context.handle(of: table), 0)
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "clear") }
    context.state.pointee.changes += 1
  }

  @inlinable
  borrowing func write<Key, Value: ValueCodec>(
    _ table: Table<Key, Value>, _ key: Key, _ value: Value, flags: UInt32
  ) throws(LMDBError) -> Bool {
    let byteCount = value.byteCount + RowFormat.overhead
    return try reserve(table, key, byteCount, flags: flags) { key, row in
      RowFormat.encode(value, key: key, identity: table.identity, into: row)
    }
  }

  /// Reserves the row's place in the page and has it filled; `false` when the key exists.
  @inlinable
  borrowing func reserve<Declared: TableDeclaration>(
    _ table: Declared, _ key: Declared.Key, _ byteCount: Int, flags: UInt32,
    _ fill: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Void
  ) throws(LMDBError) -> Bool {
    let tableHandle = context.handle(of: table)
    let code = key.withEncoded { bytes in
      var name = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
      var data = MDB_val(mv_size: byteCount, mv_data: nil)
      let code = mdb_put(context.handle, tableHandle, &name, &data, flags | UInt32(MDB_RESERVE))
      if code == MDB_SUCCESS {
        let row = UnsafeMutableRawBufferPointer(start: data.mv_data, count: byteCount)
        fill(UnsafeRawBufferPointer(bytes), row)
      }
      return code
    }
    if code == MDB_KEYEXIST { return false }
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "put") }
    context.state.pointee.changes += 1
    return true
  }
}
