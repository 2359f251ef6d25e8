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
import java.util.stream.IntStream;

/// What `membership-check: database` costs a read of one row, beside `claims`: two servers on one
/// database with the shipped schema, measured in turn with pgbench doing the same work. What counts
/// is the share of pgbench's transactions, pair by pair.
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

    /// @param server of the process whose Postgres is asked
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
    try (var database = OneDatabase.start();
        var first = server(database, CHECKS[0]);
        var second = server(database, CHECKS[1])) {
      var member = Member.add(database.owner());
      var sides = List.of(side(database, member, first), side(database, member, second));
      // else one side may be planned before the planner knows its tables, and the other after
      TestPostgres.execute(database.owner().project().admin().login(), "vacuum (analyze)");
      for (var side : sides) {
        Load.run(port(side), CONNECTIONS, side.requests(), WARM_UP);
      }
      List<List<Double>> shares = List.of(new ArrayList<>(), new ArrayList<>());
      for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < 2; i++) {
          var share = share(sides.get((i + run) % 2));
          shares.get((i + run) % 2).add(share);
        }
      }
      print(sides, shares);
    }
  }

  private static void print(List<Side> sides, List<List<Double>> shares) {
    System.out.printf("share of pgbench, %d runs of %d s%n", RUNS, RUN.toSeconds());
    for (int i = 0; i < 2; i++) {
      System.out.printf(
          "%-8s %.3f, quarter to three quarters %s; processor time of a request: %s%n",
          CHECKS[i], median(shares.get(i)), middle(shares.get(i)), sides.get(i).costs());
    }
    var pairs =
        IntStream.range(0, RUNS)
            .mapToObj(run -> shares.getLast().get(run) / shares.getFirst().get(run))
            .toList();
    System.out.printf(
        "%s/%s %.3f of the medians; of the pairs %.3f, quarter to three quarters %s%n",
        CHECKS[1],
        CHECKS[0],
        median(shares.getLast()) / median(shares.getFirst()),
        median(pairs),
        middle(pairs));
  }

  private static TestServer server(OneDatabase database, String check) {
    return database.server(Map.of("stabbur.organizations.membership-check", check));
  }

  private static int port(Side side) {
    return URI.create(side.server().url()).getPort();
  }

  /// A member of an organization with rows of their own.
  private record Member(String organization, String user, List<String> rows) {
    static Member add(TestServer server) {
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
      return new Member(id, user, MembershipBenchmark.rows(server, id, user));
    }
  }

  private static Side side(OneDatabase database, Member member, TestServer server) {
    var anon = server.project().keys().anonKey().reveal();
    var session =
        post(
            server,
            "/auth/v1/token?grant_type=password",
            anon,
            "{\"email\": \"m@bench.example\", \"password\": \"%s\"}".formatted(PASSWORD));
    var token = text(session, "access_token");
    var requests =
        member.rows().stream()
            .map(
                row ->
                    "GET /rest/v1/activities?id=eq.%s HTTP/1.1\r\nHost: 127.0.0.1\r\napikey: %s\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(row, anon, token)
                        .getBytes(StandardCharsets.UTF_8))
            .toList();
    var script = script(member.organization(), member.user(), member.rows().getFirst());
    return new Side(server, requests, script, new Costs(database.owner()));
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
