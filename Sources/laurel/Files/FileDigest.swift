import Crypto
import Glibc

/// The SHA-256 of files.
enum FileDigest {
  private static let pieceBytes = 1 << 20

  /// The digest of a whole file as 64 hexadecimal digits.
  static func sha256(path: String) throws(CommandFailure) -> String {
    guard let file = fopen(path, "re") else { throw .system("reading \(path)") }
    defer { fclose(file) }
    var hasher = SHA256()
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    while true {
      let count = fread(&piece, 1, pieceBytes, file)
      piece.withUnsafeBytes { hasher.update(bufferPointer: .init(rebasing: $0.prefix(count))) }
      guard count < pieceBytes else { continue }
      guard ferror(file) == 0 else { throw .system("reading \(path)") }
      return hexadecimal(hasher.finalize())
    }
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
