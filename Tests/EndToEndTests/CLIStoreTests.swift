import Foundation
import Testing
import Trials

@testable import laurel

/// What the built binary does with a store itself: at rest, exported, copied, in the wrong place.
@Suite("CLI: stores at rest and exports")
struct CLIStoreTests {
  @Test("who only asks a store at rest leaves it exactly as it is, wall clock or not")
  func atRest() throws {
    let laurel = try CLIBinary()
    let program = try laurel.write(
      "wall.yaml",
      """
      id: wall
      name: Wall
      zone: UTC
      terms: [{id: t, from: 2020-01-01, to: 2090-12-31}]
      rules: [{id: r, verbs: [v], points: 1}]

      """)
    try laurel.serve()
    #expect(try laurel.stop() == 0)
    // At rest a command's server ends with its answer, so days that are over are not closed yet.
    #expect(try laurel.run("program", "apply", program).status == 0)
    #expect(try laurel.run("record", "s1", "v", "--id", "f", "--on", "2020-01-02").status == 0)
    let first = try laurel.run("export", "journal").output
    let head = try Answer(Array(try #require(first.split(separator: "\n").first).utf8))
    let journal = try laurel.write("wall.ndjson", first)
    let made = try laurel.run("import", "journal", journal, "--into", "copy", "--json").answer()
    #expect(made.items("programs").first?.text("head") == head.text("head"))
    for words in [
      ["board"], ["check"], ["program", "list"], ["program", "get"], ["keys", "list"],
      ["board", "list"],
    ] {
      let run = try laurel.run(words + ["--data", "copy"])
      #expect(run.status != 2, "\(words): \(run.errors)")
    }
    let after = try laurel.run("program", "list", "--data", "copy", "--json").answer()
    #expect(after.items("programs").first?.int("position") == head.int("position"))
    #expect(after.items("programs").first?.text("head") == head.text("head"))
  }

  @Test("an answer that does not fit on the disk is a failure")
  func fullDisk() throws {
    let laurel = try CLIBinary.lesson()
    for words in [["balances", "--csv"], ["boards", "--csv"], ["journal", "--with-names"]] {
      #expect(try laurel.run("export", words[0], words[1], writingTo: "/dev/full") == 2, "\(words)")
    }
    #expect(try laurel.run("program", "list", writingTo: "/dev/full") == 2)
    #expect(try laurel.run("balance", "s1", "--json", writingTo: "/dev/full") == 2)
  }

  @Test("where a server is named and none listens, no other store is taken for it")
  func namedServer() throws {
    let laurel = try CLIBinary.lesson()
    #expect(try laurel.stop() == 0)
    #expect(try laurel.run("verify").status == 0)
    for place in [["--socket", "/nowhere/laurel.sock"], ["--connect", "127.0.0.1:1"]] {
      #expect(try laurel.run(["verify"] + place).status == 2)
      let export = try laurel.run(["export", "balances"] + place)
      #expect(export.status == 2)
      #expect(export.output == "")
    }
  }

  @Test("boards are exported as the server shows them, running or at rest, closed or open")
  func boards() throws {
    let laurel = try CLIBinary.lesson()
    #expect(try laurel.run("program", "advance", "2013-10-09").status == 0)
    // A fact of the week that is open now.
    let fact = ["s2", "viewed:forumng", "--id", "late", "--on", "2013-10-08"]
    #expect(try laurel.run(["record"] + fact).status == 0)
    let export = try laurel.run("export", "boards", "--csv")
    let lines = export.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "period,state,learner,rank,score")
    for line in [
      "2013-10-01,final,s1,1,11", "2013-10-02,final,s2,1,3", "2013-W40,final,s1,1,11",
      "2013-W40,final,s2,2,3", "2013-W41,open,s2,1,3", "all,open,s1,1,11", "all,open,s2,2,6",
    ] {
      #expect(lines.contains(line), "\(line) is missing: \(export.output)\(export.errors)")
    }
    let groups = try laurel.run(
      "export", "boards", "--groups", "--with-names", "--period", "2013-W40", "--ndjson")
    #expect(
      groups.output
        == "{\"period\":\"2013-W40\",\"state\":\"final\",\"group\":\"G1\",\"name\":\"\","
        + "\"rank\":1,\"score\":14}\n")
    #expect(try laurel.run("export", "boards", "--period", "2013-W01").status == 1)
    #expect(try laurel.stop() == 0)
    #expect(try laurel.run("export", "boards", "--csv").output == export.output)
  }

  @Test("a journal goes into a new store only")
  func importInto() throws {
    let laurel = try CLIBinary.lesson()
    let journal = try laurel.write("j.ndjson", laurel.run("export", "journal").output)
    try FileManager.default.createDirectory(
      atPath: "\(laurel.directory)/there", withIntermediateDirectories: false)
    let run = try laurel.run("import", "journal", journal, "--into", "there")
    #expect(run.status == 1)
    #expect(run.errors.contains("exists already"))
  }

  @Test("an export that is interrupted, or read no further, leaves no copy of the store behind")
  func interruptedExport() throws {
    let laurel = try CLIBinary.lesson()
    let pipe = try Self.fullPipe()
    let process = try laurel.process(["export", "balances"])
    process.standardOutput = pipe.fileHandleForWriting
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = ContinuousClock.now + .seconds(60)
    // Its copy is made, and its answer waits for room in the pipe.
    while !laurel.temporary.contains(where: { FileText.exists("\($0)/copy/journal") }) {
      try #require(ContinuousClock.now < deadline && process.isRunning)
      usleep(1_000)
    }
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 128 + SIGTERM)
    #expect(laurel.temporary == [])

    let closed = Pipe()
    let second = try laurel.process(["export", "balances"])
    second.standardOutput = closed.fileHandleForWriting
    second.standardError = FileHandle.nullDevice
    try closed.fileHandleForReading.close()
    try second.run()
    second.waitUntilExit()
    #expect(second.terminationReason == .exit)
    #expect(second.terminationStatus == 2)
    #expect(laurel.temporary == [])
  }

  /// A pipe that takes nothing more.
  private static func fullPipe() throws -> Pipe {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let flags = fcntl(descriptor, F_GETFL)
    try #require(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0)
    let bytes = [UInt8](repeating: 0, count: 4_096)
    while write(descriptor, bytes, bytes.count) > 0 {}
    try #require(fcntl(descriptor, F_SETFL, flags) == 0)
    return pipe
  }
}
