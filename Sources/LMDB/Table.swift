/// A typed table, declared as a constant in the schema.
///
///     static let balances = Table<BalanceKey, Balance>(4, "balances")
///
/// The slot is the table's place in the environment's handle array: small, unique within a
/// schema, free to change between versions. The name is what the file knows. The catalogue
/// of the file records each table's key layout, value type and format version; opening a file with
/// another declaration is refused. Every row carries a checksum that is verified on each read.
@frozen
public struct Table<Key: KeyCodec, Value: ValueCodec>: TableDeclaration {
  /// The place in the environment's handle array.
  public let slot: Int
  /// The name in the file: 1–64 bytes of ASCII.
  public let name: StaticString
  /// The checksum of the name, with which every row's checksum begins.
  public let identity: UInt32

  /// Declares a table.
  public init(_ slot: Int, _ name: StaticString) {
    self.slot = slot
    self.name = name
    self.identity = checksum(ofName: name)
  }

  /// What the catalogue records about this table.
  public var signature: TableSignature {
    TableSignature(
      keyLayout: Key.layout, typeID: Value.typeID, formatVersion: Value.formatVersion,
      oldestVersion: Value.oldestVersion, isBlock: false)
  }
}

/// A table of large blocks that carry their own hash.
///
/// The bytes are stored as they are, without version and checksum: whoever declares one promises
/// that each block proves itself. Blocks are filled in place, in the page that goes to disk.
@frozen
public struct BlockTable<Key: KeyCodec>: TableDeclaration {
  /// The place in the environment's handle array.
  public let slot: Int
  /// The name in the file: 1–64 bytes of ASCII.
  public let name: StaticString
  /// The checksum of the name.
  public let identity: UInt32
  /// The kind of block.
  public let typeID: UInt32
  /// The version of the blocks' format.
  public let formatVersion: UInt8
  /// The oldest version that is still read.
  public let oldestVersion: UInt8

  /// Declares a table of blocks.
  public init(
    _ slot: Int, _ name: StaticString, typeID: UInt32, formatVersion: UInt8,
    oldestVersion: UInt8? = nil
  ) {
    self.slot = slot
    self.name = name
    self.identity = checksum(ofName: name)
    self.typeID = typeID
    self.formatVersion = formatVersion
    self.oldestVersion = oldestVersion ?? formatVersion
  }

  /// What the catalogue records about this table.
  public var signature: TableSignature {
    TableSignature(
      keyLayout: Key.layout, typeID: typeID, formatVersion: formatVersion,
      oldestVersion: oldestVersion, isBlock: true)
  }
}

/// What every kind of table says about itself at opening.
public protocol TableDeclaration<Key>: Sendable {
  /// The type of the table's keys.
  associatedtype Key: KeyCodec

  /// The place in the environment's handle array.
  var slot: Int { get }

  /// The name in the file.
  var name: StaticString { get }

  /// The checksum of the name, by which a handle is known to belong to the declaration.
  var identity: UInt32 { get }

  /// What the catalogue records about this table.
  var signature: TableSignature { get }
}

/// A table's key layout, value type and format version, as recorded in the file.
public struct TableSignature: Equatable, Sendable {
  /// The key's components.
  public let keyLayout: [KeyComponent]
  /// The kind of value.
  public let typeID: UInt32
  /// The version that is written.
  public let formatVersion: UInt8
  /// The oldest version that is still read; a property of the program, not of the file.
  public let oldestVersion: UInt8
  /// Whether the rows are blocks without checksum.
  public let isBlock: Bool
}

private func checksum(ofName name: StaticString) -> UInt32 {
  name.withUTF8Buffer { tableIdentity(UnsafeRawBufferPointer($0)) }
}

/// The checksum over a table's name, so that a row cannot pass for another table's.
func tableIdentity(_ name: UnsafeRawBufferPointer) -> UInt32 {
  Checksum.extend(0, over: name)
}
