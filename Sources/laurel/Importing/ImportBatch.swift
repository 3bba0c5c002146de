import JSONRPC

/// The batch that an import is, so that it can be listed and taken back as one.
struct ImportBatch {
  /// Its id, such as B-0012.
  let id: String

  /// Opens the batch of a file; the same file, cut off before, goes on with its own.
  ///
  /// A pipe has no name and no digest, so it always begins another.
  static func open(
    kind: String, path: String, isFile: Bool, in program: String, _ session: Session
  ) throws(CommandFailure) -> ImportBatch {
    let digest = isFile ? try FileDigest.sha256(path: path) : nil
    let answer = try session.change("batch.open") { writer in
      writer.member("program", program)
      writer.member("kind", kind)
      if let digest {
        writer.member("file", String(path.split(separator: "/").last ?? ""))
        writer.member("sha256", digest)
      }
    }
    return ImportBatch(id: answer["outcome"]?.text("batch") ?? "")
  }
}
