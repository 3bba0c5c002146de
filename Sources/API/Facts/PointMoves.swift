import Incentives

/// The payments that a command's changes move, and their sums.
struct PointMoves {
  /// The moves, in order.
  private(set) var moves: [MoveChange] = []
  /// The net change of earned points.
  private(set) var net: Int64 = 0
  /// The net change of each group's points.
  private(set) var netOfGroups: [GroupNumber: Int64] = [:]
  /// What was spent already and is forgiven.
  private(set) var writtenOff: Int64 = 0
  /// What is owed now; negative where debt was paid off.
  private(set) var debt: Int64 = 0
  /// How many changes there are in all.
  let changeCount: Int

  /// Sums up the changes of one decision.
  init(_ changes: ContiguousArray<Change>.SubSequence) {
    changeCount = changes.count
    for case .moved(let move) in changes {
      moves.append(move)
      // Decide keeps every account far from the ends of Int64.
      net &+= move.posting.points
      if !move.group.isNone { netOfGroups[move.group, default: 0] &+= move.posting.points }
      writtenOff &+= move.posting.writtenOff
      debt &+= move.posting.debt
    }
  }
}

extension ProgramState {
  /// The identity of a source's fact in this program.
  func identity(source: String, id: String) -> Digest128 {
    var (source, id) = (source, id)
    return source.withUTF8 { source in
      id.withUTF8 { id in
        FactIdentity.hash(
          secret: hash, program: number, source: UnsafeRawBufferPointer(source),
          id: UnsafeRawBufferPointer(id))
      }
    }
  }
}
