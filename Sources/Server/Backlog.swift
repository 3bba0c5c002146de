import NIOCore

/// How far the peer of a connection is behind: what was written for it and it has not taken.
struct Backlog {
  /// Bytes in the answers to batches that are not complete yet.
  var batchBytes = 0
  /// Bytes given to the channel whose sending has not ended.
  private(set) var channelBytes = 0

  private var given = 0
  private var standstill: (since: NIODeadline, taken: Int)?

  /// Notes that bytes were given to the channel.
  mutating func gave(_ count: Int) {
    channelBytes += count
    given += count
  }

  /// Notes that the channel is done with them.
  mutating func ended(_ count: Int) { channelBytes -= count }

  /// Whether the peer has taken nothing for longer than it may; `waiting` bytes are unsent.
  ///
  /// To be asked from time to time while the channel takes no more; time counts from the first question.
  mutating func isStalled(_ now: NIODeadline, waiting: Int, timeout: TimeAmount) -> Bool {
    let taken = given - waiting
    guard let standstill, standstill.taken == taken else {
      self.standstill = (now, taken)
      return false
    }
    return now - standstill.since > timeout
  }

  /// Notes that the channel takes more again.
  mutating func flows() { standstill = nil }
}
