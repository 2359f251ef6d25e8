package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Changes and messages of a Postgres that is not the embedded one: what the operating system
/// packages (15 and later), or that of the folder `-Dpostgres.tools`, which has `initdb` and
/// `pg_ctl`.
class PostgresVersionTest {
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";
  private static final String BOB = "22222222-2222-4222-8222-222222222222";
  private static InstalledPostgres postgres = start();
  private static TestServer server = TestServer.shared();
  private FeedBench bench;

  private static InstalledPostgres start() {
    var tools = System.getProperty("postgres.tools");
    return tools == null ? InstalledPostgres.start() : InstalledPostgres.start(Path.of(tools));
  }

  @BeforeAll
  static void serve() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.projects.default.database-url",
                "postgresql://127.0.0.1:" + postgres.port() + "/postgres",
                "stabbur.projects.default.admin-password",
                postgres.superuser().password().reveal()));
  }

  @AfterAll
  static void stop() {
    server.close();
    postgres.close();
  }

  @BeforeEach
  void open() {
    bench = new FeedBench(server);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private int version() {
    return bench
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.first(
                        Statement.of("select current_setting('server_version_num')::int / 10000"),
                        row -> row.getInt(1))
                    .orElseThrow());
  }

  @Test
  void policiesFiltersAndIdentitiesWork() {
    bench.guarded(
        "notes", "id int primary key, owner uuid, word text", "owner = (select auth.uid())");
    bench.sql("alter table notes replica identity full");
    var alice = bench.listen(bench.user(ALICE), "notes");
    var bob = bench.subscribe(bench.user(BOB), bench.binding(1, "*", "notes", "word=match.^b"));

    bench.sql("insert into notes values (1, '%s', 'a'), (2, '%s', 'b')".formatted(ALICE, BOB));
    assertThat(alice.next().number("id")).isEqualTo(1);
    assertThat(bob.next().number("id")).isEqualTo(2);
    bench.sql(
        "update notes set word = 'bb' where id = 1", "update notes set word = 'c' where id = 2");
    assertThat(alice.next().text()).contains("\"old_record\":{\"id\":1,\"owner\":\"" + ALICE);
    bench.sql("delete from notes where id = 1");
    assertThat(alice.next().text())
        .contains("\"type\":\"DELETE\"")
        .contains("\"old_record\":{\"id\":1}");
    assertThat(bob.next().type()).isEqualTo("DELETE");
  }

  @Test
  void largeValuesGeneratedColumnsAndPartitionsWork() {
    bench.table(
        "notes",
        "id int primary key, word text, big text, twice int generated always as (id * 2) stored"
            + (version() >= 18 ? ", thrice int generated always as (id * 3)" : ""));
    bench.sql("alter table notes alter big set storage external");
    bench.sql("insert into notes (id, word, big) values (1, 'a', repeat('x', 100000))");
    var got = bench.subscribe(bench.user(ALICE), bench.binding(1, "UPDATE", "notes", "twice=eq.2"));
    bench.sql("update notes set word = 'b'");
    var update = got.next();
    assertThat(update.word("big")).hasSize(100_000);
    assertThat(update.number("twice")).isEqualTo(2);
    if (version() >= 18) {
      assertThat(update.number("thrice")).isEqualTo(3);
    }

    bench.table("parts", "id int, primary key (id)) partition by range (id");
    bench.sql("create table parts_1 partition of parts for values from (0) to (10)");
    var parts = bench.listen(bench.user(ALICE), "parts");
    bench.sql("insert into parts values (1)");
    assertThat(parts.next().table()).isEqualTo("parts");
  }

  @Test
  void aTableThatIsPublishedLaterLosesNothingOfOthers() {
    bench.table("a", "id int primary key");
    bench.sql("create table b (id int primary key)", "grant select on b to authenticated");
    var got = bench.listen(bench.user(ALICE), "a");
    for (int i = 0; i < 30; i++) {
      bench.sql("insert into a values (" + i + ")");
      if (i == 10) {
        bench.sql("alter publication supabase_realtime add table " + bench.schema() + ".b");
      }
    }
    for (int i = 0; i < 30; i++) {
      assertThat(got.next().number("id")).isEqualTo(i);
    }
  }

  @Test
  void messagesOfTheDatabaseArrive() {
    var got = new LinkedBlockingQueue<String>();
    try (var messages =
        bench
            .feeds()
            .of(bench.project())
            .listen(
                (id, topic, event, body, room) -> {
                  if (body instanceof BroadcastSink.Body.Json(var utf8)) {
                    got.add(topic + " " + new String(utf8, StandardCharsets.UTF_8));
                  }
                })) {
      messages.ready().toCompletableFuture().join();
      bench.sql("select realtime.send('{\"id\":7}', 'e', 'room:1', true)");
      Await.until("the message", () -> got.contains("room:1 {\"id\": 7}"));
    }
  }
}
