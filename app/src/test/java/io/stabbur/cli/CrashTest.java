package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `kill -9` in the middle of inserts: what was acknowledged is there after the next `up`.
@Tag("nightly")
class CrashTest {
  private static final int ROWS = 2000;
  private static final int KILL_AFTER = 700;
  private static final int WRITERS = 4;
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();

  @Test
  void everyAcknowledgedRowSurvives() throws Exception {
    Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    try (var up = up().awaitReady()) {
      sql(status(), "create table public.crash (id int primary key, words text)");
      sql(status(), "notify pgrst, 'reload schema'");
      var key = status().getProperty("SERVICE_ROLE_KEY");
      awaitTable(key);
      var enough = new CountDownLatch(KILL_AFTER);
      var writers = writers(key, acknowledged, enough);
      assertThat(enough.await(120, TimeUnit.SECONDS)).as("rows acknowledged in time").isTrue();
      up.kill();
      for (var writer : writers) {
        writer.join(TimeUnit.SECONDS.toMillis(60));
      }
    }
    assertThat(acknowledged.size()).isBetween(KILL_AFTER, ROWS - 1);

    try (var again = up().awaitReady()) {
      assertThat(ids(status())).containsAll(acknowledged);
      assertThat(
              Http.post(
                      url(),
                      "{\"id\":-1,\"words\":\"after\"}",
                      "apikey",
                      status().getProperty("SERVICE_ROLE_KEY"),
                      "Content-Type",
                      "application/json")
                  .statusCode())
          .isEqualTo(201);
      assertThat(again.errors()).doesNotContain("stabbur:");
    }
  }

  private List<Thread> writers(String key, Set<Integer> acknowledged, CountDownLatch enough) {
    var next = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int writer = 0; writer < WRITERS; writer++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int id = next.getAndIncrement(); id < ROWS; id = next.getAndIncrement()) {
                      if (!insert(key, id)) {
                        return;
                      }
                      acknowledged.add(id);
                      enough.countDown();
                    }
                  }));
    }
    return threads;
  }

  /// Whether the insert was acknowledged; a broken connection is the end of the writer.
  private boolean insert(String key, int id) {
    try {
      return Http.post(
                  url(),
                  "{\"id\":%d,\"words\":\"row %d\"}".formatted(id, id),
                  "apikey",
                  key,
                  "Content-Type",
                  "application/json")
              .statusCode()
          == 201;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private void awaitTable(String key) throws InterruptedException {
    for (int attempt = 0; attempt < 100; attempt++) {
      if (Http.get(url() + "?limit=0", "apikey", key).statusCode() == 200) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the new table is not served");
  }

  private Launched up() throws Exception {
    return Launched.start(folder, "up", "--port", Integer.toString(port));
  }

  private String url() {
    return "http://127.0.0.1:" + port + "/rest/v1/crash";
  }

  private Properties status() throws Exception {
    var env = Launched.run(folder, "status", "-o", "env");
    var properties = new Properties();
    properties.load(new StringReader(env.getValue().replace("\"", "")));
    return properties;
  }

  private static void sql(Properties status, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(jdbc(status));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Set<Integer> ids(Properties status) throws SQLException {
    try (var connection = DriverManager.getConnection(jdbc(status));
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select id from public.crash")) {
      var ids = new HashSet<Integer>();
      while (rows.next()) {
        ids.add(rows.getInt(1));
      }
      return ids;
    }
  }

  private static String jdbc(Properties status) {
    var url = java.net.URI.create(status.getProperty("DB_URL"));
    var login = url.getUserInfo().split(":", 2);
    return "jdbc:postgresql://%s:%d%s?user=%s&password=%s"
        .formatted(url.getHost(), url.getPort(), url.getPath(), login[0], login[1]);
  }
}
