import Client
import Foundation
import Glibc
import NIOCore
import Testing

@testable import Server

@Suite("What a connection owes its peer is bounded in bytes and in time")
struct OutputTests {
  private static let discover = #"{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}"#

  @Test("the document is refused to who leaves too many of them unread")
  func documents() async throws {
    try await RunningServer.run { server in
      let lines = try RawLines(server.socketPath)
      let count = 200
      try lines.say(repeatElement(Self.discover, count: count).joined(separator: "\n"))
      let answers = try (0..<count).map { _ in try lines.hear() }
      #expect(answers.filter { $0.contains(#""openrpc":"#) }.count > 2)
      #expect(answers.contains { $0.contains(#""reason":"busy""#) && $0.contains("retryAfter") })
    }
  }

  @Test("a batch of documents is answered within the same bound")
  func batch() async throws {
    try await RunningServer.run { server in
      let lines = try RawLines(server.socketPath)
      let calls = repeatElement(Self.discover, count: 500).joined(separator: ",")
      let answer = try lines.ask("[\(calls)]")
      #expect(answer.utf8.count < 2 << 20)
      #expect(answer.components(separatedBy: #""jsonrpc""#).count == 501)
      #expect(try lines.ask(Self.discover).contains(#""openrpc":"#))
    }
  }

  @Test("a connection that is owed too much is closed")
  func tooMuch() async throws {
    try await RunningServer.run(configure: { $0.limits.outputBytesMax = 200_000 }) { server in
      let lines = try RawLines(server.socketPath)
      try lines.say(repeatElement(Self.discover, count: 100).joined(separator: "\n"))
      #expect(try lines.isClosed())
      #expect(try server.owner().call("system.health") == #"{"status":"ok"}"#)
    }
  }

  @Test("a peer that takes nothing for too long is closed")
  func deaf() async throws {
    try await RunningServer.run(configure: { $0.limits.stallTimeout = .milliseconds(1) }) {
      server in
      let lines = try RawLines(server.socketPath)
      #expect(try lines.sayUntilFull(Self.discover + "\n", max: 100_000) < 100_000)
      #expect(lines.isHungUp())
    }
  }

  @Test("time runs only while not a byte is taken")
  func standstill() {
    var backlog = Backlog()
    func at(_ seconds: UInt64) -> NIODeadline { .uptimeNanoseconds(seconds * 1_000_000_000) }
    func isStalled(_ seconds: UInt64, waiting: Int) -> Bool {
      backlog.isStalled(at(seconds), waiting: waiting, timeout: .seconds(60))
    }
    backlog.gave(1_000)
    #expect(!isStalled(0, waiting: 1_000))
    #expect(!isStalled(60, waiting: 1_000))
    #expect(!isStalled(61, waiting: 999))
    // More was given meanwhile, and nothing taken.
    backlog.gave(500)
    #expect(!isStalled(100, waiting: 1_499))
    #expect(isStalled(122, waiting: 1_499))
    backlog.flows()
    #expect(!isStalled(123, waiting: 1_499))
    backlog.ended(1_000)
    #expect(backlog.channelBytes == 500)
  }

  @Test("as many connections as the limit of open files leaves room for, at least one")
  func descriptors() async throws {
    #expect(DescriptorLimit.room(in: 100_000, for: 16_384) == 16_384)
    #expect(DescriptorLimit.room(in: 1_024, for: 16_384) == 1_024 - DescriptorLimit.reserved)
    #expect(DescriptorLimit.room(in: 10, for: 16_384) == 1)
    try await RunningServer.run { _ in
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let wanted = rlim_t(EdgeLimits().connectionsMax + DescriptorLimit.reserved)
      #expect(limit.rlim_cur >= min(wanted, limit.rlim_max))
    }
  }
}
