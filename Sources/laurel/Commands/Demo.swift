import ArgumentParser

/// `laurel demo`: plays a class's term on a fresh store, step by step.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play a whole term on a fresh store: a generated class, or a real learning log.",
    discussion: """
      Starts a server, applies a program, imports a roster, streams the term's facts, closes its
      days, shows standings and one learner's history, delivers a fact twice, takes one back and
      verifies everything; then keeps serving until Ctrl-C.

        laurel demo
        laurel demo --once --lang zh
        laurel demo --once ../shared/data/oulad-AAA-2013J --data /tmp/oulad

      LOG_DIR holds events.csv (or .csv.gz) with the columns source, event_id, learner_id, verb,
      object_id, occurred_on or occurred_at, value, and enrolments.csv with id_student.
      """)

  @Argument(
    help: ArgumentHelp(
      "A learning log; without it a generated class is played.", valueName: "log-dir"),
    completion: .directory)
  var log: String?
  @Flag(help: "End when the term is played instead of serving.")
  var once = false
  @Option(help: ArgumentHelp("Also serve on TCP.", valueName: "host:port"))
  var listen: String?
  @Option(help: "The seed of the generated class.")
  var seed: UInt64 = 2025
  @Option(
    help: ArgumentHelp(
      "A new directory for the store; default: a temporary one.", valueName: "dir"),
    completion: .directory)
  var data: String?
  @Option(help: ArgumentHelp("The language: zh or en.", valueName: "zh|en"))
  var lang: Language?

  func run() throws {
    let language = lang ?? .ofEnvironment
    let material =
      try log.map { try DemoMaterial(log: $0, language) }
      ?? DemoMaterial(seed: seed, language)
    let directory =
      try data.map { try FileText.absolute($0) }
      ?? FileText.temporaryDirectory("laurel-demo") + "/data"
    guard !FileText.exists("\(directory)/journal") else {
      throw CommandFailure.refused(
        language(
          "\(directory) holds a store already; name a new directory", "\(directory) 已有数据；请换一个新目录"))
    }
    let listening = try listen.map { text throws(CommandFailure) in try HostPort(text) }
    try EmbeddedServer.whileServing(directory, listen: listening) { socket in
      try DemoRun(material, directory: directory, socket: socket, language).play()
      guard !once else { return }
      try DemoTelling.serving(directory, language)
      Interrupt.wait()
    }
    if once { try DemoTelling.ended(directory, material.program.id, language) }
  }
}
