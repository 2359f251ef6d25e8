package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Listener;
import io.stabbur.testing.Await;
import io.stabbur.testing.CountingProxy;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// A project with two streaming replicas (Debian's Postgres), one of which is seconds behind:
/// nobody reads what was before, neither what they wrote nor a right that was taken away. It takes
/// longer than others: three servers start, and the one that is behind has to catch up a few times.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadReplicasTest {
  /// 10,000 by night: `-Dreplica.pairs=10000`.
  private static final int PAIRS = Integer.getInteger("replica.pairs", 500);

  /// Five seconds by night: `-Dreplica.delay=5s`.
  private static final String DELAY = System.getProperty("replica.delay", "2s");

  private static final int CALLERS = 4;
  private static final String BEHIND = "replica-2";
  private static final String OWN = "/rest/v1/memberships?select=id,status";
  private static InstalledPostgres primary;
  private static InstalledPostgres fast;
  private static InstalledPostgres slow;
  private static CountingProxy primaryWire;
  private static CountingProxy fastWire;
  private static TestServer server;
  private static World world;
  private static String here = "";

  @BeforeAll
  static void start() throws IOException {
    primary = InstalledPostgres.start();
    fast = primary.standby();
    slow = primary.standby("recovery_min_apply_delay=" + DELAY);
    primaryWire = CountingProxy.to(primary.port());
    fastWire = CountingProxy.to(fast.port());
    server =
        TestServer.start(
            Map.of(
                "stabbur.projects.default.database-url",
                primary.databaseUrl().replace(":" + primary.port(), ":" + primaryWire.port()),
                "stabbur.projects.default.read-urls",
                List.of(address(fastWire.port()), address(slow.port())),
                "stabbur.rest.tx-end",
                "commit-allow-override"));
    world = new World(server);
    here = world.organization("admin");
    new Owner(server)
        .run(
            """
            create table public.marks (id bigint primary key);
            grant select, insert on public.marks to authenticated, service_role;
            create function public.mark_count() returns bigint language sql stable
              as 'select count(*) from public.marks';
            create table public.shown (id bigint primary key);
            insert into public.shown values (1);
            alter table public.shown enable row level security;
            create policy everybody on public.shown for select using (true);
            grant select on public.shown to authenticated;
            create view public.gone as select 1 as one;
            create function public.color() returns text language sql stable
              as 'select current_setting(''app.color'', true)'""");
    Await.until("the table is served", () -> admin().get("/rest/v1/marks").statusCode() == 200);
  }

  private static String address(int port) {
    return "postgresql://127.0.0.1:" + port + "/postgres";
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    primaryWire.close();
    fastWire.close();
    slow.close();
    primary.close();
  }

  private static Client admin() {
    return world.as("admin");
  }

  private static String serverOf(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Stabbur-Server").orElse("nobody");
  }

  private static void awaitAnswerOf(String name, Client client, String path) {
    Await.until(name + " answers", () -> serverOf(client.get(path)).equals(name));
  }

  @Test
  @Order(1)
  void readsAreAnsweredByReplicasInOneExchange() throws IOException {
    awaitAnswerOf("replica-1", admin(), "/rest/v1/marks");
    long fewestOnReplica = Long.MAX_VALUE;
    long fewestOnPrimary = Long.MAX_VALUE;
    int read = 0;
    for (int round = 0; round < 40 || read < 5; round++) {
      long onReplica = fastWire.roundTrips();
      long onPrimary = primaryWire.roundTrips();
      if (serverOf(admin().get("/rest/v1/marks")).equals("replica-1")) {
        read++;
        fewestOnReplica = Math.min(fewestOnReplica, fastWire.roundTrips() - onReplica);
        fewestOnPrimary = Math.min(fewestOnPrimary, primaryWire.roundTrips() - onPrimary);
      }
    }

    assertThat(fewestOnReplica).isEqualTo(1);
    assertThat(fewestOnPrimary).isZero();
  }

  @Test
  @Order(2)
  void aWriteTellsItsPositionInItsOwnExchange() {
    long fewest = Long.MAX_VALUE;
    for (int each = 0; each < 10; each++) {
      long before = primaryWire.roundTrips();
      var written = insert(admin(), 9_000_000 + each);
      fewest = Math.min(fewest, primaryWire.roundTrips() - before);
      assertThat(serverOf(written)).isEqualTo("primary");
      assertThat(written.headers().firstValue("X-Stabbur-Position").orElse(""))
          .matches("[0-9A-F]+/[0-9A-F]+");
    }

    assertThat(fewest).isEqualTo(1);
  }

  @Test
  @Order(3)
  void whatStaysOnThePrimary() {
    awaitAnswerOf("replica-1", admin(), "/rest/v1/rpc/mark_count");
    var future = "FFFFFFFF/0";
    var answers =
        new TreeMap<String, HttpResponse<String>>(
            Map.of(
                "asked for",
                admin().with("X-Stabbur-Server", "primary").get("/rest/v1/marks"),
                "a position that no replica has",
                admin().with("X-Stabbur-Position", future).get("/rest/v1/marks"),
                "a position that is none",
                admin().with("X-Stabbur-Position", "soon").get("/rest/v1/marks"),
                "rolled back",
                admin().with("Prefer", "tx=rollback").get("/rest/v1/marks"),
                "a stable function by POST",
                admin().post("/rest/v1/rpc/mark_count", "{}"),
                "the description",
                admin().get("/rest/v1/")));

    assertThat(answers)
        .allSatisfy((what, answer) -> assertThat(serverOf(answer)).as(what).isEqualTo("primary"));
  }

  @Test
  @Order(4)
  void whoNamesWhatReplicasRefuseWithEndsNobodysReads() {
    awaitAnswerOf("replica-1", admin(), "/rest/v1/marks");
    awaitAnswerOf(BEHIND, admin(), "/rest/v1/marks");
    for (var forged : List.of("stabbur.replica_promoted", "stabbur.replica_behind")) {
      for (int each = 0; each < 4; each++) {
        var refused = admin().get("/rest/v1/marks?id=eq." + forged);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains(forged);
      }
    }

    assertThat(metrics())
        .contains(
            "stabbur_replica_breaker_open{project=\"default\",server=\"replica-1\"} 0",
            "stabbur_replica_breaker_open{project=\"default\",server=\"replica-2\"} 0");
  }

  @Test
  @Order(5)
  void aPolicyAndARightThatWereTakenAwayElsewhereCountWhenItIsTold() {
    var path = "/rest/v1/shown";
    awaitAnswerOf(BEHIND, admin(), path);

    TestPostgres.execute(primary.superuser(), "drop policy everybody on public.shown");

    Await.until("the policy is gone", () -> admin().rows(path).isEmpty());
    for (int each = 0; each < 20; each++) {
      assertThat(admin().rows(path)).isEmpty();
    }
    awaitAnswerOf(BEHIND, admin(), path);

    TestPostgres.execute(primary.superuser(), "revoke select on public.shown from authenticated");

    Await.until("the right is gone", () -> admin().get(path).statusCode() == 403);
    for (int each = 0; each < 20; each++) {
      assertThat(admin().get(path).statusCode()).isEqualTo(403);
    }
  }

  @Test
  @Order(6)
  void everyRevocationIsMarkedAndTold() {
    world.member(here, "second-factor", "peer_mentor");
    var person = world.id("second-factor");
    var token = UUID.randomUUID().toString();
    List<String> told = new CopyOnWriteArrayList<>();
    try (var _ = Listener.eager(primary.superuser(), "stabbur_account_changes", told::add)) {
      Await.until("it listens", () -> told.contains(""));
      told.clear();

      mark(
          "insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at)"
              + " values (gen_random_uuid(), '%s', 'totp', 'verified', now(), now())"
                  .formatted(person));
      TestPostgres.execute(
          primary.superuser(),
          "insert into stabbur.application_tokens (id, name, organization_id, role, hash, expires_at)"
              + " values ('%s', 'a program', gen_random_uuid(), 'org_admin', '%<s', now() + interval '1 day')"
                  .formatted(token));
      mark(
          "update stabbur.application_tokens set revoked_at = now() where id = '%s'"
              .formatted(token));
      mark("alter table public.shown force row level security");
      mark("alter default privileges in schema public grant select on tables to service_role");
      mark("drop view public.gone");

      Await.until("all is told", () -> told.containsAll(List.of(person, token, "")));
    }
  }

  /// Runs something on the primary, as another process does, that must leave a mark for the process
  /// that commits it.
  private static void mark(String sql) {
    TestPostgres.execute(
        primary.superuser(),
        """
        do $do$ begin
          perform set_config('stabbur.rights_changed', '', false);
          %s;
          assert current_setting('stabbur.rights_changed') = 'true', 'no mark';
        end $do$"""
            .formatted(sql));
  }

  @Test
  @Order(7)
  void whatCountsForARoleIsThePrimarys() {
    var path = "/rest/v1/rpc/color";
    TestPostgres.execute(
        primary.superuser(),
        "alter role authenticated set app.color = 'red'; notify pgrst, 'reload config'");
    Await.until("it counts", () -> admin().get(path).body().contains("red"));

    awaitAnswerOf(BEHIND, admin(), path);
    for (int each = 0; each < 4; each++) {
      assertThat(admin().get(path).body()).isEqualTo("\"red\"");
    }
  }

  @Test
  @Order(8)
  void nobodyReadsWhatWasBeforeTheirWrite() throws Exception {
    var clients = new ArrayList<Client>();
    for (int caller = 0; caller < CALLERS; caller++) {
      world.member(here, "writer-" + caller, "peer_mentor");
      clients.add(world.as("writer-" + caller));
    }
    var work = new ArrayList<Callable<Map<String, Integer>>>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int first = (caller + 1) * 1_000_000;
      var client = clients.get(caller);
      work.add(() -> pairs(client, first));
    }
    var servers = new TreeMap<String, Integer>();
    try (var threads = Executors.newFixedThreadPool(CALLERS)) {
      for (var done : threads.invokeAll(work)) {
        done.get().forEach((name, count) -> servers.merge(name, count, Integer::sum));
      }
    }

    System.out.println(PAIRS + " pairs, reads by server: " + servers);
    assertThat(servers.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(PAIRS);
    assertThat(servers).containsKey("replica-1");
  }

  private static Map<String, Integer> pairs(Client client, int first) {
    var servers = new TreeMap<String, Integer>();
    for (int each = 0; each < PAIRS / CALLERS; each++) {
      int id = first + each;
      assertThat(insert(client, id).statusCode()).isEqualTo(201);
      var read = client.get("/rest/v1/marks?id=eq." + id);
      assertThat(read.body()).isEqualTo("[{\"id\":%d}]".formatted(id));
      servers.merge(serverOf(read), 1, Integer::sum);
    }
    return servers;
  }

  private static HttpResponse<String> insert(Client client, int id) {
    return client.post("/rest/v1/marks", "{\"id\": %d}".formatted(id));
  }

  @Test
  @Order(9)
  void whoHasJustSignedUpIsKnownEverywhere() {
    world.member(here, "newcomer", "peer_mentor");

    for (int each = 0; each < 10; each++) {
      assertThat(world.as("newcomer").rows(OWN)).hasSize(1);
    }
  }

  @Test
  @Order(10)
  void aMembershipThatWasRevokedCountsAtOnce() {
    world.member(here, "revoked", "peer_mentor");
    var organizations = "/rest/v1/organizations?select=id";
    awaitAnswerOf(BEHIND, world.as("revoked"), organizations);
    var row = "/rest/v1/memberships?user_id=eq." + world.id("revoked");

    var answer = world.service.patch(row, Client.object("status", "suspended"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    for (int each = 0; each < 20; each++) {
      assertThat(world.as("revoked").get(organizations).body()).doesNotContain(here);
      assertThat(admin().get(OWN + "&user_id=eq." + world.id("revoked")).body())
          .as("what others see of it")
          .contains("suspended");
    }
  }

  @Test
  @Order(11)
  @Tag("nightly")
  void aSignOutAndABanCountAtOnce() {
    world.member(here, "signed-out", "peer_mentor");
    world.member(here, "banned", "peer_mentor");
    awaitAnswerOf(BEHIND, world.as("signed-out"), OWN);
    awaitAnswerOf(BEHIND, world.as("banned"), OWN);

    world.as("signed-out").post("/auth/v1/logout", "");
    world.service.send(
        "PUT", "/auth/v1/admin/users/" + world.id("banned"), Client.object("ban_duration", "24h"));

    for (int each = 0; each < 20; each++) {
      assertThat(world.as("signed-out").get(OWN).statusCode()).isEqualTo(401);
      assertThat(world.as("banned").get(OWN).statusCode()).isEqualTo(401);
    }
  }

  @Test
  @Order(12)
  @Tag("nightly")
  void aRightThatWasTakenAwayElsewhereCountsWhenItIsTold() {
    world.member(here, "removed", "peer_mentor");
    awaitAnswerOf(BEHIND, world.as("removed"), OWN);

    TestPostgres.execute(
        primary.superuser(),
        "delete from public.memberships where user_id = '" + world.id("removed") + "'");

    Await.until("it is told", () -> world.as("removed").rows(OWN).isEmpty());
    for (int each = 0; each < 20; each++) {
      assertThat(world.as("removed").rows(OWN)).isEmpty();
    }
  }

  @Test
  @Order(13)
  void scriptsReadThePosition() {
    var answer = admin().with("Origin", "https://app.example.org").get("/rest/v1/marks");

    assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
        .contains("X-Stabbur-Position, X-Stabbur-Server");
  }

  /// Ten seconds, for the one that hangs is found out by not answering.
  @Test
  @Order(14)
  @Tag("nightly")
  void aReplicaThatHangsFailsNoRead() throws Exception {
    awaitAnswerOf("replica-1", admin(), "/rest/v1/marks");
    try (var _ = fast.freeze()) {
      long slowest = 0;
      for (int each = 0; each < 200; each++) {
        long began = System.nanoTime();
        var answer = admin().get("/rest/v1/marks?limit=1");
        slowest = Math.max(slowest, System.nanoTime() - began);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      }
      System.out.println("slowest read while a replica hung: " + slowest / 1_000_000 + " ms");
      assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(10));
      assertThat(serverOf(admin().get("/rest/v1/marks"))).isNotEqualTo("replica-1");
    }
    awaitAnswerOf("replica-1", admin(), "/rest/v1/marks");
  }

  @Test
  @Order(15)
  void aReplicaThatIsKilledFailsNoRead() throws Exception {
    awaitAnswerOf("replica-1", admin(), "/rest/v1/marks");
    var servers = new TreeMap<String, Integer>();
    try (var threads = Executors.newFixedThreadPool(CALLERS)) {
      var reading = new ArrayList<Callable<Map<String, Integer>>>();
      for (int caller = 0; caller < CALLERS; caller++) {
        var client = world.as("writer-" + caller);
        reading.add(() -> reads(client));
      }
      var killed =
          threads.submit(
              () -> {
                fast.kill();
                return true;
              });
      for (var done : threads.invokeAll(reading)) {
        done.get().forEach((name, count) -> servers.merge(name, count, Integer::sum));
      }
      assertThat(killed.get()).isTrue();
    }

    System.out.println("reads while a replica was killed: " + servers);
    assertThat(serverOf(admin().get("/rest/v1/marks"))).isNotEqualTo("replica-1");
    assertThat(metrics())
        .contains("stabbur_replica_breaker_open{project=\"default\",server=\"replica-1\"} 1");
  }

  private static Map<String, Integer> reads(Client client) {
    var servers = new TreeMap<String, Integer>();
    for (int each = 0; each < 300; each++) {
      var answer = client.get("/rest/v1/marks?limit=1");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      servers.merge(serverOf(answer), 1, Integer::sum);
    }
    return servers;
  }

  private static String metrics() {
    return world.service.get("/metrics").body();
  }
}
