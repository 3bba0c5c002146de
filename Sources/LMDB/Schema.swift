import CLMDB

/// Opens the declared tables of an environment and holds the file to its declarations.
enum Schema {
  /// Opens every table, creating what is missing; a file that agrees is not written.
  static func open(
    _ environment: OpaquePointer, format: EnvironmentFormat, tables: [any TableDeclaration],
    slots: UnsafeMutableBufferPointer<TableHandle>
  ) throws(LMDBError) {
    requireDistinct(tables, slotCount: slots.count)
    let isComplete = try inTransaction(environment, writing: false) {
      (transaction) throws(LMDBError) in
      try openMainTree(transaction)
      return try agrees(transaction, format: format, tables: tables)
    }
    try inTransaction(environment, writing: !isComplete) { (transaction) throws(LMDBError) in
      if !isComplete { try record(transaction, format: format, tables: tables) }
      for table in tables {
        let handle = try openTree(transaction, table.name, creates: !isComplete)
        slots[table.slot] = TableHandle(handle: handle, identity: table.identity)
      }
      if !isComplete { try Catalogue.stamp(transaction) }
    }
  }

  /// A misdeclared schema is a bug, found at the first start.
  private static func requireDistinct(_ tables: [any TableDeclaration], slotCount: Int) {
    var slots: Set<Int> = []
    var identities: Set<UInt32> = []
    for table in tables {
      precondition((0..<slotCount).contains(table.slot), "a slot is below tablesMax")
      precondition(slots.insert(table.slot).inserted, "two tables share a slot")
      precondition(identities.insert(table.identity).inserted, "two tables share a name")
      let name = table.name.withUTF8Buffer(Array.init)
      precondition(
        (1...64).contains(name.count) && name.allSatisfy { (33...126).contains($0) },
        "a table's name is 1 to 64 bytes of ASCII")
      let keyBytes = table.signature.keyLayout.reduce(0) { $0 + Int($1.byteCount) }
      precondition(keyBytes == table.keyByteCount, "a key's layout and byteCount disagree")
    }
  }

  /// Whether the file records exactly this schema; throws when it records another.
  private static func agrees(
    _ transaction: OpaquePointer, format: EnvironmentFormat, tables: [any TableDeclaration]
  ) throws(LMDBError) -> Bool {
    var isComplete = try requireFormat(transaction, format)
    for table in tables {
      let declared = table.signature
      guard let row = try Catalogue.read(transaction, Catalogue.tableKey(table.name)) else {
        isComplete = false
        continue
      }
      if row == declared.encoded { continue }
      guard let found = TableSignature(decoding: row), found.isReadable(as: declared) else {
        let found = TableSignature(decoding: row)
        throw .wrongTable(
          table: table.name.description, expected: declared.description,
          found: found?.description ?? "something unreadable")
      }
      isComplete = false
    }
    return isComplete
  }

  private static func requireFormat(
    _ transaction: OpaquePointer, _ format: EnvironmentFormat
  ) throws(LMDBError) -> Bool {
    guard let row = try Catalogue.read(transaction, Catalogue.formatKey) else {
      guard try Catalogue.read(transaction, Catalogue.stampKey) == nil else {
        throw .corrupt(table: "catalogue", key: Catalogue.formatKey)
      }
      return false
    }
    guard row == format.encoded else {
      throw .wrongFormat(expected: format.description, found: EnvironmentFormat.describe(row))
    }
    return true
  }

  private static func record(
    _ transaction: OpaquePointer, format: EnvironmentFormat, tables: [any TableDeclaration]
  ) throws(LMDBError) {
    try Catalogue.write(transaction, Catalogue.formatKey, format.encoded)
    for table in tables {
      try Catalogue.write(
        transaction, Catalogue.tableKey(table.name), table.signature.encoded)
    }
  }

  /// LMDB gives the main tree its order of keys only when someone opens it.
  private static func openMainTree(_ transaction: OpaquePointer) throws(LMDBError) {
    var handle: MDB_dbi = 0
    let code = mdb_dbi_open(transaction, nil, 0, &handle)
    guard code == MDB_SUCCESS, handle == mainTree else {
      throw LMDBError(code: code, operation: "opening the main tree")
    }
  }

  private static func openTree(
    _ transaction: OpaquePointer, _ name: StaticString, creates: Bool
  ) throws(LMDBError) -> MDB_dbi {
    var handle: MDB_dbi = 0
    let flags = creates ? UInt32(MDB_CREATE) : 0
    let code = mdb_dbi_open(transaction, name.description, flags, &handle)
    guard code == MDB_SUCCESS else { throw LMDBError(code: code, operation: "opening a table") }
    return handle
  }

  private static func inTransaction<Result>(
    _ environment: OpaquePointer, writing: Bool,
    _ body: (OpaquePointer) throws(LMDBError) -> Result
  ) throws(LMDBError) -> Result {
    var transaction: OpaquePointer?
    let flags = writing ? 0 : UInt32(MDB_RDONLY)
    let code = mdb_txn_begin(environment, nil, flags, &transaction)
    guard code == MDB_SUCCESS, let transaction else {
      throw LMDBError(code: code, operation: "beginning the opening")
    }
    let result: Result
    do {
      result = try body(transaction)
    } catch {
      mdb_txn_abort(transaction)
      throw error
    }
    let committed = mdb_txn_commit(transaction)
    guard committed == MDB_SUCCESS else {
      throw LMDBError(code: committed, operation: "committing the opening")
    }
    return result
  }
}

extension TableDeclaration {
  var keyByteCount: Int { Key.byteCount }
}

extension EnvironmentFormat: CustomStringConvertible {
  /// The kind and version in words.
  public var description: String { "\(kind) version \(version)" }

  var encoded: [UInt8] {
    [Catalogue.layerVersion, UInt8(truncatingIfNeeded: version), UInt8(version >> 8)] + kind.utf8
  }

  static func describe(_ row: [UInt8]) -> String {
    guard row.count > 3, row[0] == Catalogue.layerVersion else {
      return "an environment of layer version \(row.first ?? 0)"
    }
    let kind = String(decoding: row[3...], as: UTF8.self)
    return "\(kind) version \(UInt16(row[1]) | UInt16(row[2]) << 8)"
  }
}

extension TableSignature: CustomStringConvertible {
  /// The declaration in words.
  public var description: String {
    let key = keyLayout.map { ($0.isSigned ? "i" : "u") + String(Int($0.byteCount) * 8) }
    let kind = isBlock ? "block" : "value"
    return "\(kind) type \(typeID) version \(formatVersion) by (\(key.joined(separator: ", ")))"
  }

  /// The catalogue's row: kind, version, type, then one byte for each component of the key.
  var encoded: [UInt8] {
    let type = withUnsafeBytes(of: typeID.littleEndian, Array.init)
    return [isBlock ? 1 : 0, formatVersion] + type + keyLayout.map(\.code)
  }

  init?(decoding row: [UInt8]) {
    guard row.count >= 6, row[0] <= 1 else { return nil }
    let type = row[2..<6].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let layout = row[6...].map { code in
      KeyComponent(isSigned: code & 0x80 != 0, byteCount: code & 0x7F)
    }
    self.init(
      keyLayout: layout, typeID: type, formatVersion: row[1], oldestVersion: row[1],
      isBlock: row[0] == 1)
  }

  /// Whether rows written under this signature can be read under a newer declaration.
  func isReadable(as declared: TableSignature) -> Bool {
    isBlock == declared.isBlock && typeID == declared.typeID && keyLayout == declared.keyLayout
      && formatVersion >= declared.oldestVersion && formatVersion <= declared.formatVersion
  }
}
