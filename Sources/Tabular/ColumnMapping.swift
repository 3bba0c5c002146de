/// Which column of a file holds which wanted field.
///
/// Two ways lead to a column. The person says it: `learner=learner_id,occurredOn=occurred_on`
/// names the field, then the header as it stands in the file. Or the header is recognised: first
/// by the field's own name, else by one of its synonyms, where case, spaces, `_`, `-`, `.` and
/// full-width forms do not matter. A guess is never made: two columns that fit one field, or one
/// column that fits two fields, are an error that says how to decide it. Columns nobody asked
/// for are listed in `ignored`.
public struct ColumnMapping: Sendable {
  /// A field the caller wants to find in the file.
  public struct Field: Sendable {
    /// The caller's word for it, used in an explicit mapping.
    public let name: String
    /// Other headers it is known by, in any language.
    public let synonyms: [String]
    /// Whether a file without it is refused.
    public let isRequired: Bool

    /// Describes a wanted field.
    public init(_ name: String, synonyms: [String] = [], isRequired: Bool = false) {
      self.name = name
      self.synonyms = synonyms
      self.isRequired = isRequired
    }
  }

  /// The headers of the file that no field uses, as they stand in it.
  public let ignored: [String]
  private let columns: [String: Int]

  /// The 0-based column of a field; nil if the file has none.
  public subscript(field: String) -> Int? { columns[field] }

  /// Finds the wanted fields in a file's header.
  ///
  /// - Parameters:
  ///   - fields: what is wanted; names must differ.
  ///   - header: the file's first record.
  ///   - explicit: `field=header` pairs with commas between them, in CSV's own quoting where a
  ///     header has a comma; it overrides what would be recognised.
  public init(
    _ fields: [Field], header: [String], explicit: String? = nil
  ) throws(ColumnMappingError) {
    var search = ColumnSearch(fields: fields, header: header)
    for (field, column) in try ColumnMapping.pairs(explicit ?? "") {
      try search.assign(field, to: column)
    }
    try search.recognise()
    let columns = search.columns
    let used = Set(columns.values)
    self.columns = columns
    ignored = header.indices.filter { !used.contains($0) }.map { header[$0] }
  }

  private static func pairs(
    _ explicit: String
  ) throws(ColumnMappingError) -> [(field: String, header: String)] {
    let reader = CSVReader(bytes: Array(explicit.utf8))
    var items: [String] = []
    do throws(CSVError) {
      while try reader.next() { items += reader.strings() }
    } catch {
      throw .notAMapping(explicit)
    }
    var pairs: [(String, String)] = []
    for item in items where !item.isEmpty {
      guard let equals = item.firstIndex(of: "=") else { throw .notAMapping(item) }
      let field = item[..<equals].trimmingSpaces
      let header = item[item.index(after: equals)...].trimmingSpaces
      guard !field.isEmpty, !header.isEmpty else { throw .notAMapping(item) }
      pairs.append((field, header))
    }
    return pairs
  }
}

/// The state of one search for columns.
private struct ColumnSearch {
  let fields: [ColumnMapping.Field]
  let header: [String]
  let folded: [String]
  var columns: [String: Int] = [:]

  init(fields: [ColumnMapping.Field], header: [String]) {
    self.fields = fields
    self.header = header
    folded = header.map(\.foldedHeader)
  }

  /// Takes a pair the person wrote: the header as written, else as folded.
  mutating func assign(_ name: String, to wanted: String) throws(ColumnMappingError) {
    guard let field = fields.first(where: { $0.name == name }) else {
      throw .unknownField(name, known: fields.map(\.name))
    }
    guard columns[field.name] == nil else { throw .mappedTwice(field.name) }
    var found = header.indices.filter { header[$0] == wanted }
    if found.isEmpty { found = folded.indices.filter { folded[$0] == wanted.foldedHeader } }
    guard let column = found.first else { throw .noSuchHeader(wanted, header: header) }
    guard found.count == 1 else {
      throw .ambiguous(field: name, headers: found.map { header[$0] })
    }
    columns[field.name] = column
  }

  /// Finds the fields the person did not map, then says everything that is missing at once.
  mutating func recognise() throws(ColumnMappingError) {
    let taken = Set(columns.values)
    var fieldOfColumn: [Int: String] = [:]
    for field in fields where columns[field.name] == nil {
      guard let column = try column(for: field, besides: taken) else { continue }
      if let other = fieldOfColumn[column] {
        throw .sharedColumn(header[column], fields: [other, field.name])
      }
      fieldOfColumn[column] = field.name
      columns[field.name] = column
    }
    let missing = fields.filter { $0.isRequired && columns[$0.name] == nil }
    guard missing.isEmpty else { throw .missing(missing.map(\.name), header: header) }
  }

  private func column(
    for field: ColumnMapping.Field, besides taken: Set<Int>
  ) throws(ColumnMappingError) -> Int? {
    for names in [[field.name], field.synonyms] {
      let names = Set(names.map(\.foldedHeader))
      let found = folded.indices.filter { !taken.contains($0) && names.contains(folded[$0]) }
      guard found.count <= 1 else {
        throw .ambiguous(field: field.name, headers: found.map { header[$0] })
      }
      if let column = found.first { return column }
    }
    return nil
  }
}

extension StringProtocol {
  /// A header without what people write differently: case, width, spaces and joining marks.
  fileprivate var foldedHeader: String {
    var folded = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      let isFullwidthASCII = (0xFF01...0xFF5E).contains(scalar.value)
      let plain = isFullwidthASCII ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
      switch plain {
      case "_", "-", ".", "\u{FEFF}": continue
      case _ where plain.properties.isWhitespace: continue
      default: folded.append(plain)
      }
    }
    return String(folded).lowercased()
  }

  fileprivate var trimmingSpaces: String {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    guard let first = firstIndex(where: { !isSpace($0) }),
      let last = lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}
