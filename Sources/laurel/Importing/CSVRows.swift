import Tabular

/// The rows of a CSV file as values of one kind, read as a stream, bad rows told apart with their line.
struct CSVRows<Row> {
  /// Reads one record as a row.
  typealias RowReader = (CSVReader) throws(RowProblem) -> Row

  /// The file.
  let path: String
  /// In which language problems are told.
  let language: Language
  /// Finds the columns in the header and gives what reads a record.
  let columns: ([String]) throws(ColumnMappingError) -> RowReader

  /// Reads the whole file: good rows go to `good`, bad ones to `bad`.
  ///
  /// Ends with a failure where the file cannot be read on, or its columns are not known.
  func read(
    good: (Int, Row, ReadProgress) throws -> Void, bad: (BadRow) throws -> Void
  ) throws {
    let reader = try opened()
    let rowReader = try rowReader(header: reader)
    while true {
      switch try next(reader, rowReader) {
      case .success(let row)?: try good(reader.line, row, reader.progress)
      case .failure(let problem)?: try bad(problem)
      case nil: return
      }
    }
  }

  private func opened() throws(CommandFailure) -> CSVReader {
    do throws(CSVError) {
      let reader = try CSVReader(path: path)
      if try reader.next() { return reader }
    } catch {
      throw .failed("\(path): \(error)")
    }
    throw .refused("\(path): \(language("the file is empty", "文件是空的"))")
  }

  private func rowReader(header reader: CSVReader) throws(CommandFailure) -> RowReader {
    do throws(ColumnMappingError) {
      return try columns(reader.strings())
    } catch {
      throw .refused("\(path): \(error)")
    }
  }

  /// The next row, good or bad; nil at the end of the file.
  private func next(
    _ reader: CSVReader, _ rowReader: RowReader
  ) throws(CommandFailure) -> Result<Row, BadRow>? {
    do throws(CSVError) {
      guard try reader.next() else { return nil }
    } catch {
      guard error.canContinue else { throw .failed("\(path): \(error)") }
      return .failure(BadRow(error))
    }
    do throws(RowProblem) {
      return .success(try rowReader(reader))
    } catch {
      return .failure(BadRow(line: reader.line, text: error.text(language)))
    }
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
