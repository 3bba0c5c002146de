/// How much of a CSV file may belong together; memory follows these limits, not the file.
public struct CSVLimits: Hashable, Sendable {
  /// The longest field, after quotes are taken off.
  public var fieldBytesMax: Int
  /// The longest record, as it stands in the file; also what a quote left open can swallow.
  public var recordBytesMax: Int
  /// The most fields in a record.
  public var columnsMax: Int

  /// Limits far above any learning log: 64 KiB a field, 1 MiB a record, 256 columns.
  public init(
    fieldBytesMax: Int = 64 << 10, recordBytesMax: Int = 1 << 20, columnsMax: Int = 256
  ) {
    precondition(fieldBytesMax > 0 && recordBytesMax > 0 && columnsMax > 0)
    self.fieldBytesMax = fieldBytesMax
    self.recordBytesMax = recordBytesMax
    self.columnsMax = columnsMax
  }
}
