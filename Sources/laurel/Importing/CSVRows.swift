import Tabular

/// How the columns of one file make rows of a kind.
struct CSVColumns<Row> {
  /// The headers of the file that nothing is read from.
  var ignored: [String] = []
  /// Reads one record as a row.
  let row: (CSVReader) throws(RowProblem) -> Row
}

/// The rows of a CSV file as values of one kind, read as a stream, bad rows told apart with their line.
struct CSVRows<Row> {
  /// The file.
  let path: String
  /// How it is encoded; nil to detect it.
  var encoding: TextEncoding?
  /// In which language problems are told.
  let language: Language
  /// Finds the columns in the header.
  let columns: ([String]) throws(ColumnMappingError) -> CSVColumns<Row>

  /// Reads the whole file: the unused headers go to `ignored`, good rows to `good`, bad ones to `bad`,
  /// and at the end, however it came, how the file is encoded to `encoding`.
  ///
  /// Ends with a failure where the file cannot be read on, or its columns are not known.
  func read(
    ignored: ([String]) -> Void = { _ in }, encoding: (FoundEncoding) -> Void = { _ in },
    good: (Int, Row, ReadProgress) throws -> Void, bad: (BadRow) throws -> Void
  ) throws {
    let reader = try opened()
    defer { encoding(FoundEncoding(reader)) }
    let columns = try columns(header: reader)
    ignored(columns.ignored)
    while true {
      switch try next(reader, columns) {
      case .success(let row)?: try good(reader.line, row, reader.progress)
      case .failure(let problem)?: try bad(problem)
      case nil: return
      }
    }
  }

  private func opened() throws(CommandFailure) -> CSVReader {
    do throws(CSVError) {
      let reader = try CSVReader(path: path, encoding: encoding)
      if try reader.next() { return reader }
    } catch {
      throw .failed("\(path): \(error)")
    }
    throw .refused("\(path): \(language("the file is empty", "文件是空的"))")
  }

  private func columns(header reader: CSVReader) throws(CommandFailure) -> CSVColumns<Row> {
    do throws(ColumnMappingError) {
      return try columns(reader.strings())
    } catch {
      let encoding = FoundEncoding(reader).text(language)
      throw .refused("\(path): \(error)\n\(encoding)")
    }
  }

  /// The next row, good or bad; nil at the end of the file.
  private func next(
    _ reader: CSVReader, _ columns: CSVColumns<Row>
  ) throws(CommandFailure) -> Result<Row, BadRow>? {
    do throws(CSVError) {
      guard try reader.next() else { return nil }
    } catch {
      guard error.canContinue else { throw .failed("\(path): \(error)") }
      return .failure(BadRow(error))
    }
    do throws(RowProblem) {
      return .success(try columns.row(reader))
    } catch {
      return .failure(BadRow(line: reader.line, text: error.text(language)))
    }
  }
}

/// How a file turned out to be encoded, as it is said on screen.
struct FoundEncoding: Hashable, Sendable {
  /// `UTF-8`, `UTF-8 with BOM` or `GB18030`.
  let name: String

  /// What a reader found so far.
  init(_ reader: CSVReader) {
    let marked = reader.encoding == .utf8 && reader.hasByteOrderMark
    name = reader.encoding.rawValue + (marked ? " with BOM" : "")
  }

  /// A sentence for people.
  func text(_ language: Language) -> String {
    language("Read as \(name).", "按 \(name) 读取。")
  }
}

/// A row that cannot be used: its line, and why.
struct BadRow: Error, Hashable, Sendable {
  /// The 1-based line of the file.
  let line: Int
  /// What is wrong.
  let text: String
  /// Whether the rows behind it may be read wrongly too, because a quote is missing or stray.
  var makesRestDoubtful = false
}

extension BadRow {
  fileprivate init(_ error: CSVError) {
    switch error.reason {
    case .unclosedQuote, .bareQuote, .textAfterQuote, .fieldTooLong, .recordTooLong:
      self.init(line: error.line, text: "\(error.reason)", makesRestDoubtful: true)
    default:
      self.init(line: error.line, text: "\(error.reason)")
    }
  }
}
