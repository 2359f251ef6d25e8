package io.stabbur.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.Projects;
import io.stabbur.testing.Await;
import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.FilledTable;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.RedisProcess;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.SmallVolume;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// A table: what the probes and a real request answer in each state of faults, and that all is well
/// again when the fault ends, without a restart. Liveness never fails because of a dependency.
@Tag("nightly")
class FaultStatesTest {
  private static final Duration LIMIT = Duration.ofSeconds(45);

  private static final int VOLUME = 400;
  private static final int PIECE = 300_000;

  /// Stands for no answer within the client's patience.
  private static final int NONE = 0;

  private static InstalledPostgres postgres;
  private static InstalledPostgres control;
  private static FaultyProxy database;
  private static FaultyProxy controlDatabase;
  private static RedisProcess redisServer;
  private static FaultyProxy redis;
  private static FaultyProxy store;
  private static S3Store files;
  private static @Nullable TestServer server;

  @BeforeAll
  static void start() throws IOException {
    postgres = InstalledPostgres.start("max_connections = 40");
    control = InstalledPostgres.start();
    files = new S3Store();
    files.start();
    database = new FaultyProxy(postgres.port());
    controlDatabase = new FaultyProxy(control.port());
    store = new FaultyProxy(files.port());
    redisServer = RedisProcess.start();
    redis = new FaultyProxy(URI.create(redisServer.url()).getPort());
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
    for (var proxy : List.of(database, controlDatabase, store, redis)) {
      proxy.close();
    }
    redisServer.close();
    files.close();
    postgres.close();
    control.close();
  }

  private static Map<String, Object> settings() {
    var settings = new HashMap<String, Object>();
    var project = "stabbur.projects.default.";
    settings.put(project + "database-url", through(postgres, database));
    settings.put(project + "api-connections", 5);
    settings.put(project + "admin-connections", 3);
    settings.put(project + "connection-wait", "2s");
    var s3 = files.settings(store.port());
    settings.put(project + "store-bucket", s3.bucket());
    settings.put(project + "store-endpoint", String.valueOf(s3.endpoint()));
    settings.put(project + "store-access-key-id", s3.accessKeyId().reveal());
    settings.put(project + "store-secret-access-key", s3.secretAccessKey().reveal());
    settings.put("stabbur.control.database-url", through(control, controlDatabase));
    settings.put("stabbur.realtime.bus.kind", "redis");
    settings.put(
        "stabbur.realtime.bus.redis-url",
        redisServer.url().replaceFirst(":\\d+$", ":" + redis.port()));
    return settings;
  }

  private static String through(InstalledPostgres to, FaultyProxy proxy) {
    return to.databaseUrl().replace(":" + to.port(), ":" + proxy.port());
  }

  /// What is seen in one state.
  private record Seen(int liveness, int startup, int readiness, int read) {}

  private static final Seen WELL = new Seen(200, 200, 200, 200);

  /// Nothing can be served, which is no reason to restart the process.
  private static final Seen DOWN = new Seen(200, 200, 503, 503);

  /// A state of faults.
  ///
  /// @param expected while it lasts
  private record State(String name, Act begin, Seen expected, Act end) {
    interface Act {
      void run() throws Exception;
    }
  }

  private static List<State> states() {
    var held = new ArrayList<Connection>();
    return List.of(
        // the server is started while nothing listens at the database's address
        new State(
            "the database is away at the start",
            () -> {
              database.become(FaultyProxy.Mode.REFUSE);
              server = TestServer.start(settings());
            },
            DOWN,
            () -> database.become(FaultyProxy.Mode.PASS)),
        new State(
            "the database is away while it is served",
            () -> database.become(FaultyProxy.Mode.REFUSE),
            DOWN,
            () -> database.become(FaultyProxy.Mode.PASS)),
        new State(
            "the database hangs",
            () -> database.become(FaultyProxy.Mode.STALL),
            new Seen(200, 200, 503, NONE),
            () -> database.become(FaultyProxy.Mode.PASS)),
        new State(
            "the database can only be read",
            () -> alter("alter system set default_transaction_read_only = on"),
            WELL,
            () -> alter("alter system reset default_transaction_read_only")),
        new State(
            "others hold all connections of the database",
            () -> hold(held),
            WELL,
            () -> release(held)),
        new State(
            "the password of the API's role was changed in the database",
            () -> {
              sql("alter role authenticator password 'another one'");
              sql(
                  "select pg_terminate_backend(pid) from pg_stat_activity where usename ="
                      + " 'authenticator'");
            },
            DOWN,
            () ->
                sql(
                    "alter role authenticator password '%s'"
                        .formatted(running().project().keys().apiPassword().reveal()))),
        new State(
            "the object store is away",
            () -> store.become(FaultyProxy.Mode.REFUSE),
            WELL,
            () -> store.become(FaultyProxy.Mode.PASS)),
        new State(
            "the object store does not answer",
            () -> store.become(FaultyProxy.Mode.STALL),
            WELL,
            () -> store.become(FaultyProxy.Mode.PASS)),
        new State(
            "the object store fails",
            () -> store.become(FaultyProxy.Mode.ERROR),
            WELL,
            () -> store.become(FaultyProxy.Mode.PASS)),
        new State(
            "the control database is away",
            () -> controlDatabase.become(FaultyProxy.Mode.REFUSE),
            WELL,
            () -> controlDatabase.become(FaultyProxy.Mode.PASS)),
        new State(
            "Redis is gone",
            () -> redis.become(FaultyProxy.Mode.REFUSE),
            WELL,
            () -> redis.become(FaultyProxy.Mode.PASS)),
        new State(
            "Redis hangs",
            () -> redis.become(FaultyProxy.Mode.STALL),
            WELL,
            () -> redis.become(FaultyProxy.Mode.PASS)),
        new State(
            "the control database hangs",
            () -> controlDatabase.become(FaultyProxy.Mode.STALL),
            WELL,
            () -> controlDatabase.become(FaultyProxy.Mode.PASS)));
  }

  @TestFactory
  Stream<DynamicTest> theProbesAndARequestAnswerAsInTheTable() {
    return states().stream()
        .map(state -> DynamicTest.dynamicTest(state.name(), () -> assertState(state)));
  }

  private static void assertState(State state) throws Exception {
    state.begin().run();
    try {
      await(state.name() + ": " + state.expected(), () -> seen().equals(state.expected()));
      Thread.sleep(1000);
      assertThat(seen()).as("it lasts").isEqualTo(state.expected());
    } finally {
      state.end().run();
    }
    await(state.name() + " is over", () -> seen().equals(WELL));
  }

  private static void await(String what, BooleanSupplier holds) {
    try {
      Await.until(what, LIMIT, holds);
    } catch (AssertionError e) {
      throw new AssertionError(what + ", but " + seen(), e);
    }
  }

  /// The volume of the database is full: what is there can be read, writes are refused as such, and
  /// all is well soon after there is room again, without anybody's doing.
  @TestFactory
  Stream<DynamicTest> aFullVolumeRefusesWritesAlone() {
    return Stream.of(DynamicTest.dynamicTest("the disk is full", () -> fullVolume()));
  }

  private static void fullVolume() throws Exception {
    try (var volume = SmallVolume.mount(VOLUME);
        var full =
            InstalledPostgres.startIn(
                volume.folder(), "max_wal_size = 64MB", "min_wal_size = 32MB")) {
      Map<String, Object> settings =
          Map.of("stabbur.projects.default.database-url", full.databaseUrl());
      try (var served = TestServer.start(settings)) {
        var table = FilledTable.in(served);
        TestPostgres.execute(full.superuser(), "select pg_switch_wal()");
        await("served", () -> table.write(1) == 201);

        // a rest of the log's segment is left to write to
        volume.resize(volume.used());
        assertThat(table.writeUntilRefused(PIECE, VOLUME)).isEqualTo(503);
        for (int round = 0; round < 3; round++) {
          assertThat(table.write(PIECE)).as("a write").isEqualTo(503);
          assertThat(table.read()).as("a read").isEqualTo(200);
          assertThat(status(served, "/health/liveness")).isEqualTo(200);
          assertThat(status(served, "/health/readiness")).isEqualTo(200);
          Thread.sleep(1000);
        }

        volume.resize(VOLUME);
        Await.until("writes again", Duration.ofSeconds(30), () -> table.write(PIECE) == 201);
        assertThat(full.log()).doesNotContain("PANIC");
      }
    }
  }

  /// A database that takes connections and says nothing when the server starts does not keep the
  /// port closed.
  @TestFactory
  Stream<DynamicTest> oneThatHangsAtTheStartIsLeftOut() {
    return Stream.of(
        DynamicTest.dynamicTest(
            "hangs at the start",
            () -> {
              database.become(FaultyProxy.Mode.STALL);
              long begin = System.nanoTime();
              try (var late = TestServer.start(settings())) {
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(30));
                assertThat(status(late, "/health/liveness")).isEqualTo(200);
                assertThat(status(late, "/health/readiness")).isEqualTo(503);
                assertThat(status(late, "/rest/v1/")).isEqualTo(503);
              } finally {
                database.become(FaultyProxy.Mode.PASS);
              }
            }));
  }

  /// One of three is away when the server starts, and the migrations of another fail.
  @TestFactory
  Stream<DynamicTest> theOthersOfSeveralAreServed() {
    return Stream.of(
        DynamicTest.dynamicTest("one is away, one cannot be migrated", () -> severalProjects()));
  }

  private static void severalProjects() throws Exception {
    TestPostgres.execute(
        control.superuser(), "create table public.organizations (of_somebody_else text)");
    try (var elsewhere = InstalledPostgres.start()) {
      severalProjects(elsewhere);
    }
  }

  /// @param elsewhere whose keys are those of the project that is away
  private static void severalProjects(InstalledPostgres elsewhere) throws Exception {
    var away = new FaultyProxy(elsewhere.port());
    away.become(FaultyProxy.Mode.REFUSE);
    var settings = new HashMap<String, Object>();
    for (var name : List.of("here", "away", "broken")) {
      settings.put("stabbur.projects." + name + ".hosts", List.of(name + ".example.org"));
    }
    settings.put("stabbur.projects.away.database-url", through(elsewhere, away));
    settings.put("stabbur.projects.broken.database-url", control.databaseUrl());
    settings.put("stabbur.operations.token", "a long token");
    try (away;
        var several = TestServer.start(settings)) {
      assertThat(status(several, "/health/liveness")).isEqualTo(200);
      assertThat(status(several, "/health/readiness")).isEqualTo(200);
      assertThat(at(several, "here", key(several, "here"))).isEqualTo(200);
      assertThat(at(several, "away", "unknown")).isEqualTo(503);
      assertThat(at(several, "broken", "unknown")).isEqualTo(503);
      assertThat(
              Http.get(several.url() + "/health/readiness", "Authorization", "Bearer a long token")
                  .body())
          .contains("\"here\":{\"status\":\"UP\"")
          .containsPattern("\"away\":\\{\"status\":\"DOWN\",\"reason\":\"[^\"]*Nothing listens")
          .containsPattern("\"broken\":\\{\"status\":\"DOWN\",\"reason\":\"Migration ");

      away.become(FaultyProxy.Mode.PASS);
      Await.until("retried", LIMIT, () -> several.bean(Projects.class).byName("away").isPresent());
      assertThat(at(several, "away", key(several, "away"))).isEqualTo(200);
      assertThat(at(several, "here", key(several, "here"))).isEqualTo(200);
      assertThat(at(several, "broken", "unknown")).isEqualTo(503);
    }
  }

  private static String key(TestServer server, String project) {
    return server.bean(Projects.class).byName(project).orElseThrow().keys().secretKey().reveal();
  }

  private static int at(TestServer server, String project, String key) {
    return Http.get(
            server.url() + "/rest/v1/organizations?limit=1",
            "Host",
            project + ".example.org",
            "apikey",
            key)
        .statusCode();
  }

  private static TestServer running() {
    return Objects.requireNonNull(server);
  }

  private static Seen seen() {
    var asked = running();
    return new Seen(
        status(asked, "/health/liveness"),
        status(asked, "/health/startup"),
        status(asked, "/health/readiness"),
        status(asked, "/rest/v1/organizations?limit=1"));
  }

  /// With the secret key of the project, where it is open.
  private static int status(TestServer asked, String path) {
    var request = HttpRequest.newBuilder(URI.create(asked.url() + path));
    request.timeout(Duration.ofSeconds(4));
    asked.bean(Projects.class).all().stream()
        .findFirst()
        .ifPresent(project -> request.header("apikey", project.keys().secretKey().reveal()));
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (HttpTimeoutException _) {
      return NONE;
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void sql(String statement) {
    TestPostgres.execute(postgres.superuser(), statement);
  }

  private static void alter(String statement) {
    sql(statement);
    sql("select pg_reload_conf()");
  }

  private static void hold(List<Connection> held) throws SQLException {
    var login = postgres.superuser();
    try {
      while (true) {
        held.add(DriverManager.getConnection(login.url(), login.user(), login.password().reveal()));
      }
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo("53300");
    }
  }

  private static void release(List<Connection> held) throws SQLException {
    for (var connection : held) {
      connection.close();
    }
  }
}
