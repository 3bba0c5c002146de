/// Why the columns of a file could not be matched to the wanted fields, and how to decide it.
public enum ColumnMappingError: Error, Hashable, Sendable {
  /// A piece of the mapping is not `field=header`.
  case notAMapping(String)
  /// The mapping names a field that does not exist.
  case unknownField(String, known: [String])
  /// The mapping names a field twice.
  case mappedTwice(String)
  /// The mapping names a header the file does not have.
  case noSuchHeader(String, header: [String])
  /// Several columns fit one field.
  case ambiguous(field: String, headers: [String])
  /// One column fits several fields.
  case sharedColumn(String, fields: [String])
  /// The file has no column for these required fields.
  case missing([String], header: [String])
}

extension ColumnMappingError: CustomStringConvertible {
  /// What is wrong, what the file has, and the mapping that would help.
  public var description: String {
    switch self {
    case .notAMapping(let text):
      "“\(text)” is not a mapping; write field=header with commas between the pairs"
    case .unknownField(let name, let known):
      "there is no field “\(name)”; the fields are \(known.joined(separator: ", "))"
    case .mappedTwice(let field):
      "the field “\(field)” is mapped twice"
    case .noSuchHeader(let wanted, let header):
      "the file has no column “\(wanted)”; it has \(header.joined(separator: ", "))"
    case .ambiguous(let field, let headers):
      Set(headers).count == headers.count
        ? "the columns \(headers.joined(separator: ", ")) all fit “\(field)”; "
          + "choose one with \(field)=\(headers.first ?? "header")"
        : "the file has the column “\(headers.first ?? "")” \(headers.count) times"
    case .sharedColumn(let header, let fields):
      "the column “\(header)” fits \(fields.joined(separator: " and ")); "
        + "choose with \(fields.first ?? "field")=\(header)"
    case .missing(let fields, let header):
      "the file has no column for \(fields.joined(separator: ", ")); "
        + "it has \(header.joined(separator: ", ")). "
        + "Name it with \(fields.first ?? "field")=header"
    }
  }
}
