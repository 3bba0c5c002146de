// The integers as keys: most significant byte first; signed ones with the sign bit flipped, which
// moves the negative numbers below zero in byte order.

extension UInt8: KeyCodec {
  /// The width of the integer.
  @inlinable public static var byteCount: Int { 1 }

  /// One unsigned component.
  public static var layout: [KeyComponent] { [.unsigned(1)] }

  /// Appends the integer, most significant byte first.
  @inlinable
  public func encode(into writer: inout KeyWriter) { writer.append(self) }

  /// Takes the integer, most significant byte first.
  @inlinable
  public init(from reader: inout KeyReader) { self = reader.next() }
}

extension UInt16: KeyCodec {
  /// The width of the integer.
  @inlinable public static var byteCount: Int { 2 }

  /// One unsigned component.
  public static var layout: [KeyComponent] { [.unsigned(2)] }

  /// Appends the integer, most significant byte first.
  @inlinable
  public func encode(into writer: inout KeyWriter) { writer.append(self) }

  /// Takes the integer, most significant byte first.
  @inlinable
  public init(from reader: inout KeyReader) { self = reader.next() }
}

extension UInt32: KeyCodec {
  /// The width of the integer.
  @inlinable public static var byteCount: Int { 4 }

  /// One unsigned component.
  public static var layout: [KeyComponent] { [.unsigned(4)] }

  /// Appends the integer, most significant byte first.
  @inlinable
  public func encode(into writer: inout KeyWriter) { writer.append(self) }

  /// Takes the integer, most significant byte first.
  @inlinable
  public init(from reader: inout KeyReader) { self = reader.next() }
}

extension UInt64: KeyCodec {
  /// The width of the integer.
  @inlinable public static var byteCount: Int { 8 }

  /// One unsigned component.
  public static var layout: [KeyComponent] { [.unsigned(8)] }

  /// Appends the integer, most significant byte first.
  @inlinable
  public func encode(into writer: inout KeyWriter) { writer.append(self) }

  /// Takes the integer, most significant byte first.
  @inlinable
  public init(from reader: inout KeyReader) { self = reader.next() }
}

extension Int32: KeyCodec {
  /// The width of the integer.
  @inlinable public static var byteCount: Int { 4 }

  /// One signed component.
  public static var layout: [KeyComponent] { [.signed(4)] }

  /// Appends the integer with its sign bit flipped.
  @inlinable
  public func encode(into writer: inout KeyWriter) {
    writer.append(UInt32(bitPattern: self ^ .min))
  }

  /// Takes the integer and flips its sign bit back.
  @inlinable
  public init(from reader: inout KeyReader) {
    self = Int32(bitPattern: reader.next(as: UInt32.self)) ^ .min
  }
}

extension Int64: KeyCodec {
  /// The width of the integer.
  @inlinable public static var byteCount: Int { 8 }

  /// One signed component.
  public static var layout: [KeyComponent] { [.signed(8)] }

  /// Appends the integer with its sign bit flipped.
  @inlinable
  public func encode(into writer: inout KeyWriter) {
    writer.append(UInt64(bitPattern: self ^ .min))
  }

  /// Takes the integer and flips its sign bit back.
  @inlinable
  public init(from reader: inout KeyReader) {
    self = Int64(bitPattern: reader.next(as: UInt64.self)) ^ .min
  }
}
