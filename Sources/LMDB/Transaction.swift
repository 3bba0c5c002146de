import CLMDB

/// What reading and writing transactions have in common: one consistent snapshot to read from.
///
/// Every operation names its table first. Values come back as decoded, verified copies; blocks are
/// lent as spans that end with the closure. A row that is not what was written throws `.corrupt`.
public protocol Transaction: ~Copyable {
  /// The handles of the transaction; of no use outside this module.
  var context: TransactionContext { get }
}

/// A snapshot of an environment, lent to the closure of `Environment.read`.
public struct ReadTransaction: Transaction, ~Copyable {
  /// The handles of the transaction.
  public let context: TransactionContext

  init(context: TransactionContext) { self.context = context }

  /// The number of the last commit that this snapshot contains.
  public var number: UInt64 { UInt64(mdb_txn_id(context.handle)) }
}

/// The handles behind a transaction, valid until its closure returns.
@frozen
public struct TransactionContext {
  @usableFromInline let handle: OpaquePointer
  @usableFromInline let tables: UnsafeBufferPointer<TableHandle>
  @usableFromInline let state: UnsafeMutablePointer<TransactionState>

  init(
    handle: OpaquePointer, tables: UnsafeBufferPointer<TableHandle>,
    state: UnsafeMutablePointer<TransactionState>
  ) {
    self.handle = handle
    self.tables = tables
    self.state = state
  }

  /// LMDB's handle of a declared table; asking for any other table is a bug.
  @inlinable
  func handle(of table: some TableDeclaration) -> MDB_dbi {
    let entry = tables[table.slot]
    precondition(
      entry.identity == table.identity,
      "the table was not declared when the environment was opened")
    return entry.handle
  }
}

/// One opened table: LMDB's handle and the identity of its declaration.
@frozen
@usableFromInline
struct TableHandle {
  @usableFromInline let handle: MDB_dbi
  @usableFromInline let identity: UInt32
}

/// What a running transaction remembers: how much it changed, and the first failure.
@frozen
@usableFromInline
struct TransactionState {
  @usableFromInline var changes = 0
  @usableFromInline var failure: LMDBError?
  @usableFromInline let mapBytes: Int

  init(mapBytes: Int) { self.mapBytes = mapBytes }

  /// Translates LMDB's answer and makes sure that the transaction cannot commit after it.
  @usableFromInline
  mutating func fail(_ code: Int32, _ operation: StaticString) -> LMDBError {
    let error = LMDBError(code: code, operation: operation, mapBytes: mapBytes)
    if failure == nil { failure = error }
    return error
  }
}
