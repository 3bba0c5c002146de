import Glibc
import Testing

@testable import LMDB

@Suite("Reading a file before it is mapped")
struct ReadThroughTests {
  /// Reads a file of 1,000 pages of which some can not be read.
  private func read(bytes: Int = 1_000 * 4_096, broken: Range<Int>) throws(LMDBError) {
    try FileSystem.readThrough("file", byteCount: bytes, pageBytes: 4_096) { offset, buffer in
      guard broken.overlaps(offset..<offset + buffer.count) else { return buffer.count }
      errno = EIO
      return -1
    }
  }

  @Test("A page that the disk can not read is named")
  func brokenPage() throws {
    try read(broken: 0..<0)
    let page = 700
    let error = LMDBError.damagedFile(
      file: "file", page: UInt64(page), problem: "the disk can not read it")
    #expect(throws: error) { try read(broken: page * 4_096 + 100..<page * 4_096 + 200) }
  }

  @Test("A file that is cut off meanwhile, and one that is not there")
  func shortFile() throws {
    #expect(
      throws: LMDBError.damagedFile(file: "file", page: 0, problem: "the file ends before it")
    ) {
      try FileSystem.readThrough("file", byteCount: 4_096, pageBytes: 4_096) { _, _ in 0 }
    }
    try FileSystem.readThrough("/nowhere/at/all")
  }
}
