import Foundation
import JSONRPC
import Testing
import Trials

@testable import laurel

/// Runs the built `laurel` as a person would, in a directory of the test's own.
final class CLIBinary {
  /// What a run left behind.
  struct Run {
    let status: Int32
    let output: String
    let errors: String

    /// The output as JSON.
    func answer() throws -> Answer { try Answer(Array(output.utf8)) }
  }

  /// The directory of the test.
  let directory: String
  private let laurel: String
  private var server: Process?

  init() throws {
    laurel = try #require(LaurelBinary.path, "laurel is not built; run scripts/test")
    directory = NSTemporaryDirectory() + "laurel-cli-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(
      atPath: directory + "/tmp", withIntermediateDirectories: true)
  }

  deinit {
    if let server, server.isRunning {
      server.terminate()
      server.waitUntilExit()
    }
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Runs a command, with a short text on a pipe as its input, and waits for its end.
  func run(_ arguments: String..., input: String? = nil) throws -> Run {
    try run(arguments, input: input)
  }

  /// The same with words that were put together.
  func run(_ arguments: [String], input: String? = nil) throws -> Run {
    let process = try process(arguments)
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    if let input {
      let pipe = Pipe()
      process.standardInput = pipe
      pipe.fileHandleForWriting.write(Data(input.utf8))
      try pipe.fileHandleForWriting.close()
    }
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Run(status: process.terminationStatus, output: said, errors: told)
  }

  /// Runs a command whose output goes to a file, such as `/dev/full`; gives its exit status.
  func run(_ arguments: String..., writingTo path: String) throws -> Int32 {
    let process = try process(arguments)
    process.standardOutput = FileHandle(forWritingAtPath: path)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Starts a server on the test's data directory and waits until it answers.
  func serve(_ options: [String] = []) throws {
    let process = try process(["serve", "--log", "error"] + options)
    try process.run()
    server = process
    let deadline = ContinuousClock.now + .seconds(60)
    let health = ["--socket", "\(directory)/data/laurel.sock"]
    while ContinuousClock.now < deadline {
      if try run("check", health[0], health[1]).status != ExitStatus.failed.rawValue { return }
      try #require(process.isRunning, "the server ended")
    }
    Issue.record("the server did not answer within a minute")
  }

  /// Makes somebody an admin and logs them in: for the commands that ask for a person.
  func logIn() throws {
    #expect(try run("staff", "put", "T-1", "--role", "admin").status == 0)
    let key = try run("keys", "create", "--staff", "T-1").output
    let login = try run("login", input: key)
    #expect(login.status == 0, "\(login.errors)")
  }

  /// Ends the server as an administrator would; returns its exit status.
  func stop() throws -> Int32 {
    let server = try #require(server)
    server.terminate()
    server.waitUntilExit()
    self.server = nil
    return server.terminationStatus
  }

  /// Kills the server, as a power cut would.
  func kill() {
    guard let server else { return }
    Foundation.kill(server.processIdentifier, SIGKILL)
    server.waitUntilExit()
    self.server = nil
  }

  /// Writes a file into the directory and returns its path.
  func write(_ name: String, _ text: String) throws -> String {
    let path = "\(directory)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Writes a file of these bytes into the directory and returns its path.
  func write(_ name: String, bytes: [UInt8]) throws -> String {
    let path = "\(directory)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// What commands left in the place for temporary files, which is the test's own.
  var temporary: [String] {
    let place = "\(directory)/tmp"
    return ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [])
      .map { "\(place)/\($0)" }
  }

  /// A command that is not started yet.
  func process(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: laurel)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = [
      "LAUREL_DATA": "\(directory)/data", "HOME": directory, "LANG": "C", "PATH": "/usr/bin:/bin",
      "TMPDIR": "\(directory)/tmp",
    ]
    return process
  }
}
