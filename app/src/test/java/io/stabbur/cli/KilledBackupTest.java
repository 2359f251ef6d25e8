package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two hundred writes a second, a backup, `kill -9`, and the machine is lost: what was committed a
/// few seconds before is in the restored folder, with every file.
@Tag("nightly")
class KilledBackupTest {
  private static final int WRITERS = 4;
  private static final Duration PAUSE = Duration.ofMillis(1000 * WRITERS / 200);

  /// The log is shipped each second; the rest is for a busy machine.
  private static final Duration LOSS = Duration.ofSeconds(15);

  private final Path lost = TestServer.newFolder();
  private final Path place = TestServer.newFolder();
  private final Path fresh = TestServer.newFolder();
  private final String port = Integer.toString(TestServer.freePort());
  private final Map<Integer, Instant> acknowledged = new ConcurrentHashMap<>();

  @Test
  void whatWasCommittedSecondsBeforeTheMachineIsLostComesBack() throws Exception {
    var config = place.resolve("stabbur.yml");
    Files.writeString(
        config,
        "stabbur:\n  backup:\n    to: %s\n    log-every: 1s\n".formatted(place.resolve("backups")));
    var key = place.resolve("key.txt");
    Instant killed;
    try (var up = up(lost, config).awaitReady()) {
      sql(lost, "create table public.lost (id int primary key)");
      put(lost, "receipt");
      var writers = writers(jdbc(status(lost)));
      assertThat(Launched.run(lost, "backup").getValue()).startsWith("Backup ");
      Files.writeString(key, Launched.run(lost, "backup", "key").getValue());
      Thread.sleep(LOSS.plusSeconds(10));
      killed = Instant.now();
      up.kill();
      for (var writer : writers) {
        writer.join();
      }
    }
    DataFolders.delete(lost);

    var restored =
        Launched.run(
            place,
            "restore",
            "--from",
            place.resolve("backups").toString(),
            "--key-file",
            key.toString(),
            "--data",
            fresh.resolve("data").toString());

    assertThat(restored.getKey()).as(restored.getValue()).isZero();
    try (var _ = up(fresh, config).awaitReady()) {
      var rows = ids(fresh);
      var due = new HashSet<Integer>();
      acknowledged.forEach(
          (id, at) -> {
            if (at.isBefore(killed.minus(LOSS))) {
              due.add(id);
            }
          });
      assertThat(due.size()).isGreaterThan(500);
      assertThat(rows).containsAll(due);
      assertThat(file(fresh)).isEqualTo("receipt");
    }
  }

  private List<Thread> writers(String url) {
    var next = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int writer = 0; writer < WRITERS; writer++) {
      threads.add(Thread.ofVirtual().start(() -> write(url, next)));
    }
    return threads;
  }

  /// Writes until the server is gone.
  private void write(String url, AtomicInteger next) {
    try (var connection = DriverManager.getConnection(url);
        var insert = connection.prepareStatement("insert into public.lost values (?)")) {
      while (true) {
        int id = next.getAndIncrement();
        insert.setInt(1, id);
        insert.executeUpdate();
        acknowledged.put(id, Instant.now());
        Thread.sleep(PAUSE);
      }
    } catch (SQLException | InterruptedException e) {
      // it was killed
    }
  }

  private Launched up(Path folder, Path config) throws Exception {
    return Launched.start(folder, "up", "--port", port, "--config", config.toString());
  }

  private static Properties status(Path folder) throws Exception {
    var properties = new Properties();
    properties.load(
        new StringReader(Launched.run(folder, "status", "-o", "env").getValue().replace("\"", "")));
    return properties;
  }

  private static String jdbc(Properties status) {
    var url = URI.create(status.getProperty("DB_URL"));
    var login = url.getUserInfo().split(":", 2);
    return "jdbc:postgresql://%s:%d%s?user=%s&password=%s"
        .formatted(url.getHost(), url.getPort(), url.getPath(), login[0], login[1]);
  }

  private static void sql(Path folder, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection(jdbc(status(folder)));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Set<Integer> ids(Path folder) throws Exception {
    try (var connection = DriverManager.getConnection(jdbc(status(folder)));
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select id from public.lost")) {
      var ids = new HashSet<Integer>();
      while (rows.next()) {
        ids.add(rows.getInt(1));
      }
      return ids;
    }
  }

  private void put(Path folder, String text) throws Exception {
    var key = status(folder).getProperty("SERVICE_ROLE_KEY");
    send(key, "/bucket", "application/json", "{\"name\":\"kept\"}");
    send(key, "/object/kept/file.txt", "text/plain", text);
  }

  private void send(String key, String path, String type, String body) {
    var answer =
        Http.post(
            "http://127.0.0.1:" + port + "/storage/v1" + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            type);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private String file(Path folder) throws Exception {
    var key = status(folder).getProperty("SERVICE_ROLE_KEY");
    return Http.get(
            "http://127.0.0.1:" + port + "/storage/v1/object/kept/file.txt",
            "apikey",
            key,
            "Authorization",
            "Bearer " + key)
        .body();
  }
}
