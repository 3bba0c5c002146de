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
      atPath: directory, withIntermediateDirectories: true)
  }

  deinit {
    if let server, server.isRunning {
      server.terminate()
      server.waitUntilExit()
    }
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Runs a command and waits for its end.
  func run(_ arguments: String...) throws -> Run {
    let process = try process(arguments)
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Run(status: process.terminationStatus, output: said, errors: told)
  }

  /// Starts a server on the test's data directory and waits until it answers.
  func serve() throws {
    let process = try process(["serve", "--log", "error"])
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

  /// Ends the server as an administrator would; returns its exit status.
  func stop() throws -> Int32 {
    let server = try #require(server)
    server.terminate()
    server.waitUntilExit()
    self.server = nil
    return server.terminationStatus
  }

  /// Writes a file into the directory and returns its path.
  func write(_ name: String, _ text: String) throws -> String {
    let path = "\(directory)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func process(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: laurel)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = [
      "LAUREL_DATA": "\(directory)/data", "LANG": "C", "PATH": "/usr/bin:/bin",
    ]
    return process
  }
}
