import ArgumentParser
import Client
import Tabular

/// `laurel login`: keeps a person's key for the commands that ask for one.
struct Login: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Keep your personal key for your commands.",
    discussion: """
      The key comes from `laurel keys create --staff ID`, which an admin runs. It is read from the
      terminal or standard input, tried, and kept in your configuration directory, in a file only you
      can read. LAUREL_KEY stands before it. Over TCP every command uses it; on the Unix socket those
      that must know which person acts.

        laurel login
        laurel logout
      """)

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let key = try presented()
    let language = global.language
    let client = try Doorway.reach(global)
    let who = try Session(client, language: language, isJSON: global.json).present(key)
    try PersonalKey.keep(key)
    let principal = who.text("principal")
    if global.json { return print(who.json) }
    print(
      language(
        "Logged in as \(principal). The key is in \(try PersonalKey.path()).",
        "已以 \(principal) 的身份登录，密钥保存在 \(try PersonalKey.path())。"))
  }

  /// The key as the command line, the environment, or whoever sits there says it.
  private func presented() throws(CommandFailure) -> String {
    if let key = global.key ?? environment("LAUREL_KEY"), !key.isEmpty { return key }
    if Terminal(descriptor: 0).isInteractive {
      Terminal.error.show(global.language("Key: ", "密钥："))
    }
    guard let line = readLine(), !line.isEmpty else {
      throw .refused(global.language("no key was given", "没有输入密钥"))
    }
    return line
  }
}

/// `laurel logout`: forgets the kept key.
struct Logout: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "Forget the key that `laurel login` kept.")

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let wasThere = try PersonalKey.forget()
    if global.json { return print("{\"changed\":\(wasThere)}") }
    print(
      wasThere
        ? global.language("Logged out.", "已退出登录。")
        : global.language("Nobody was logged in.", "本来就没有登录。"))
  }
}
