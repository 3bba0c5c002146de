import Glibc
import Trials

/// PostgreSQL with `synchronous_commit = on`: a cluster of its own in a temporary directory.
///
/// PostgreSQL refuses to run as root, so a root measures it as the user `postgres` or `nobody`.
final class Postgres {
  private let directory: TrialDirectory
  private let user: [String]
  private let server: ChildProcess
  private let tools: String
  private let seconds: Int

  private static let schema = """
    CREATE TABLE credit (key text PRIMARY KEY, learner int NOT NULL, points int NOT NULL);
    CREATE TABLE balance (learner int PRIMARY KEY, points bigint NOT NULL) WITH (fillfactor = 50);
    CREATE TABLE score (grp int PRIMARY KEY, points bigint NOT NULL) WITH (fillfactor = 50);
    CREATE TABLE board (period int, learner int, points bigint NOT NULL,
      PRIMARY KEY (period, learner)) WITH (fillfactor = 50);
    CREATE INDEX ON board (period, points DESC);
    INSERT INTO balance SELECT n, 0 FROM generate_series(0, 9999) n;
    INSERT INTO score SELECT n, 0 FROM generate_series(0, 1666) n;
    INSERT INTO board SELECT p, n, 0 FROM generate_series(1, 2) p, generate_series(0, 9999) n;
    CREATE FUNCTION credit(k text, l int) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO credit VALUES (k, l, 3) ON CONFLICT DO NOTHING;
      IF FOUND THEN
        UPDATE balance SET points = points + 3 WHERE learner = l;
        UPDATE score SET points = points + 3 WHERE grp = l / 6;
        UPDATE board SET points = points + 3 WHERE period = 1 AND learner = l;
        UPDATE board SET points = points + 3 WHERE period = 2 AND learner = l;
      END IF;
    END $$;
    CREATE FUNCTION credits(k text, n int) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      CREATE TEMP TABLE IF NOT EXISTS batch (learner int, points bigint) ON COMMIT DELETE ROWS;
      WITH new AS (
        INSERT INTO credit
        SELECT k || i, (hashint4(i + length(k)) & 2147483647) % 10000, 3
        FROM generate_series(1, n) i ON CONFLICT DO NOTHING RETURNING learner, points)
      INSERT INTO batch SELECT learner, sum(points) FROM new GROUP BY learner;
      PERFORM 1 FROM balance b JOIN batch USING (learner) ORDER BY b.learner FOR UPDATE OF b;
      UPDATE balance b SET points = b.points + t.points FROM batch t WHERE b.learner = t.learner;
      PERFORM 1 FROM score s WHERE grp IN (SELECT learner / 6 FROM batch) ORDER BY grp FOR UPDATE;
      UPDATE score s SET points = s.points + t.points
        FROM (SELECT learner / 6 AS grp, sum(points) AS points FROM batch GROUP BY 1) t
        WHERE s.grp = t.grp;
      UPDATE board b SET points = b.points + t.points FROM batch t WHERE b.learner = t.learner;
    END $$;
    """

  /// Makes a cluster and starts it; nil where PostgreSQL is not installed.
  static func start(seconds: Int) throws -> Postgres? {
    let installed = TrialDirectory.names(in: "/usr/lib/postgresql").reversed()
      .map { "/usr/lib/postgresql/\($0)/bin" }
    guard let initdb = Peers.program("initdb", in: Array(installed)),
      Peers.program("pgbench", in: Array(installed)) != nil
    else { return nil }
    let tools = String(initdb.dropLast("/initdb".count))
    return try Postgres(tools, seconds)
  }

  private init(_ tools: String, _ seconds: Int) throws {
    self.tools = tools
    self.seconds = seconds
    directory = try TrialDirectory("postgres")
    let users: [String] = ["postgres", "nobody"]
    let owner = getuid() == 0 ? users.first { getpwnam($0) != nil } : nil
    user = owner.map { ["setpriv", "--reuid", $0, "--clear-groups"] } ?? []
    if let owner, let entry = getpwnam(owner) {
      chown(directory.path, entry.pointee.pw_uid, entry.pointee.pw_gid)
      chmod(directory.path, 0o755)
    }
    let data = "\(directory.path)/data"
    let made = try ChildProcess.run(
      user + ["\(tools)/initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-locale"],
      in: directory)
    guard made.ending == .code(0) else { throw TrialError("initdb: \(made.output)") }
    server = try ChildProcess(
      user + [
        "\(tools)/postgres", "-D", data, "-k", directory.path, "-c", "listen_addresses=", "-c",
        "synchronous_commit=on", "-c", "shared_buffers=512MB", "-c", "max_connections=100",
        "-c", "max_wal_size=8GB",
      ], output: directory.fresh("postgres.log"))
    try prepare()
  }

  private func prepare() throws {
    let file = directory.fresh("schema")
    try TrialDirectory.write(Array(Self.schema.utf8), to: file)
    chmod(file, 0o644)
    var output = ""
    for _ in 0..<100 {
      let made = try run(["psql", "-v", "ON_ERROR_STOP=1", "-q", "-f", file])
      if made.ending == .code(0) { return }
      output = made.output
      guard output.contains("No such file") || output.contains("starting up") else { break }
      usleep(100_000)
    }
    throw TrialError("psql: \(output)")
  }

  /// Credits a second, one transaction for each.
  func singles(clients: Int) throws -> Double {
    try pgbench(
      """
      \\set learner random(0, 9999)
      \\set a random(0, 2000000000)
      \\set b random(0, 2000000000)
      SELECT credit(:a || '-' || :b, :learner);
      """, clients: clients)
  }

  /// Credits a second, 1,000 a statement, on eight connections.
  func bulk() throws -> Double {
    1_000
      * (try pgbench(
        """
        \\set a random(0, 2000000000)
        SELECT credits(:a || '-', 1000);
        """, clients: 8))
  }

  private func pgbench(_ script: String, clients: Int) throws -> Double {
    let file = directory.fresh("script")
    try TrialDirectory.write(Array((script + "\n").utf8), to: file)
    chmod(file, 0o644)
    let (ending, output) = try run([
      "pgbench", "-n", "-M", "prepared", "-f", file, "-c", "\(clients)", "-j", "2", "-T",
      "\(seconds)", "--max-tries=10",
    ])
    let line = output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
    guard ending == .code(0), let line, let rate = Double(line.split(separator: " ")[2]) else {
      throw TrialError("pgbench: \(output)")
    }
    return rate
  }

  private func run(_ arguments: [String]) throws -> (ending: ChildProcess.Ending, output: String) {
    let tool = "\(tools)/\(arguments[0])"
    return try ChildProcess.run(
      ["timeout", "300"] + user + [tool, "-h", directory.path, "-U", "bench"]
        + arguments.dropFirst() + (arguments[0] == "psql" ? ["-d"] : []) + ["postgres"],
      in: directory)
  }

  func stop() {
    // A fast shutdown: the clients are gone, the data is thrown away.
    server.end(with: SIGINT)
  }
}
