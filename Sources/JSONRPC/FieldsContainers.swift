/// Arrays and objects among a call's fields; errors inside them come out with their whole path.
extension Fields {
  /// An array of at most `max` items.
  public mutating func array(_ name: StaticString, max: Int) throws(ParameterError) -> JSONArray {
    try Self.required(optionalArray(name, max: max), name)
  }

  /// An array of at most `max` items that may be absent.
  public mutating func optionalArray(
    _ name: StaticString, max: Int
  ) throws(ParameterError) -> JSONArray? {
    guard let value = optionalValue(name) else { return nil }
    guard let array = value.array else {
      throw ParameterError(name, .wrongType, "Send an array.")
    }
    guard array.count <= max else {
      throw ParameterError(name, .tooMany, "Send at most \(max) items.")
    }
    return array
  }

  /// Reads each item of an array; what `read` throws is seen as `name[index].field`.
  public mutating func items<Item>(
    _ name: StaticString, max: Int,
    read: (JSONValue) throws(ParameterError) -> Item
  ) throws(ParameterError) -> [Item] {
    try Self.required(optionalItems(name, max: max, read: read), name)
  }

  /// Reads each item of an array that may be absent.
  public mutating func optionalItems<Item>(
    _ name: StaticString, max: Int,
    read: (JSONValue) throws(ParameterError) -> Item
  ) throws(ParameterError) -> [Item]? {
    guard let array = try optionalArray(name, max: max) else { return nil }
    var items: [Item] = []
    items.reserveCapacity(array.count)
    for value in array {
      do throws(ParameterError) {
        items.append(try read(value))
      } catch {
        throw error.inside(name, items.count)
      }
    }
    return items
  }

  /// Strings of 1 to `maxBytes` bytes each, copied.
  public mutating func strings(
    _ name: StaticString, max: Int, maxBytes: Int
  ) throws(ParameterError) -> [String] {
    try items(name, max: max) { value throws(ParameterError) in
      try value.text(named: "", max: maxBytes).string
    }
  }

  /// Reads an object's fields, and refuses unknown ones; errors are seen as `name.field`.
  public mutating func object<Value>(
    _ name: StaticString, read: (inout Fields) throws(ParameterError) -> Value
  ) throws(ParameterError) -> Value {
    try Self.required(optionalObject(name, read: read), name)
  }

  /// Reads the fields of an object that may be absent, and refuses unknown ones.
  public mutating func optionalObject<Value>(
    _ name: StaticString, read: (inout Fields) throws(ParameterError) -> Value
  ) throws(ParameterError) -> Value? {
    guard let value = optionalValue(name) else { return nil }
    do throws(ParameterError) {
      return try value.fields(read)
    } catch {
      throw error.inside(name)
    }
  }

  /// A map with free keys: at most `max` members, without duplicates, for the caller to walk.
  public mutating func optionalMap(
    _ name: StaticString, max: Int
  ) throws(ParameterError) -> JSONObject? {
    guard let value = optionalValue(name) else { return nil }
    guard let object = value.object else {
      throw ParameterError(name, .wrongType, "Send an object.")
    }
    guard object.count <= max else {
      throw ParameterError(name, .tooMany, "Send at most \(max) members.")
    }
    if let key = object.firstDuplicate {
      let inner = ParameterError(
        field: ParameterError.shown(key), reason: .duplicateField, advice: "Send the key once.")
      throw inner.inside(name)
    }
    return object
  }
}

extension JSONValue {
  /// Reads this value's fields and refuses the ones not asked for.
  public func fields<Value>(
    _ read: (inout Fields) throws(ParameterError) -> Value
  ) throws(ParameterError) -> Value {
    var fields = try Fields(self)
    let value = try read(&fields)
    try fields.finish()
    return value
  }
}
