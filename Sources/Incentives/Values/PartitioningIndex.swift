extension RandomAccessCollection where Index == Int {
  /// The first index whose element fulfils a condition that, once fulfilled, stays so; else the end.
  func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
