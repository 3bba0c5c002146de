import Glibc

/// The system's limit of open files (RLIMIT_NOFILE), of which every connection is one.
enum DescriptorLimit {
  /// Descriptors kept for everything else: the store's files, listeners, event loops, backups.
  static let reserved = 256

  /// Raises the soft limit as far as connections need and the hard limit lets it; tells how many
  /// connections there is room for.
  static func makeRoom(for connections: Int) -> Int {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return connections }
    let needed = rlim_t(clamping: connections + reserved)
    if limit.rlim_cur < needed {
      var raised = limit
      raised.rlim_cur = min(needed, limit.rlim_max)
      if setrlimit(resource, &raised) == 0 { limit = raised }
    }
    return room(in: Int(clamping: limit.rlim_cur), for: connections)
  }

  /// How many of the wanted connections so many descriptors leave room for.
  static func room(in descriptors: Int, for connections: Int) -> Int {
    max(1, min(connections, descriptors - reserved))
  }
}
