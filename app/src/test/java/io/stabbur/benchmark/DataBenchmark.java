package io.stabbur.benchmark;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The data API with tokens and policies, beside pgbench doing the same work on the same database
/// in turn. What counts is the share of pgbench's transactions, for both meet the same machine.
/// Server, database and generators share the processors; `taskset -c 0,1 mvn …` leaves them two.
/// `-Ddata.scenes=single,insert`, `-Ddata.connections=16` and `-Ddata.runs=9` choose a part.
final class DataBenchmark {
  private static final int RUNS = Integer.getInteger("data.runs", 3);
  private static final int BACKENDS = 10;
  private static final Duration RUN = Duration.ofSeconds(4);
  private static final Duration WARM_UP = Duration.ofSeconds(30);
  private static final List<Integer> CONNECTIONS =
      chosen("data.connections", "1,16,64").map(Integer::valueOf).toList();
  private static final List<Scene> SCENES =
      Arrays.stream(Scene.values())
          .filter(scene -> chosen("data.scenes", scene.title()).anyMatch(scene.title()::equals))
          .toList();
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");

  private final Login superuser;
  private final Login gate;
  private final Map<Scene, List<byte[]>> requests = new EnumMap<>(Scene.class);

  private DataBenchmark(Login superuser, Login gate) {
    this.superuser = superuser;
    this.gate = gate;
    for (var scene : Scene.values()) {
      requests.put(scene, scene.requests());
    }
  }

  /// One scene at one number of connections, and what it cost.
  ///
  /// @param processor microseconds a request of the server
  /// @param postgres microseconds a request of Postgres
  /// @param memory bytes allocated a request
  private record Measured(
      double rate,
      double share,
      Load.Result result,
      double processor,
      double postgres,
      double memory) {

    double tail() {
      return result.latencies().millis(0.99) / result.latencies().millis(0.5);
    }
  }

  private static Stream<String> chosen(String property, String all) {
    return Pattern.compile(",").splitAsStream(System.getProperty(property, all));
  }

  static void run() throws IOException, InterruptedException {
    var benchmark = prepared();
    try (var server = Served.start(benchmark.configuration())) {
      benchmark.warmUp(server);
      benchmark.measure(server);
    }
  }

  /// With the rows of `data.sql` in a database of its own.
  static DataBenchmark prepared() {
    var superuser = TestPostgres.newDatabase();
    TestPostgres.execute(superuser, SqlFile.of(DataBenchmark.class, "data"));
    TestPostgres.execute(superuser, "vacuum analyze");
    return new DataBenchmark(superuser, TestPostgres.as("bench_gate", superuser));
  }

  private List<byte[]> requests(Scene scene) {
    return Objects.requireNonNull(requests.get(scene));
  }

  private URI address() {
    return URI.create(superuser.url().substring("jdbc:".length()));
  }

  /// A configuration of PostgREST without a port.
  String configuration() {
    var address = address();
    return """
    db-uri = "postgresql://%s:%s@%s:%d%s"
    db-schemas = "api"
    db-anon-role = "bench_nobody"
    db-pool = %d
    jwt-secret = "%s"
    """
        .formatted(
            gate.user(),
            gate.password().reveal().replace(" ", "%20"),
            address.getHost(),
            address.getPort(),
            address.getPath(),
            BACKENDS,
            Scene.SECRET);
  }

  private void warmUp(Served server) throws IOException {
    long end = System.nanoTime() + WARM_UP.toNanos();
    while (System.nanoTime() < end) {
      for (var scene : SCENES) {
        Load.run(server.port(), 16, requests(scene), Duration.ofSeconds(2));
      }
    }
    restore();
  }

  private void restore() {
    TestPostgres.execute(superuser, "delete from api.activities where title = 'bench'");
    TestPostgres.execute(superuser, "vacuum analyze api.activities");
  }

  private void measure(Served server) throws IOException, InterruptedException {
    System.out.printf("medians of %d runs of %d s; tail is p99/p50%n", RUNS, RUN.toSeconds());
    System.out.println(
        "        connections  requests/s  share  p50 ms  p99 ms   tail  CPU us  of Postgres  alloc"
            + " kB  refused");
    for (var scene : SCENES) {
      var script = Files.createTempFile(scene.title(), ".sql");
      Files.writeString(script, scene.script());
      var runs = new ArrayList<List<Measured>>();
      for (int run = 0; run < RUNS; run++) {
        double yardstick = pgbench(script);
        var measured = new ArrayList<Measured>();
        for (int connections : CONNECTIONS) {
          measured.add(measure(server, scene, connections, yardstick));
        }
        runs.add(measured);
      }
      Files.delete(script);
      for (int i = 0; i < CONNECTIONS.size(); i++) {
        int at = i;
        print(scene, CONNECTIONS.get(i), runs.stream().map(run -> run.get(at)).toList());
      }
      if (scene == Scene.INSERT) {
        restore();
      }
    }
  }

  private Measured measure(Served server, Scene scene, int connections, double yardstick)
      throws IOException {
    long processor = server.processorTime();
    long postgres = ProcessorTimes.now().ofProcesses("postgres");
    long memory = server.allocated();
    var result = Load.run(server.port(), connections, requests(scene), RUN);
    double count = result.latencies().count();
    double rate = count / RUN.toSeconds();
    return new Measured(
        rate,
        rate / yardstick,
        result,
        (server.processorTime() - processor) / count,
        (ProcessorTimes.now().ofProcesses("postgres") - postgres) * 1e3 / count,
        (server.allocated() - memory) / count);
  }

  /// Transactions a second of Postgres alone, asked over as many connections as the server has.
  private double pgbench(Path script) throws IOException, InterruptedException {
    var address = address();
    var builder =
        new ProcessBuilder(
            "pgbench",
            "-n",
            "-M",
            "prepared",
            "-c",
            Integer.toString(BACKENDS),
            "-j",
            "1",
            "-T",
            Long.toString(RUN.toSeconds()),
            "-f",
            script.toString(),
            "-h",
            address.getHost(),
            "-p",
            Integer.toString(address.getPort()),
            "-U",
            gate.user(),
            address.getPath().substring(1));
    builder.environment().put("PGPASSWORD", gate.password().reveal());
    builder.redirectErrorStream(true);
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var rate = RATE.matcher(said);
    if (process.waitFor() != 0 || !rate.find()) {
      throw new IllegalStateException("pgbench failed: " + said);
    }
    return Double.parseDouble(rate.group(1));
  }

  private static void print(Scene scene, int connections, List<Measured> runs) {
    var byTail = runs.stream().sorted(Comparator.comparingDouble(Measured::tail)).toList();
    var byShare = runs.stream().sorted(Comparator.comparingDouble(Measured::share)).toList();
    var middle = byTail.get(RUNS / 2);
    var share = byShare.get(RUNS / 2);
    System.out.printf(
        "%-7s %11d %11.0f %6.2f %7.2f %7.2f %6.1f %7.0f %12.0f %9.1f %8d%n",
        scene.title(),
        connections,
        share.rate,
        share.share,
        middle.result.latencies().millis(0.5),
        middle.result.latencies().millis(0.99),
        middle.tail(),
        share.processor,
        share.postgres,
        share.memory / 1024,
        runs.stream().mapToInt(each -> each.result.refused()).sum());
  }
}
