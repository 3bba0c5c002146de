import Logging

/// Where a server's log goes: standard error, one line an event, so that answers stay alone on
/// standard output.
enum ServerLog {
  /// A logger that writes from a level on.
  static func logger(level: Logger.Level) -> Logger {
    var logger = Logger(label: "laurel") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = level
    return logger
  }
}
