import Glibc
import Testing

@testable import laurel

/// API keys by the built binary, and what they open over TCP.
@Suite("CLI: keys and TCP")
struct CLIAccessTests {
  @Test("a key is made, opens its program over TCP, is listed, and ends when it is revoked")
  func keys() throws {
    let place = "127.0.0.1:\(try Self.freePort())"
    let laurel = try CLIBinary.lesson(["--listen", place])
    let made = try laurel.run("keys", "create", "portal", "--role", "read")
    #expect(made.status == 0)
    let key = String(made.output.dropLast())
    let asked = try laurel.run("balance", "李娜", "--connect", place, "--key", key, "--json")
    #expect(try asked.answer().int("earned") == 11, "\(asked.errors)")
    // What the role does not allow is a refusal; without a key nothing is answered.
    let fact = ["s1", "viewed:quiz", "--id", "k1", "--on", "2013-10-03"]
    let written = try laurel.run(["record"] + fact + ["--connect", place, "--key", key])
    #expect(written.status == 1)
    #expect(try laurel.run("balance", "s1", "--connect", place).status != 0)
    #expect(try laurel.run("balance", "s1", "--connect", place, "--key", "no").status == 1)

    let list = try laurel.run("keys", "list", "--json")
    #expect(!list.output.contains(key))
    let listed = try #require(try list.answer().items("keys").first)
    #expect(listed.text("name") == "portal")
    #expect(try laurel.run("keys", "revoke", listed.text("id")).status == 0)
    #expect(try laurel.run("keys", "list").output.contains("revoked"))
    #expect(
      try laurel.run("balance", "s1", "--connect", place, "--key", key).status == 1)
  }

  @Test("a key that was created before is not shown again, and that is said")
  func createdBefore() throws {
    let laurel = try CLIBinary.lesson()
    let first = try laurel.run(
      "keys", "create", "lms", "--role", "facts", "--idempotency-key", "once")
    #expect(first.output.count > 10)
    let again = try laurel.run(
      "keys", "create", "lms", "--role", "facts", "--idempotency-key", "once")
    #expect(again.status == 3)
    #expect(again.output == "")
    #expect(again.errors.contains("not shown again"))
    #expect(try laurel.run("keys", "list", "--json").answer().items("keys").count == 1)
  }

  @Test("a person logs in, acts over TCP with the kept key, and no more once the time is over")
  func persons() throws {
    let place = "127.0.0.1:\(try Self.freePort())"
    let laurel = try CLIBinary.lesson(["--listen", place])
    let put = try laurel.run("staff", "put", "T-007", "--name", "王老师", "--role", "read")
    #expect(put.status == 0, "\(put.errors)")
    #expect(try laurel.run("staff", "put", "T-009", "--role", "read").status == 0)
    let made = try laurel.run("keys", "create", "--staff", "T-007")
    #expect(made.status == 0, "\(made.errors)")
    #expect(try laurel.run("login", "--connect", place, input: "no\n").status == 1)
    let login = try laurel.run("login", "--connect", place, input: made.output)
    #expect(login.output.hasPrefix("Logged in as T-007."), "\(login.errors)")
    let kept = "\(laurel.directory)/.config/laurel/key"
    var facts = stat()
    #expect(stat(kept, &facts) == 0 && facts.st_mode & 0o777 == 0o600)

    #expect(try laurel.run("balance", "李娜", "--connect", place).status == 0)
    #expect(chmod(kept, 0o644) == 0)
    let open = try laurel.run("balance", "李娜", "--connect", place)
    #expect(open.status == 1 && open.errors.contains("chmod 600"))
    #expect(chmod(kept, 0o600) == 0)

    let end = try laurel.run("staff", "end", "T-007", "--successor", "T-009")
    #expect(end.output.contains("then T-009"), "\(end.errors)")
    #expect(try laurel.run("balance", "李娜", "--connect", place).status == 1)
    let list = try laurel.run("staff", "list")
    #expect(list.output.contains("王老师"))
    #expect(try laurel.run("logout").output == "Logged out.\n")
    #expect(try laurel.run("logout").output == "Nobody was logged in.\n")
  }

  /// A port that is free now.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) | getsockname(descriptor, $0, &size)
      }
    }
    try #require(descriptor >= 0 && result == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
