package io.stabbur.benchmark;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// What `membership-check: database` costs a read of one row, beside `claims`: two servers, each
/// with the shipped schema on a Postgres of its own, measured in turn with pgbench doing the same
/// work on the same database. What counts is the share of pgbench's transactions.
final class MembershipBenchmark {
  /// `-Dchecks=claims,claims` shows what two equal servers differ by.
  private static final String[] CHECKS =
      System.getProperty("checks", "claims,database").split(",", 2);

  private static final int RUNS = Integer.getInteger("runs", 5);
  private static final int CONNECTIONS = 16;
  private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("seconds", 3));
  private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("warm-up", 8));
  private static final String PASSWORD = "en lang nok passfrase 42";
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");

  private MembershipBenchmark() {}

  /// One server, the requests of its member, and the same work for pgbench.
  private record Side(TestServer server, List<byte[]> requests, String script, Costs costs) {}

  /// Processor time of this process, with the load in it, and of the side's Postgres.
  private static final class Costs {
    private final ProcessHandle postmaster;
    private long requests;
    private Duration here = Duration.ZERO;
    private Duration postgres = Duration.ZERO;

    Costs(TestServer server) {
      long backend =
          server
              .project()
              .admin()
              .transaction(
                  Actor.of("postgres"),
                  Access.READ,
                  tx ->
                      tx.list(Statement.of("select pg_backend_pid()"), row -> row.getLong(1))
                          .getFirst());
      this.postmaster = ProcessHandle.of(backend).flatMap(ProcessHandle::parent).orElseThrow();
    }

    private static Duration used(ProcessHandle process) {
      return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private Duration usedByPostgres() {
      return postmaster.children().map(Costs::used).reduce(Duration.ZERO, Duration::plus);
    }

    private Load.Result of(int port, List<byte[]> load, Duration time) throws IOException {
      var hereBefore = used(ProcessHandle.current());
      var postgresBefore = usedByPostgres();
      var result = Load.run(port, CONNECTIONS, load, time);
      here = here.plus(used(ProcessHandle.current())).minus(hereBefore);
      postgres = postgres.plus(usedByPostgres()).minus(postgresBefore);
      requests += result.latencies().count();
      return result;
    }

    @Override
    public String toString() {
      return "%.1f µs here, %.1f µs Postgres"
          .formatted(here.toNanos() / 1e3 / requests, postgres.toNanos() / 1e3 / requests);
    }
  }

  static void run() throws IOException, InterruptedException {
    try (var claims = server(CHECKS[0]);
        var database = server(CHECKS[1])) {
      var sides = List.of(side(claims), side(database));
      for (var side : sides) {
        Load.run(port(side), CONNECTIONS, side.requests(), WARM_UP);
      }
      var shares = List.of(new ArrayList<Double>(), new ArrayList<Double>());
      for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < 2; i++) {
          var share = share(sides.get((i + run) % 2));
          shares.get((i + run) % 2).add(share);
        }
      }
      double before = median(shares.getFirst());
      double after = median(shares.getLast());
      System.out.printf("share of pgbench, %d runs of %d s%n", RUNS, RUN.toSeconds());
      System.out.printf(
          "%-8s %.3f, quarter to three quarters %s%n",
          CHECKS[0], before, middle(shares.getFirst()));
      System.out.printf(
          "%-8s %.3f, quarter to three quarters %s%n", CHECKS[1], after, middle(shares.getLast()));
      for (var side : sides) {
        System.out.printf("processor time of a request: %s%n", side.costs());
      }
      System.out.printf("%s/%s %.3f%n", CHECKS[1], CHECKS[0], after / before);
    }
  }

  private static TestServer server(String check) {
    return TestServer.start(Map.of("stabbur.organizations.membership-check", check));
  }

  private static int port(Side side) {
    return URI.create(side.server().url()).getPort();
  }

  private static Side side(TestServer server) throws IOException {
    var key = server.project().keys().serviceRoleKey().reveal();
    var organization =
        post(
            server,
            "/admin/v1/organizations",
            key,
            "{\"name\": \"Bench\", \"slug\": \"bench\", \"admin_email\": \"a@bench.example\", \"password\": \"%s\"}"
                .formatted(PASSWORD));
    var id = text(organization, "id");
    var member =
        post(
            server,
            "/admin/v1/organizations/" + id + "/members",
            key,
            "{\"email\": \"m@bench.example\", \"role\": \"peer_mentor\", \"password\": \"%s\"}"
                .formatted(PASSWORD));
    var user = text(member, "user_id");
    var session =
        post(
            server,
            "/auth/v1/token?grant_type=password",
            server.project().keys().anonKey().reveal(),
            "{\"email\": \"m@bench.example\", \"password\": \"%s\"}".formatted(PASSWORD));
    var rows = rows(server, id, user);
    // else one side may be planned before the planner knows its tables, and the other after
    TestPostgres.execute(server.project().admin().login(), "vacuum (analyze)");
    var token = text(session, "access_token");
    var anon = server.project().keys().anonKey().reveal();
    var requests =
        rows.stream()
            .map(
                row ->
                    "GET /rest/v1/activities?id=eq.%s HTTP/1.1\r\nHost: 127.0.0.1\r\napikey: %s\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(row, anon, token)
                        .getBytes(StandardCharsets.UTF_8))
            .toList();
    return new Side(server, requests, script(id, user, rows.getFirst()), new Costs(server));
  }

  /// Rows of the member, whose account and memberships were changed long ago.
  private static List<String> rows(TestServer server, String organization, String user) {
    var admin = server.project().admin();
    return admin.transaction(
        Actor.of("postgres"),
        Access.WRITE,
        tx -> {
          tx.update(
              Statement.of(
                  "update stabbur.account_changes set changed_at = now() - interval '3 days'"));
          tx.update(
              Statement.of(
                  """
                  insert into stabbur.account_changes (account, changed_at)
                  select gen_random_uuid(), now() - interval '3 days' from generate_series(1, 2000)\
                  """));
          return tx.list(
              Statement.of(
                  """
                  insert into public.activities (organization_id, user_id, title)
                  select ?, ?, 'bench' from generate_series(1, 500) returning id::text\
                  """,
                  java.util.UUID.fromString(organization),
                  java.util.UUID.fromString(user)),
              row -> String.valueOf(row.getString(1)));
        });
  }

  private static String script(String organization, String user, String row) {
    return """
    \\startpipeline
    begin read only;
    select set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub": "%2$s", "role": "authenticated", "aal": "aal1", "organization_id": "%1$s", "user_role": "peer_mentor", "organizations": [{"id": "%1$s", "role": "peer_mentor"}]}', true), set_config('request.jwt.claim.sub', '%2$s', true), set_config('request.jwt.claim.user_role', 'peer_mentor', true), set_config('request.jwt.claim.organization_id', '%1$s', true), set_config('request.method', 'GET', true), set_config('request.path', '/activities', true), set_config('request.headers', '{}', true), set_config('search_path', '"public"', true);
    select coalesce(json_agg(t), '[]') from (select a.* from public.activities a where a.id = '%3$s') t;
    commit;
    \\endpipeline
    """
        .formatted(organization, user, row);
  }

  private static double share(Side side) throws IOException, InterruptedException {
    double yardstick = pgbench(side);
    var result = side.costs().of(port(side), side.requests(), RUN);
    if (result.refused() > 0) {
      throw new IllegalStateException(result.refused() + " requests were refused");
    }
    return result.latencies().count() / (double) RUN.toSeconds() / yardstick;
  }

  private static double pgbench(Side side) throws IOException, InterruptedException {
    var script = Files.createTempFile("membership", ".sql");
    Files.writeString(script, side.script());
    var login = side.server().project().admin().login();
    var address = URI.create(login.url().substring("jdbc:".length()));
    var builder =
        new ProcessBuilder(
            List.of(
                "pgbench -n -M prepared -c 10 -j 1 -T %d -f %s -h 127.0.0.1 -p %d -U %s %s"
                    .formatted(
                        RUN.toSeconds(),
                        script,
                        address.getPort(),
                        login.user(),
                        address.getPath().substring(1).replaceFirst("\\?.*", ""))
                    .split(" ", -1)));
    builder.environment().put("PGPASSWORD", login.password().reveal());
    builder.redirectErrorStream(true);
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var rate = RATE.matcher(said);
    Files.delete(script);
    if (process.waitFor() != 0 || !rate.find()) {
      throw new IllegalStateException("pgbench failed: " + said);
    }
    return Double.parseDouble(rate.group(1));
  }

  private static String middle(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int last = sorted.size() - 1;
    return "%.3f to %.3f".formatted(sorted.get(last / 4), sorted.get(last * 3 / 4));
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
    return sorted.get(sorted.size() / 2);
  }

  private static JsonNode post(TestServer server, String path, String key, String body) {
    var answer =
        Http.post(
            server.url() + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(path + ": " + answer.body());
    }
    return Json.parse(answer.body());
  }

  private static String text(JsonNode object, String name) {
    return Objects.requireNonNull(object.get(name)).getStringValue();
  }
}
