import Glibc
import Incentives

/// The two clocks of the machine.
public enum WallClock {
  /// The wall clock, to the microsecond.
  public static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(
      microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  /// Microseconds since some moment; never goes back.
  static func monotonic() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }

  /// Ends the process after a failure that leaves memory ahead of the disk.
  static func endProcess(_ error: any Error) {
    let line = "laurel: the journal failed and the server stops: \(error)\n"
    _ = line.utf8CString.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count - 1) }
    _exit(2)
  }
}
