import Client
import Foundation
import Glibc
import Testing

@testable import Server

@Suite("A server starts cleanly, stops cleanly, and forgets nothing")
struct StartAndStopTests {
  @Test("what was answered is there after a restart, and a retry is recognised")
  func restart() async throws {
    let directory = try RunningServer.freshDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var first = ""
    try await RunningServer.run(in: directory) { server in
      let talk = try server.owner()
      try talk.declareClass()
      first = try talk.call("facts.record", comment("c1"))
    }
    #expect(!FileManager.default.fileExists(atPath: directory + "/s"))
    try await RunningServer.run(in: directory) { server in
      let talk = try server.owner()
      let again = try talk.call("facts.record", comment("c1"))
      #expect(again.hasPrefix(first.prefix { $0 != "]" } + #"]},"replayed":true"#))
      #expect(try talk.earned("s-1").contains(#""earned":3,"#))
    }
  }

  @Test("calls in flight are answered before a stopping server closes")
  func inFlight() async throws {
    let directory = try RunningServer.freshDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var talk: Talk?
    // Nobody reads while the server stops: so many answers fit into a socket's buffer even one by one.
    let count = 100
    try await RunningServer.run(in: directory) { server in
      let owner = try server.owner()
      try owner.declareClass()
      for number in 0..<count {
        let params = comment("f\(number)")
        owner.client.send(
          line: #"{"jsonrpc":"2.0","id":1,"method":"facts.record","params":\#(params)}"#)
      }
      // The last answer of a program's log comes last, so that the first says the others were taken.
      #expect(try owner.hear().contains("counted"))
      talk = owner
    }
    var answered = 1
    while let line = try? talk?.hear(), line.contains("counted") { answered += 1 }
    try await RunningServer.run(in: directory) { server in
      let facts = try server.owner().call("program.get", #"{"program":"class"}"#)
      let recorded = facts.components(separatedBy: #""facts":"#).last.flatMap {
        Int($0.prefix { $0.isNumber })
      }
      // Whatever was recorded was answered, and nothing else.
      #expect(recorded == answered)
    }
  }

  @Test("only the owner can open the socket")
  func mode() async throws {
    try await RunningServer.run { server in
      var status = stat()
      #expect(stat(server.socketPath, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test("a socket that a dead server left is replaced; what is in use or no socket is left alone")
  func sockets() async throws {
    let directory = try RunningServer.freshDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let path = directory + "/socket"
    close(try UnixSocket.bind(path))
    let descriptor = try UnixSocket.bind(path)
    #expect(listen(descriptor, 1) == 0)
    #expect(throws: ServerError.socketInUse(path: path)) { try UnixSocket.bind(path) }
    close(descriptor)
    UnixSocket.remove(path)
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    #expect(throws: ServerError.notASocket(path: path)) { try UnixSocket.bind(path) }
    let long = "/tmp/" + String(repeating: "x", count: 103)
    #expect(throws: ServerError.socketPathTooLong(path: long, bytesMax: 107)) {
      try UnixSocket.bind(long)
    }
    #expect(throws: ServerError.self) { try UnixSocket.bind(directory + "/none/socket") }
  }

  @Test("where nobody listens, the client says how to start a server")
  func notRunning() throws {
    let endpoint = Endpoint.unix(path: "/tmp/laurel-nobody")
    let error = #expect(throws: ClientError.self) { try Client(endpoint) }
    #expect(error == .notRunning(endpoint))
    #expect(error?.description.contains("laurel serve") == true)
    #expect(error?.exitCode == 2)
  }

  @Test("tokens lead to one call each, also when slots are used again")
  func tokens() {
    // The slab is what keeps an answer from reaching another connection's call.
    var slots = TokenSlots<Int>()
    let first = slots.insert(1)
    let second = slots.insert(2)
    #expect(slots.take(first) == 1)
    #expect(slots.take(first) == nil)
    let third = slots.insert(3)
    #expect(third != first)
    #expect(slots.take(first) == nil)
    #expect(slots.take(second) == 2)
    #expect(slots.take(third) == 3)
    #expect(slots.count == 0)
    #expect(slots.take(99) == nil)
  }
}
