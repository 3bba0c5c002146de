import CLMDB

// Reading single rows.

extension Transaction where Self: ~Copyable {
  /// The value of a key, or `nil` when there is none.
  @inlinable
  public borrowing func get<Key, Value>(
    _ table: Table<Key, Value>, _ key: Key
  ) throws(LMDBError) -> Value? {
    let tableHandle = context.handle(of: table)
    let identity = table.identity
    let (code, value) = key.withEncoded { bytes -> (Int32, Value?) in
      var name = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
      var data = MDB_val()
      let code = mdb_get(context.handle, tableHandle, &name, &data)
      guard code == MDB_SUCCESS else { return (code, nil) }
      let keyBytes = UnsafeRawBufferPointer(bytes)
      return (code, RowFormat.decode(data.bytes, key: keyBytes, identity: identity, as: Value.self))
    }
    if code == MDB_NOTFOUND { return nil }
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "get") }
    guard let value else { throw corrupt(table, key) }
    return value
  }

  /// Whether a key has a row; the row itself is not verified.
  @inlinable
  public borrowing func contains<Declared: TableDeclaration>(
    _ table: Declared, _ key: Declared.Key
  ) throws(LMDBError) -> Bool {
    let tableHandle = context.handle(of: table)
    let code = key.withEncoded { bytes in
      var name = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
      var data = MDB_val()
      return mdb_get(context.handle, tableHandle, &name, &data)
    }
    if code == MDB_NOTFOUND { return false }
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "get") }
    return true
  }

  /// How many rows a table has; read from the file's own counter, at no cost.
  public borrowing func count(_ table: some TableDeclaration) throws(LMDBError) -> Int {
    var statistics = MDB_stat()
    let code = mdb_stat(context.handle, context.handle(of: table), &statistics)
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "count") }
    return statistics.ms_entries
  }

  /// How many pages a table takes; read from the file's own counters, at no cost.
  public borrowing func pageCount(_ table: some TableDeclaration) throws(LMDBError) -> Int {
    var statistics = MDB_stat()
    let code = mdb_stat(context.handle, context.handle(of: table), &statistics)
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "pageCount") }
    return statistics.ms_branch_pages + statistics.ms_leaf_pages + statistics.ms_overflow_pages
  }

  /// The key at a place, without looking at the row.
  @inlinable
  public borrowing func key<Declared: TableDeclaration>(
    _ table: Declared, at place: Place<Declared.Key>
  ) throws(LMDBError) -> Declared.Key? {
    let found = try seek(table, place)
    guard let found else { return nil }
    guard let key = Declared.Key.decode(found.key) else { throw corrupt(table, found.key) }
    return key
  }

  /// Lends the block of a key, or answers `nil` when there is none.
  @inlinable
  public borrowing func withBlock<Key, Result>(
    _ table: BlockTable<Key>, _ key: Key, _ body: (RawSpan) throws -> Result
  ) throws -> Result? {
    let tableHandle = context.handle(of: table)
    let (code, block) = key.withEncoded { bytes in
      var name = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
      var data = MDB_val()
      let code = mdb_get(context.handle, tableHandle, &name, &data)
      return (code, data.bytes)
    }
    if code == MDB_NOTFOUND { return nil }
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "get") }
    return try body(block.bytes)
  }

  /// Positions a cursor and reads what it stands on; the bytes are valid until the next write.
  @usableFromInline
  borrowing func seek<Declared: TableDeclaration>(
    _ table: Declared, _ place: Place<Declared.Key>
  ) throws(LMDBError) -> RawRow? {
    var cursor: OpaquePointer?
    let opened = mdb_cursor_open(context.handle, context.handle(of: table), &cursor)
    guard opened == MDB_SUCCESS, let cursor else {
      throw context.state.pointee.fail(opened, "seek")
    }
    defer { mdb_cursor_close(cursor) }
    var name = MDB_val()
    var data = MDB_val()
    let code = place.move(cursor, &name, &data)
    if code == MDB_NOTFOUND { return nil }
    guard code == MDB_SUCCESS else { throw context.state.pointee.fail(code, "seek") }
    return RawRow(key: name.bytes, row: data.bytes)
  }

  /// The error for a damaged row.
  @usableFromInline
  borrowing func corrupt(_ table: some TableDeclaration, _ key: some KeyCodec) -> LMDBError {
    key.withEncoded { .corrupt(table: table.name.description, key: Array($0)) }
  }

  /// The error for a damaged row.
  @usableFromInline
  borrowing func corrupt(
    _ table: some TableDeclaration, _ key: UnsafeRawBufferPointer
  ) -> LMDBError {
    .corrupt(table: table.name.description, key: Array(key))
  }
}

/// A place in a table's order.
@frozen
public enum Place<Key: KeyCodec> {
  /// The lowest key.
  case lowest
  /// The highest key.
  case highest
  /// The lowest key that is not below this one.
  case atOrAfter(Key)
  /// The highest key that is not above this one.
  case atOrBefore(Key)
}

extension Place: Sendable {}

extension Place {
  /// Moves a cursor here and reads key and data.
  @usableFromInline
  func move(_ cursor: OpaquePointer, _ name: inout MDB_val, _ data: inout MDB_val) -> Int32 {
    switch self {
    case .lowest: return mdb_cursor_get(cursor, &name, &data, MDB_FIRST)
    case .highest: return mdb_cursor_get(cursor, &name, &data, MDB_LAST)
    case .atOrAfter(let key):
      return key.withEncoded { bytes in
        name = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
        return mdb_cursor_get(cursor, &name, &data, MDB_SET_RANGE)
      }
    case .atOrBefore(let key):
      return key.withEncoded { bytes in
        name = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
        let code = mdb_cursor_get(cursor, &name, &data, MDB_SET_RANGE)
        if code == MDB_NOTFOUND { return mdb_cursor_get(cursor, &name, &data, MDB_LAST) }
        guard code == MDB_SUCCESS, compare(name.bytes, UnsafeRawBufferPointer(bytes)) > 0 else {
          return code
        }
        return mdb_cursor_get(cursor, &name, &data, MDB_PREV)
      }
    }
  }
}

/// Key and data as they lie in the page.
@frozen
@usableFromInline
struct RawRow {
  @usableFromInline let key: UnsafeRawBufferPointer
  @usableFromInline let row: UnsafeRawBufferPointer

  @inlinable
  init(key: UnsafeRawBufferPointer, row: UnsafeRawBufferPointer) {
    self.key = key
    self.row = row
  }
}

extension MDB_val {
  /// The bytes LMDB points at.
  @inlinable var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: mv_data, count: mv_size)
  }
}
