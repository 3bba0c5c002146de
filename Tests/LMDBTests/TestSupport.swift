import Glibc
import LMDB

/// A directory of its own for each test, removed with it; in memory, so that thousands of syncs
/// cost nothing.
final class TestDirectory {
  let path: String

  init() throws {
    var template = Array("/dev/shm/laurel-lmdb-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp failed") }
    path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  deinit { removeTree(path) }

  var dataFile: String { path + "/store/data.mdb" }
  var store: String { path + "/store" }

  private func removeTree(_ path: String) {
    for name in entries(path) {
      let child = path + "/" + name
      if unlink(child) != 0 { removeTree(child) }
    }
    rmdir(path)
  }
}

/// How many times the usual number of random trials to run, from `LAUREL_TEST_SCALE`.
let scale = getenv("LAUREL_TEST_SCALE").flatMap { UInt64(String(cString: $0)) } ?? 1

struct TestFailure: Error {
  let what: String
  init(_ what: String) { self.what = what }
}

/// The names in a directory.
func entries(_ path: String) -> [String] {
  guard let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// What a symbolic link points to.
func linkTarget(_ path: String) throws -> String {
  var target = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink(path, &target, target.count)
  guard count >= 0 else { throw TestFailure("cannot read the link \(path)") }
  return String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}

func makeDirectory(_ path: String) throws {
  guard mkdir(path, 0o700) == 0 else { throw TestFailure("cannot create \(path)") }
}

func readFile(_ path: String) throws -> [UInt8] {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { throw TestFailure("cannot open \(path)") }
  defer { close(file) }
  var status = stat()
  fstat(file, &status)
  let count = Int(status.st_size)
  let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
    initialized = max(read(file, buffer.baseAddress, count), 0)
  }
  guard bytes.count == count else { throw TestFailure("cannot read \(path)") }
  return bytes
}

func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  guard file >= 0 else { throw TestFailure("cannot create \(path)") }
  defer { close(file) }
  guard write(file, bytes, bytes.count) == bytes.count else {
    throw TestFailure("cannot write \(path)")
  }
}

/// SplitMix64: small, seeded, the same everywhere.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count + 8) { buffer, initialized in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      for offset in stride(from: 0, to: count, by: 8) {
        raw.storeBytes(of: next(), toByteOffset: offset, as: UInt64.self)
      }
      initialized = count
    }
  }
}

/// A value of any length.
struct Note: ValueCodec, Equatable {
  static var typeID: UInt32 { 1 }
  static var formatVersion: UInt8 { 1 }
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }
  var byteCount: Int { bytes.count }
  func encode(into writer: inout ValueWriter) { writer.append(bytes) }
  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    bytes = Array(try reader.nextBytes(reader.remaining))
  }
}

/// A value of two numbers.
struct Balance: ValueCodec, Equatable {
  static var typeID: UInt32 { 2 }
  static var formatVersion: UInt8 { 1 }
  var earned: Int64
  var spendable: Int64

  var byteCount: Int { 16 }
  func encode(into writer: inout ValueWriter) {
    writer.append(earned)
    writer.append(spendable)
  }
  init(earned: Int64, spendable: Int64) {
    self.earned = earned
    self.spendable = spendable
  }
  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    earned = try reader.next()
    spendable = try reader.next()
  }
}

enum Tables {
  static let notes = Table<UInt64, Note>(0, "notes")
  static let balances = Table<Key3<UInt32, UInt16, UInt32>, Balance>(1, "balances")
  static let blocks = BlockTable<Key2<UInt32, UInt64>>(
    2, "blocks", typeID: 3, formatVersion: 1)
  static let all: [any TableDeclaration] = [notes, balances, blocks]
}

let testFormat = EnvironmentFormat(kind: "test", version: 1)

func openStore(
  _ path: String, tables: [any TableDeclaration] = Tables.all,
  format: EnvironmentFormat = testFormat, mapBytes: Int = 1 << 30
) throws(LMDBError) -> Environment {
  try Environment.open(
    at: path, format: format, tables: tables, options: EnvironmentOptions(mapBytes: mapBytes))
}
