import ArgumentParser
import JSONRPC
import Tabular

/// `laurel keys`: API keys for TCP.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Create, list and revoke the API keys that TCP needs.",
    discussion: """
      The Unix socket is the owner's and needs no key. A key is shown once, when it is created; the
      server keeps only its hash.

        laurel keys create --system moodle --role facts
        laurel keys create --staff T-007
        laurel keys list
        laurel keys revoke 3f2a9c…
      """,
    subcommands: [CreateKey.self, ListKeys.self, RevokeKey.self])
}

/// `laurel keys create`: makes a key and shows it once.
struct CreateKey: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Create a key; it is shown only now.")

  @Argument(help: "What people call it; default: whose it is. Alone it names a system.")
  var name: String?
  @Option(help: "The member of staff whose key it is; it does what the person may.")
  var staff: String?
  @Option(help: "The system whose key it is; it speaks for the source of the same id.")
  var system: String?
  @Option(
    name: .customLong("source"), help: "A source of facts the system speaks for; may be repeated.")
  var sources: [String] = []
  @Option(
    name: .customLong("role"),
    help: "What a system may do: facts, read, award, settle, redeem, admin; may be repeated.")
  var roles: [String] = []
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard name != nil || staff != nil || system != nil else {
      throw ValidationError("Say whose key it is: --staff ID or --system ID.")
    }
  }

  func run(with session: Session) throws {
    let program = try session.program()
    let answer = try session.change("key.create", key: keyed.idempotencyKey) { writer in
      if let name { writer.member("name", name) }
      if let staff { writer.member("staff", staff) }
      if let system { writer.member("system", system) }
      if !sources.isEmpty { writer.array("sources") { for one in sources { $0.string(one) } } }
      writer.member("program", program)
      if !roles.isEmpty { writer.array("roles") { for role in roles { $0.string(role) } } }
    }
    try session.tell(answer) { answer in
      guard let key = answer["outcome"]?["key"]?.text else { return "" }
      session.remark(
        "Keep this key; it is not shown again. Its id is \(answer["outcome"]?.text("id") ?? "").",
        "请保存这个密钥，以后不再显示。编号是 \(answer["outcome"]?.text("id") ?? "")。")
      return key + "\n"
    }
    guard answer["outcome"]?["key"] == nil else { return }
    session.remark(
      "This key was created before and is not shown again. If it is lost, revoke it and create "
        + "another.", "这个密钥早已创建，不再显示。如已遗失，请吊销后另建一个。")
    throw CommandFailure.needsAttention()
  }
}

/// `laurel keys list`: every key, revoked ones included.
struct ListKeys: Question {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the keys, revoked ones included; never the keys themselves.")

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) throws {
    let answer = try session.call("key.list")
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([
        .init("Id"), .init(language("Name", "名称")), .init(language("Holder", "持有者")),
        .init(language("Program", "项目")),
        .init(language("Roles", "角色")), .init(language("Created", "创建时间")),
        .init(language("State", "状态")),
      ])
      for key in answer.items("keys") {
        table.addRow([
          key.text("id"), key.text("name"), holder(key, language), key.text("program"),
          key.items("roles").map(\.shown).joined(separator: " "), key.text("created"),
          key["revoked"] == nil
            ? language("good", "有效")
            : language("revoked \(key.text("revoked"))", "已吊销 \(key.text("revoked"))"),
        ])
      }
      return table.shown
    }
  }
}

extension ListKeys {
  /// Whose a key is, and for which sources it speaks.
  private func holder(_ key: Answer, _ language: Language) -> String {
    if let staff = key["staff"]?.text { return language("staff \(staff)", "教职员 \(staff)") }
    let system = key.text("system")
    let sources = key.items("sources").map(\.shown)
    return sources.isEmpty || sources == [system]
      ? system : "\(system) (\(sources.joined(separator: " ")))"
  }
}

/// `laurel keys revoke`: ends a key for good.
struct RevokeKey: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke a key, for good.")

  @Argument(help: "The key's id, as `laurel keys list` shows it.")
  var id: String
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions

  func run(with session: Session) throws {
    let answer = try session.change("key.revoke", key: keyed.idempotencyKey) { $0.member("id", id) }
    try session.tell(answer) { _ in
      session.language("The key \(id) is revoked.\n", "密钥 \(id) 已吊销。\n")
    }
  }
}
