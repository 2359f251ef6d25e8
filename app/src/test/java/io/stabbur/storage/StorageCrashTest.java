package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `kill -9` and failing stores at random points of uploads, overwrites, moves and deletes: what
/// was acknowledged reads back, no row is without bytes, and after the sweep no bytes without a
/// row.
///
/// `-Dtest=StorageCrashTest -Dcrash.kills=25` is the long run; the seed is printed and can be given
/// as `-Dcrash.seed`.
@Tag("nightly")
class StorageCrashTest {
  private static final int KILLS = Integer.getInteger("crash.kills", 1);
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime() & 0xffff_ffffL);
  private static final int WORKERS = 12;
  private static final String KEYLESS =
      """
      select count(*) from storage.objects o where bucket_id = 'crash' and (version not like 'enc-%'
        or not exists (select from stabbur_storage.object_keys k where k.version = o.version))
      """;
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();
  private final String url = "http://127.0.0.1:" + port;
  private final Random random = new Random(SEED);
  private final CrashLedger ledger = new CrashLedger();

  @Test
  void onAFolder() throws Exception {
    configure("");
    long rows = run(KILLS, () -> {}).rows();
    try (var all = Files.walk(folder.resolve("data/objects"))) {
      assertThat(all.filter(Files::isRegularFile).count()).as("files").isEqualTo(rows);
    }
  }

  @Test
  void onAFolderOfEncryptedFiles() throws Exception {
    configure("    encrypt: all\n");
    var left = run(KILLS, () -> {});
    assertThat(left.keys()).as("keys").isGreaterThanOrEqualTo(left.rows());
    assertThat(left.keyless()).as("files without a key").isZero();
  }

  @Test
  void onAStoreThatFailsNowAndThen() throws Exception {
    try (var store = new S3Store()) {
      store.start();
      try (var proxy = new FaultyProxy(store.port())) {
        configure(
            """
              projects:
                default:
                  store-bucket: objects
                  store-endpoint: http://127.0.0.1:%d
                  store-access-key-id: test-id
                  store-secret-access-key: test-secret
            """
                .formatted(proxy.port()));
        run(
            KILLS - 1,
            () -> {
              for (var mode :
                  List.of(
                      FaultyProxy.Mode.REFUSE, FaultyProxy.Mode.ERROR, FaultyProxy.Mode.STALL)) {
                proxy.become(mode);
                Thread.sleep(200 + random.nextInt(400));
                proxy.become(FaultyProxy.Mode.PASS);
                Thread.sleep(200 + random.nextInt(400));
              }
            });
      }
    }
  }

  private void configure(String more) throws IOException {
    Files.writeString(
        folder.resolve("stabbur.yml"),
        """
        stabbur:
          storage:
            sweep-every: 500ms
            abandoned-after: 3s
            resumable-life: 2s
            store-timeout: 2s
        """
            + more);
  }

  /// What happens beside kills.
  private interface Trouble {
    void cause() throws Exception;
  }

  /// How many objects there are at the end, how many keys, and how many files without one. Counted
  /// while the server runs, whose database ends with it.
  private record Left(long rows, long keys, long keyless) {}

  private Left run(int kills, Trouble trouble) throws Exception {
    System.out.printf("seed %d, %d kills%n", SEED, kills);
    var up = up();
    var key = status().getProperty("SERVICE_ROLE_KEY");
    try {
      assertThat(post(key, "/bucket", "{\"name\":\"crash\"}")).isEqualTo(200);
      var workers = start(key);
      for (int kill = 0; kill < kills; kill++) {
        trouble.cause();
        awaitAcknowledged(ledger.acknowledged.get() + 40);
        Thread.sleep(random.nextInt(400));
        up.kill();
        up = up();
      }
      trouble.cause();
      awaitAcknowledged(ledger.acknowledged.get() + 40);
      stop(workers);
      return verify(key);
    } finally {
      up.close();
    }
  }

  /// Long enough for the server to be at work.
  private void awaitAcknowledged(int operations) throws InterruptedException {
    for (int i = 0; i < 1200 && ledger.acknowledged.get() < operations; i++) {
      Thread.sleep(50);
    }
    assertThat(ledger.acknowledged.get()).as("acknowledged").isGreaterThanOrEqualTo(operations);
  }

  private final List<CrashWorker> working = new ArrayList<>();

  private List<Thread> start(String key) {
    var threads = new ArrayList<Thread>();
    for (int at = 0; at < WORKERS; at++) {
      var worker = new CrashWorker(url, key, "w" + at, ledger, random.nextLong());
      working.add(worker);
      threads.add(Thread.ofVirtual().start(worker));
    }
    return threads;
  }

  private void stop(List<Thread> threads) throws InterruptedException {
    working.forEach(worker -> worker.stop = true);
    for (var thread : threads) {
      thread.join();
    }
  }

  private Left verify(String key) throws Exception {
    var database = status();
    var all = ledger.all();
    for (var entry : all.entrySet()) {
      ledger.saw(entry.getKey(), read(key, entry.getKey()));
    }
    System.out.printf(
        "%d operations acknowledged, %d without an answer, %d objects%n",
        ledger.acknowledged.get(), ledger.unanswered.get(), all.size());
    assertThat(ledger.broken()).as("seed " + SEED).isEmpty();
    assertThat(ledger.unanswered.get()).as("hit by a kill or an outage").isGreaterThan(KILLS);
    awaitSwept(database);
    long rows = count(database, "select count(*) from storage.objects where bucket_id = 'crash'");
    var report = Http.get(url + "/storage/v1/check", "Authorization", "Bearer " + key).body();
    assertThat(report)
        .as("seed " + SEED)
        .isEqualTo("{\"objects\":" + rows + ",\"lost\":[],\"orphans\":[]}");
    return new Left(
        rows,
        count(database, "select count(*) from stabbur_storage.object_keys"),
        count(database, KEYLESS));
  }

  private String read(String key, String object) throws IOException, InterruptedException {
    var answer =
        java.net.http.HttpClient.newHttpClient()
            .send(
                java.net.http.HttpRequest.newBuilder(
                        URI.create(url + "/storage/v1/object/crash/" + object))
                    .header("Authorization", "Bearer " + key)
                    .build(),
                java.net.http.HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() == 200) {
      return CrashWorker.sum(answer.body());
    }
    var told = Json.parse(answer.body()).get("statusCode");
    return told != null && told.getStringValue().equals("404")
        ? CrashLedger.ABSENT
        : "unreadable: " + answer.statusCode();
  }

  /// Until no note waits and no upload is under way.
  private void awaitSwept(Properties database) throws Exception {
    for (int i = 0; i < 300; i++) {
      if (count(database, "select count(*) from stabbur_storage.byte_removals") == 0
          && count(database, "select count(*) from stabbur_storage.resumable_uploads") == 0
          && !halfWritten()) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("seed " + SEED + ": the sweep came to no end");
  }

  private boolean halfWritten() throws IOException {
    var work = Files.createDirectories(folder.resolve("data/objects/.work"));
    try (var files = Files.list(work)) {
      return files.anyMatch(Files::isRegularFile);
    }
  }

  private static long count(Properties status, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(jdbc(status));
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String jdbc(Properties status) {
    var address = URI.create(status.getProperty("DB_URL"));
    var user = address.getUserInfo().split(":", 2);
    return "jdbc:postgresql://%s:%d%s?user=%s&password=%s"
        .formatted(address.getHost(), address.getPort(), address.getPath(), user[0], user[1]);
  }

  private int post(String key, String path, String json) {
    return Http.post(
            url + "/storage/v1" + path,
            json,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json")
        .statusCode();
  }

  private Launched up() throws Exception {
    return Launched.start(
            folder,
            "up",
            "--port",
            Integer.toString(port),
            "--config",
            folder.resolve("stabbur.yml").toString())
        .awaitReady();
  }

  private Properties status() throws Exception {
    var env = Launched.run(folder, "status", "-o", "env");
    var properties = new Properties();
    properties.load(new StringReader(env.getValue().replace("\"", "")));
    return properties;
  }
}
