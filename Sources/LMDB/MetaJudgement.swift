/// Whether a meta page, taken as the description of a commit, agrees with the trees it points to.
enum MetaJudgement {
  /// Both roots belong to the commit; the slot is given with all its numbers as they were counted.
  case sound(MetaSlot, PreflightReport)
  /// The roots belong to different commits.
  case mixed(String)

  /// Walks every tree of a slot; throws when a page is damaged.
  static func judge(
    _ slot: MetaSlot, _ commit: UInt64, _ file: borrowing PageFile, _ mapBytes: Int
  ) throws(LMDBError) -> MetaJudgement {
    let limit = max(UInt64(mapBytes / file.pageBytes), file.pageCount)
    var walk = TreeWalk(pageLimit: limit, pageBytes: file.pageBytes)
    let free = try walk.walk(slot.freeTree, .free, file)
    // Each commit but the first frees pages. A torn page points to the free tree of two commits ago.
    let freed = walk.highestFreeKey ?? 0
    guard freed == commit || commit < 2 else {
      guard freed + 2 == commit || (freed == 0 && commit == 3) else {
        throw file.damage(slot.freeTree.root, "the lists of free pages are of another commit")
      }
      return .mixed("its free pages belong to another commit than its tables")
    }
    let main = try walk.walk(slot.mainTree, .main, file)
    guard let stamp = walk.stamp, stamp == commit, slot.index == commit & 1 else {
      throw file.damage(slot.index, "it is no meta page of the commit its tree belongs to")
    }
    var total = main
    for table in walk.tables {
      guard let isBlock = walk.catalogue[table.name] else {
        throw file.damage(table.page, "a table that the catalogue does not know")
      }
      let name = String(decoding: table.name, as: UTF8.self)
      let identity = table.name.withUnsafeBytes(tableIdentity)
      let kind = isBlock ? TreeWalk.Kind.blocks : .rows(table: name, identity: identity)
      let counted = try walk.walk(table.record, kind, file)
      guard table.record == table.record.recounted(counted) else {
        throw file.damage(table.page, "a table's counts are wrong")
      }
      total.add(counted)
    }
    let highest = max(walk.pages.highest, 1)
    if let page = walk.pages.firstMissing(from: 2, through: highest) {
      throw file.damage(page, "the page is neither in use nor free")
    }
    var corrected = slot
    corrected.number = commit
    corrected.freeTree = slot.freeTree.recounted(free)
    corrected.mainTree = slot.mainTree.recounted(main)
    corrected.lastPage = highest
    let report = PreflightReport(
      commit: commit, treePages: total.treePages + free.treePages,
      overflowPages: total.overflowPages + free.overflowPages, freePages: walk.freePages,
      rows: total.entries - main.entries, recovery: nil)
    return .sound(corrected, report)
  }
}

extension TreeTally {
  var treePages: UInt64 { branchPages + leafPages }

  mutating func add(_ other: TreeTally) {
    branchPages += other.branchPages
    leafPages += other.leafPages
    overflowPages += other.overflowPages
    entries += other.entries
  }
}
