/// A story in plain text that plays a program and says what comes of it.
///
/// A script is blocks, separated by empty lines. A block is commands, one a line, then `---`, then what
/// they answer. A line that begins with two spaces goes on with the command above it; a line that
/// begins with `#` tells the reader something:
///
///     # Nobody is paid twice.
///     fact lms/1 anna commented 2026-09-01T10:00
///     fact lms/1 anna commented 2026-09-01T10:00
///     ---
///     lms/1 counted: comment +3
///     replayed: lms/1 counted: comment +3
///
/// `play` answers the whole text again with the answers that the game gives now; a script is right
/// when nothing changed. So it is also how scripts are written and brought up to date.
public enum Script {
  /// The text of a script with the answers the game gives now.
  ///
  /// Throws `ScriptError` for a line that is no command.
  public static func play(_ text: String) throws -> String {
    let player = ScriptPlayer()
    var output: [String] = []
    var block: [String] = []
    var isAnswer = false
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (index, line) in (lines + [""]).enumerated() {
      if line == "---" {
        isAnswer = true
        continue
      }
      guard line.isEmpty else {
        if !isAnswer { block.append(line) }
        continue
      }
      isAnswer = false
      guard !block.isEmpty else { continue }
      output += output.isEmpty ? block : [""] + block
      let answers = try play(block, with: player, endingAt: index)
      if let answers { output += ["---"] + answers }
      block = []
    }
    return output.joined(separator: "\n") + "\n"
  }

  /// What the commands of a block answer; nil for a block that only tells something.
  private static func play(_ block: [String], with player: ScriptPlayer, endingAt line: Int)
    throws -> [String]?
  {
    var commands: [[String]] = []
    for line in block where !line.hasPrefix("#") {
      if line.hasPrefix("  "), !commands.isEmpty {
        commands[commands.count - 1].append(line)
      } else {
        commands.append([line])
      }
    }
    guard !commands.isEmpty else { return nil }
    var answers: [String] = []
    for command in commands {
      do {
        answers += try player.play(command)
      } catch {
        throw ScriptError(text: "above line \(line + 1): \(command[0]): \(error)")
      }
    }
    return answers.isEmpty ? ["ok"] : answers
  }
}

/// A line of a script that is no command.
public struct ScriptError: Error, Hashable, Sendable, CustomStringConvertible {
  var text: String

  /// Where and why.
  public var description: String { text }
}
