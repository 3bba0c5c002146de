import CLMDB

/// Which way a scan runs.
@frozen
public enum ScanOrder: Sendable {
  /// From the lowest key to the highest.
  case ascending
  /// From the highest key to the lowest.
  case descending
}

/// Whether a scan goes on after a row.
@frozen
public enum ScanStep: Sendable {
  /// Go on with the next row.
  case next
  /// End the scan here.
  case stop
}

// Reading ranges. Bounds are inclusive and name the low and the high end whichever way the scan
// runs; `nil` means the end of the table. The closure must not write the table it scans; it may
// write others.

extension Transaction where Self: ~Copyable {
  /// Visits the rows of a range as decoded copies.
  @inlinable
  public borrowing func scan<Key, Value>(
    _ table: Table<Key, Value>, from low: Key? = nil, through high: Key? = nil,
    order: ScanOrder = .ascending, _ body: (Key, Value) throws -> ScanStep
  ) throws {
    try scanRaw(table, low, high, order) { found throws in
      guard
        let key = Key.decode(found.key),
        let value = RowFormat.decode(
          found.row, key: found.key, identity: table.identity, as: Value.self)
      else { throw corrupt(table, found.key) }
      return try body(key, value)
    }
  }

  /// Visits the blocks of a range; each span ends with its call.
  @inlinable
  public borrowing func scanBlocks<Key>(
    _ table: BlockTable<Key>, from low: Key? = nil, through high: Key? = nil,
    order: ScanOrder = .ascending, _ body: (Key, RawSpan) throws -> ScanStep
  ) throws {
    try scanRaw(table, low, high, order) { found throws in
      guard let key = Key.decode(found.key) else { throw corrupt(table, found.key) }
      return try body(key, found.row.bytes)
    }
  }

  @inlinable
  borrowing func scanRaw<Declared: TableDeclaration>(
    _ table: Declared, _ low: Declared.Key?, _ high: Declared.Key?, _ order: ScanOrder,
    _ body: (RawRow) throws -> ScanStep
  ) throws {
    var cursor: OpaquePointer?
    let opened = mdb_cursor_open(context.handle, context.handle(of: table), &cursor)
    guard opened == MDB_SUCCESS, let cursor else {
      throw context.state.pointee.fail(opened, "scan")
    }
    defer { mdb_cursor_close(cursor) }
    let start: Place<Declared.Key>
    let bound: Declared.Key?
    switch order {
    case .ascending:
      start = low.map { .atOrAfter($0) } ?? .lowest
      bound = high
    case .descending:
      start = high.map { .atOrBefore($0) } ?? .highest
      bound = low
    }
    try withUnsafeTemporaryAllocation(byteCount: Declared.Key.byteCount, alignment: 8) { end in
      bound?.encode(into: end)
      let endBytes = bound == nil ? nil : UnsafeRawBufferPointer(end)
      var name = MDB_val()
      var data = MDB_val()
      var code = start.move(cursor, &name, &data)
      while code == MDB_SUCCESS {
        let found = RawRow(key: name.bytes, row: data.bytes)
        if let endBytes, order.isBeyond(found.key, endBytes) { return }
        guard try body(found) == .next else { return }
        code = mdb_cursor_get(cursor, &name, &data, order.advance)
      }
      guard code == MDB_NOTFOUND else { throw context.state.pointee.fail(code, "scan") }
    }
  }
}

extension ScanOrder {
  @inlinable var advance: MDB_cursor_op {
    self == .ascending ? MDB_NEXT : MDB_PREV
  }

  @inlinable
  func isBeyond(_ key: UnsafeRawBufferPointer, _ end: UnsafeRawBufferPointer) -> Bool {
    let order = compare(key, end)
    return self == .ascending ? order > 0 : order < 0
  }
}
