package io.stabbur.benchmark;

import io.stabbur.control.OperatorApi;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.PlainCommand;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.Projects;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Many projects, each a database of one Postgres: memory and connections at rest, with some busy,
/// and the time of a start. `PROJECTS=30` in the environment makes it smaller.
final class ProjectsBenchmark {
  private static final int COUNT =
      Integer.parseInt(System.getenv().getOrDefault("PROJECTS", "300"));
  private static final int BUSY = Math.min(20, COUNT);

  /// Copies of one database are sealed with one key.
  private static final String MASTER_KEY = Crypto.randomText(32);

  private static final Duration IDLE = Duration.ofSeconds(15);

  private ProjectsBenchmark() {}

  static void run() throws IOException, InterruptedException {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    try (var postgres = InstalledPostgres.start("max_connections = 600")) {
      create(postgres, "control", "template1");
      var data = TestServer.newFolder();
      try (var server = start(postgres, data)) {
        addAll(postgres, new OperatorApi(server));
        settle(postgres);
        print("at rest", postgres, server);
        keepBusy(server);
        print(BUSY + " busy", postgres, server);
      }
      long begin = System.nanoTime();
      try (var server = start(postgres, data)) {
        int status = Http.get(server.url() + "/health").statusCode();
        System.out.printf(
            "start with %d projects: %.2f s (%d)%n",
            COUNT, (System.nanoTime() - begin) / 1e9, status);
        settle(postgres);
        print("at rest", postgres, server);
      }
    }
  }

  private static TestServer start(InstalledPostgres postgres, Path data) {
    return TestServer.start(
        Map.of(
            "stabbur.data",
            data.toString(),
            "stabbur.control.database-url",
            url(postgres, "control"),
            "stabbur.control.project-idle",
            IDLE.toSeconds() + "s",
            "stabbur.migrate",
            false));
  }

  private static String url(InstalledPostgres postgres, String database) {
    return DatabaseUrl.of(postgres.superuser()).replaceFirst("/postgres$", "/" + database);
  }

  private static void create(InstalledPostgres postgres, String name, String template) {
    var outcome =
        PlainCommand.run(
            postgres.superuser(),
            "postgres",
            "benchmark",
            "create database " + name + " template " + template,
            _ -> {});
    if (!outcome.succeeded()) {
      throw new IllegalStateException(outcome.message());
    }
  }

  /// The first makes its schemas; the others are copies of its database with a reference of their
  /// own.
  private static void addAll(InstalledPostgres postgres, OperatorApi api)
      throws InterruptedException {
    create(postgres, "p0", "template1");
    add(postgres, api, 0);
    while (connections(postgres, "datname = 'p0'") > 0) {
      Thread.sleep(100);
    }
    for (int number = 1; number < COUNT; number++) {
      create(postgres, "p" + number, "p0");
      var own = postgres.superuser();
      var login =
          new Login(
              own.url().replaceFirst("/postgres$", "/p" + number),
              own.user(),
              own.password(),
              1,
              Duration.ofSeconds(10));
      var _ =
          PlainCommand.run(
              login,
              "postgres",
              "benchmark",
              "update stabbur.project_reference set reference = '" + reference(number) + "'",
              _ -> {});
      add(postgres, api, number);
    }
  }

  private static String reference(int number) {
    var text = new StringBuilder("aaaaaaaaaaaaaaaa");
    for (int left = number, digit = 0; digit < 4; digit++, left /= 26) {
      text.append((char) ('a' + left % 26));
    }
    return text.toString();
  }

  private static void add(InstalledPostgres postgres, OperatorApi api, int number) {
    var answer =
        api.command(
            "POST",
            "/admin/v1/projects",
            """
            {"name": "p%d", "settings": {"hosts": "p%d.example.org", "database-url": "%s",
              "admin-user": "postgres", "api-password": "a password of all",
              "master-key": "%s"}}"""
                .formatted(number, number, url(postgres, "p" + number), MASTER_KEY));
    if (answer.statusCode() != 201) {
      throw new IllegalStateException(answer.body());
    }
  }

  /// A request for each of some projects every two seconds, four times.
  private static void keepBusy(TestServer server) throws InterruptedException {
    var keys = new HashMap<Integer, String>();
    for (int number = 0; number < BUSY; number++) {
      keys.put(
          number,
          server
              .bean(Projects.class)
              .awake("p" + number)
              .orElseThrow()
              .keys()
              .publishableKey()
              .reveal());
    }
    var nanos = new ArrayList<Long>();
    for (int round = 0; round < 4; round++) {
      for (var entry : keys.entrySet()) {
        long begin = System.nanoTime();
        int status =
            Http.get(
                    server.url() + "/rest/v1/",
                    "Host",
                    "p" + entry.getKey() + ".example.org",
                    "apikey",
                    entry.getValue())
                .statusCode();
        nanos.add(System.nanoTime() - begin);
        if (status != 200) {
          throw new IllegalStateException("p" + entry.getKey() + ": " + status);
        }
      }
      Thread.sleep(Duration.ofSeconds(2));
    }
    nanos.sort(null);
    System.out.printf(
        "requests of %d projects: median %.1f ms, slowest %.1f ms%n",
        BUSY, nanos.get(nanos.size() / 2) / 1e6, nanos.getLast() / 1e6);
  }

  /// Waits until no project is open.
  private static void settle(InstalledPostgres postgres) throws InterruptedException {
    for (int second = 0; second < 120; second++) {
      if (connections(postgres, "datname ~ '^p[0-9]+$'") == 0) {
        break;
      }
      Thread.sleep(Duration.ofSeconds(1));
    }
    System.gc();
    Thread.sleep(Duration.ofSeconds(1));
  }

  private static void print(String when, InstalledPostgres postgres, TestServer server)
      throws IOException {
    System.gc();
    var runtime = Runtime.getRuntime();
    System.out.printf(
        "%-10s %d open of %d, heap %d MB, resident %d MB, connections of projects %d, of control %d%n",
        when,
        server.bean(Projects.class).all().size() - 1,
        COUNT,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        resident(),
        connections(postgres, "datname ~ '^p[0-9]+$'"),
        connections(postgres, "datname = 'control'"));
    scrape(server);
  }

  /// How long a scrape of all metrics takes.
  private static void scrape(TestServer server) {
    var nanos = new ArrayList<Long>();
    int bytes = 0;
    for (int time = 0; time < 9; time++) {
      long begin = System.nanoTime();
      bytes = Http.get(server.url() + "/metrics").body().length();
      nanos.add(System.nanoTime() - begin);
    }
    nanos.sort(null);
    System.out.printf(
        "scrape of %,d bytes: median %.1f ms, slowest %.1f ms%n",
        bytes, nanos.get(nanos.size() / 2) / 1e6, nanos.getLast() / 1e6);
  }

  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        >> 10;
  }

  private static int connections(InstalledPostgres postgres, String which) {
    var login = postgres.superuser();
    try (var database = Database.open(login)) {
      List<Integer> found =
          database.transaction(
              Actor.of(login.user()),
              Access.READ,
              tx ->
                  tx.list(
                      Statement.of("select count(*) from pg_stat_activity where " + which),
                      row -> row.getInt(1)));
      return found.getFirst();
    }
  }
}
