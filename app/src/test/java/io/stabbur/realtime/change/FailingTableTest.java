package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What fails for one table keeps nothing from subscribers of others.
class FailingTableTest {
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";
  private static final String BOB = "22222222-2222-4222-8222-222222222222";
  private FeedBench bench;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aTableThatFailsLosesItsOwnChangesAlone() {
    bench.sql(
        "create function fickle(id int) returns int immutable language plpgsql as $$ begin"
            + " if current_setting('test.fickle', true) = 'on' then return id; end if;"
            + " raise exception 'broken'; end $$");
    bench.table("healthy", "id int primary key");
    bench.table("broken", "id int primary key, twice int generated always as (fickle(id)) stored");
    var alice = bench.listen(bench.user(ALICE), "healthy");
    var bob = bench.listen(bench.user(BOB), "broken");
    assertThat(alice.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    assertThat(bob.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");

    bench.sql(
        "set local test.fickle = 'on'",
        "insert into healthy values (1)",
        "insert into broken values (1)",
        "insert into healthy values (2)");

    assertThat(alice.next().number("id")).isEqualTo(1);
    assertThat(alice.next().number("id")).isEqualTo(2);
    assertThat(bob.nextSystem()).startsWith("error: Changes were lost");
    assertThat(alice.systems()).isEmpty();
  }

  @Test
  @Tag("nightly")
  void manyRefusedBindingsAreTriedAgainAFewAtATime() {
    // a server of its own, whose transactions are counted
    try (var server = TestServer.start(Map.of());
        var own = new FeedBench(server)) {
      own.table("notes", "id int primary key");
      own.sql("create table later (id int primary key)", "grant select on later to authenticated");
      var names = new Binding[1000];
      for (int i = 0; i < names.length; i++) {
        names[i] = own.binding(i, "*", "nowhere_" + i, null);
      }
      own.subscribe(own.user(BOB), names);
      own.subscribe(own.user(BOB), names);
      var alice = own.listen(own.user(ALICE), "later");
      assertThat(alice.nextSystem()).startsWith("error: Unable to subscribe");

      long before = transactions(own);
      pause(4_000);
      // of each caller twenty in a round of two seconds
      assertThat(transactions(own) - before).isLessThan(500);

      own.sql("alter publication supabase_realtime add table " + own.schema() + ".later");
      assertThat(alice.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    }
  }

  @Test
  void policiesThatCannotBeAskedForAMomentAreAskedAgain() {
    try (var server = small();
        var small = new FeedBench(server)) {
      small.guarded("notes", "id int primary key", "true");
      var got = small.listen(small.user(ALICE), "notes");
      holdAll(server, 3);
      small.sql("insert into notes values (1)");
      assertThat(got.next().number("id")).isEqualTo(1);
    }
  }

  @Test
  @Tag("nightly")
  void whatCannotBeAskedOfPoliciesForAWhileIsToldAndNotHidden() {
    try (var server = small();
        var small = new FeedBench(server)) {
      small.guarded("notes", "id int primary key", "true");
      var got = small.listen(small.user(ALICE), "notes");
      assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
      holdAll(server, 9);
      small.sql("insert into notes values (2)");
      assertThat(got.nextSystem()).startsWith("error: Changes may be missing");
      assertThat(got.rest()).isEmpty();
    }
  }

  private static TestServer small() {
    return TestServer.start(
        Map.of(
            "stabbur.projects.default.api-connections",
            2,
            "stabbur.projects.default.connection-wait",
            "300ms"));
  }

  /// Uses all connections of requests for some seconds.
  private static void holdAll(TestServer server, int seconds) {
    var pool = server.project().api();
    int size = pool.login().connections();
    for (int i = 0; i < size; i++) {
      Thread.ofVirtual()
          .start(
              () ->
                  pool.exchange(
                      Actor.of("anon").with("statement_timeout", "0"),
                      Access.READ,
                      Statement.of("select pg_sleep(" + seconds + ")"),
                      _ -> true));
    }
    Await.until("all are in use", () -> pool.pool().open() - pool.pool().idle() >= size);
    pause(200);
  }

  private static long transactions(FeedBench of) {
    return of.project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.first(
                        Statement.of(
                            "select xact_commit from pg_stat_database where datname ="
                                + " current_database()"),
                        row -> row.getLong(1))
                    .orElseThrow());
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
