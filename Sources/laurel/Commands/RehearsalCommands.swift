import ArgumentParser
import Client
import JSONRPC
import Tabular

/// `laurel program clone`: a copy of a program to rehearse on.
struct CloneProgram: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "clone", abstract: "Copy a program as it stands, to rehearse on the copy.",
    discussion: """
      The copy holds everything its source holds at this moment — people, facts, rules, imports, closed
      boards — and goes its own way from then on; the source is not touched. Its clock is manual and
      stands at the source's time: advance it to see a term end, apply a file to see a rule change.
      Work that runs in the source goes on in the copy. Drop it when you have seen enough: it holds
      your learners' names too, and none of them can be erased while it is there.

        laurel program clone class trial --rehearsal
        laurel program advance 2027-02-02 --program trial
        laurel program drop trial
      """)

  @Argument(help: "The program to copy.")
  var source: String
  @Argument(help: "The id of the copy; no program may have it.")
  var copy: String
  @Flag(help: "Say that the copy is a rehearsal; there are no others.")
  var rehearsal = false
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard rehearsal else {
      throw ValidationError("Say --rehearsal: a program is copied to rehearse on the copy only.")
    }
  }

  func run(with session: Session) throws {
    let language = session.language
    var bar = ProgressBar(
      language("Copying", "复制"), unit: language("records", "条记录"),
      style: .forStandardError(isQuiet: session.isJSON, term: environment("TERM")))
    defer { bar.clear() }
    let answer = try session.rehearse(
      source, as: copy, key: keyed.idempotencyKey ?? IdempotencyKey.fresh()
    ) { copied, all in bar.update(count: copied, fraction: Double(copied) / Double(max(1, all))) }
    let outcome = answer["outcome"]
    bar.finish(count: Int(outcome?.int("through") ?? 0))
    try session.tell(answer) { _ in
      let clock = outcome?.text("clock") ?? ""
      return language(
        "\(copy) is a rehearsal of \(source); its time is \(clock).\n"
          + "Move it on: laurel program advance DAY --program \(copy)\n"
          + "Remove it: laurel program drop \(copy)\n",
        "\(copy) 是 \(source) 的演练副本，时间为 \(clock)。\n"
          + "推进时间：laurel program advance 日期 --program \(copy)\n"
          + "用完删除：laurel program drop \(copy)\n")
    }
  }
}

extension Session {
  /// Copies a program; meanwhile asks how far the copy is, and tells `watch`.
  fileprivate func rehearse(
    _ source: String, as copy: String, key: String, watch: (Int, Int) -> Void
  ) throws(CommandFailure) -> Answer {
    let usual = client.timeout
    client.timeout = .seconds(24 * 3_600)
    defer { client.timeout = usual }
    let cloning = client.send("program.clone") { writer in
      writer.member("idempotencyKey", key)
      writer.member("program", source)
      writer.member("as", copy)
      writer.member("rehearsal", true)
    }
    do throws(ClientError) {
      while true {
        let asking = client.send("job.list") { $0.member("program", source) }
        var made: [UInt8]?
        var isTold = false
        // Both answers come on one connection, in any order.
        while !isTold {
          try client.receive { (id, result) throws(ClientError) in
            if id == cloning { made = Self.bytes(try result.get()) }
            guard id == asking else { return }
            isTold = true
            guard let progress = try result.get().object?["rehearsing"]?.object else { return }
            watch(
              Int(progress["copied"]?.int64 ?? 0), Int(progress["through"]?.int64 ?? 0))
          }
        }
        if let made {
          do throws(JSONError) { return try Answer(made) } catch {
            throw .malformed(error.rawValue)
          }
        }
        Session.pause(.milliseconds(50))
      }
    } catch {
      throw failure(error)
    }
  }

  private static func bytes(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return Array(writer.bytes)
  }
}

/// `laurel program drop`: removes a rehearsal.
struct DropProgram: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Remove a rehearsal, for good.",
    discussion: """
      Its log, its tables and the keys of its people go; its API keys end. A program that is no
      rehearsal can not be dropped.

        laurel program drop trial
      """)

  @Argument(help: "The rehearsal.")
  var program: String
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions

  func run(with session: Session) throws {
    if !yes {
      let source = try session.call("program.get") { $0.member("program", program) }
        .text("rehearsalOf")
      let question =
        source.isEmpty
        ? session.language("This can not be undone.", "此操作无法撤销。")
        : session.language(
          "This can not be undone: \(program), a rehearsal of \(source), will be gone.",
          "此操作无法撤销：将删除 \(source) 的演练副本 \(program)。")
      try Confirmation.ask(question, word: program, language: session.language)
    }
    let usual = session.client.timeout
    session.client.timeout = .seconds(24 * 3_600)
    defer { session.client.timeout = usual }
    let answer = try session.change("program.drop", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
    }
    try session.tell(answer) { _ in
      session.language("\(program) is gone.\n", "\(program) 已删除。\n")
    }
  }
}
