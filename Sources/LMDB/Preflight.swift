import Glibc

/// The examination of a data file before LMDB maps it.
///
/// LMDB trusts its file: a cut-off file kills the process, a wrong page number leads anywhere, and
/// no checksum would tell. So the newest commit's trees are walked with ordinary reads, see
/// `TreeWalk`, and every page up to the last must be used exactly once or free exactly once.
/// What passes can be read and written without a signal, and every checked row is what was written.
///
/// Torn meta pages. A commit first syncs its pages, then rewrites one of the two meta pages, so
/// the pages of both the old and the new commit are whole whichever half of the meta page arrived.
/// Three facts tell which commit a meta page truly describes: the stamp in the main tree, the
/// highest key of the free tree, and the counts of the walk. When both roots belong to the same
/// commit, that commit is complete and whatever else the page says is corrected to what was counted
/// (`restored`); when they belong to different ones, the other meta page stands (`fellBack`).
/// Damage anywhere else is not a torn write and is refused.
///
/// The trial (`TornMetaTests`): from commits of every shape, some 6,400 crash images were built, with
/// any part of the new pages behind the old meta pages, and with the meta page torn between
/// sectors, at each of its words and in random mixtures of words. Every image opened as exactly the
/// commit before or the commit itself, took further commits and opened clean again; none was
/// refused. Tears within the one sector, which lie outside the assumption, are covered by it too.
enum Preflight {
  /// Examines a file; with `repairs`, puts a torn meta page right after saving a copy of it.
  static func examine(
    _ path: String, mapBytes: Int, repairs: Bool
  ) throws(LMDBError) -> PreflightReport {
    var file = try PageFile(path, writes: repairs)
    let slots = try MetaSlot.readBoth(&file)
    let pair = try MetaPair(slots, file)
    let verdict = try MetaJudgement.judge(pair.newer.slot, pair.newer.identity, file, mapBytes)
    switch verdict {
    case .sound(let corrected, let report):
      return try settle(corrected, pair: pair, report, file, repairs: repairs)
    case .mixed(let problem):
      guard
        let olderStamp = pair.older.stamp, olderStamp + 1 == pair.newer.identity,
        case .sound(let standing, let report) = try MetaJudgement.judge(
          pair.older.slot, olderStamp, file, mapBytes), standing == pair.older.slot
      else { throw file.damage(pair.newer.slot.index, problem) }
      return try fallBack(
        from: pair.newer.slot, claimed: pair.newer.identity, to: standing, report, file,
        repairs: repairs)
    }
  }

  /// The newer meta page stands; corrects it, or the other one, where LMDB would be misled.
  private static func settle(
    _ corrected: MetaSlot, pair: MetaPair, _ report: PreflightReport,
    _ file: borrowing PageFile, repairs: Bool
  ) throws(LMDBError) -> PreflightReport {
    let (newer, older) = (pair.newer.slot, pair.older.slot)
    guard older.number &+ 1 == corrected.number || pair.older.stamp != nil else {
      throw file.damage(older.index, "the meta page carries an impossible commit number")
    }
    guard corrected == newer else {
      var report = report
      let copy = try replace(newer, with: corrected, file, repairs: repairs)
      report.recovery = .restored(commit: corrected.number, savedCopy: copy)
      return report
    }
    guard older.number >= corrected.number else { return report }
    return try fallBack(
      from: older, claimed: older.number, to: corrected, report, file, repairs: repairs)
  }

  /// Puts a copy of the standing meta page, one commit number lower, in place of the other one.
  private static func fallBack(
    from bad: MetaSlot, claimed: UInt64, to standing: MetaSlot, _ report: PreflightReport,
    _ file: borrowing PageFile, repairs: Bool
  ) throws(LMDBError) -> PreflightReport {
    var substitute = standing
    substitute.number = standing.number - 1
    var report = report
    let copy = try replace(bad, with: substitute, file, repairs: repairs)
    // A page that claims more than the next commit was never torn by one; nothing is lost.
    report.recovery =
      claimed == standing.number + 1
      ? .fellBack(from: claimed, to: standing.number, savedCopy: copy)
      : .restored(commit: standing.number, savedCopy: copy)
    return report
  }

  /// Saves a copy of a meta page beside the file, durably, then overwrites its body.
  private static func replace(
    _ bad: MetaSlot, with good: MetaSlot, _ file: borrowing PageFile, repairs: Bool
  ) throws(LMDBError) -> String {
    let copy = "\(file.path).meta\(bad.index)-\(bad.number)"
    guard repairs else { return copy }
    try save(bad.index, file, to: copy)
    try file.write(good.encodedBody, page: bad.index, offset: MetaSlot.bodyOffset)
    return copy
  }

  private static func save(
    _ page: UInt64, _ file: borrowing PageFile, to path: String
  ) throws(LMDBError) {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: file.pageBytes, alignment: 16)
    defer { bytes.deallocate() }
    try file.read(page, into: bytes)
    let copy = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard copy >= 0 else { throw LMDBError(errno: errno, operation: "creating \(path)") }
    defer { close(copy) }
    guard write(copy, bytes.baseAddress, bytes.count) == bytes.count, fsync(copy) == 0 else {
      throw LMDBError(errno: errno, operation: "saving \(path)")
    }
    try FileSystem.syncDirectory(FileSystem.parent(of: path))
  }
}

/// The two meta pages, with the commit that each one's main tree says it is.
struct MetaPair {
  struct Candidate {
    let slot: MetaSlot
    /// The stamp at the lower left of the slot's main tree, or `nil` when it cannot be reached.
    let stamp: UInt64?
    /// The stamp where there is one, else what the page calls itself.
    var identity: UInt64 { stamp ?? slot.number }
  }

  let newer: Candidate
  let older: Candidate

  init(_ slots: [MetaSlot], _ file: borrowing PageFile) throws(LMDBError) {
    let first = Candidate(slot: slots[0], stamp: try Self.stamp(slots[0], file))
    let second = Candidate(slot: slots[1], stamp: try Self.stamp(slots[1], file))
    // Equal identities: a substitute put in place by an earlier `fallBack` calls itself older.
    let isFirstNewer =
      first.identity != second.identity
      ? first.identity > second.identity : first.slot.number > second.slot.number
    newer = isFirstNewer ? first : second
    older = isFirstNewer ? second : first
  }

  /// Follows the leftmost path of the main tree to the stamp; `nil` when any page is not sound.
  private static func stamp(
    _ slot: MetaSlot, _ file: borrowing PageFile
  ) throws(LMDBError) -> UInt64? {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: file.pageBytes, alignment: 16)
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return nil }
    var nodes = NodeMap(pageBytes: file.pageBytes)
    let page = Page(base: UnsafeRawPointer(base), byteCount: file.pageBytes)
    var number = slot.mainTree.root
    for _ in 0..<TreeWalk.depthMax {
      guard number < file.pageCount else { return nil }
      try file.read(number, into: buffer)
      guard page.check(number, nodes: &nodes) == nil else { return nil }
      guard page.isBranch else {
        let isStamp = page.nodeFlags(0) == 0 && Array(page.key(0).bytes) == Catalogue.stampKey
        return isStamp ? Catalogue.stampNumber(page.inlineData(0)) : nil
      }
      number = page.child(0)
    }
    return nil
  }
}
