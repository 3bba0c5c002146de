import Glibc

/// The operator's limit of a file's size (RLIMIT_FSIZE): a disk that is full, for one file.
enum FileLimit {
  /// The bytes by which a file may still grow.
  static func room(behind fileBytes: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { return .max }
    return max(0, Int(clamping: limit.rlim_cur) - fileBytes)
  }
}
