package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Untyped;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.CountingProxy;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/// Sessions on a real Postgres: a login without rights of its own, which becomes `db_member`.
class DatabaseTest {
  private static final Duration LIMIT = Duration.ofMillis(400);
  private static final Actor MEMBER =
      Actor.of("db_member").with("request.jwt.claims", "{\"sub\":\"kari\"}");
  private static final Statement WHO =
      Statement.of("select current_user || ' ' || current_setting('request.jwt.claims', true)");
  private static Login superuser;
  private static Login gate;

  @BeforeAll
  static void schema() {
    superuser = TestPostgres.newDatabase();
    TestPostgres.execute(
        superuser,
        """
        create role db_member;
        create role db_hasty;
        create role db_gate login noinherit;
        grant db_member, db_hasty to db_gate;
        alter role db_hasty set statement_timeout = '150ms';
        create table note (id int generated always as identity, text text);
        create sequence calls;
        grant select, insert on note to db_member;
        grant usage on sequence calls to db_member;
        grant pg_signal_backend to db_member;
        """);
    gate = TestPostgres.as("db_gate", superuser);
  }

  @AfterAll
  static void roles() {
    TestPostgres.execute(
        superuser, "drop owned by db_member; drop role db_gate, db_member, db_hasty");
  }

  @Test
  void anExchangeRunsAsTheActor() {
    try (var database = open(1)) {
      assertThat(text(database, MEMBER, WHO)).isEqualTo("db_member {\"sub\":\"kari\"}");
    }
  }

  @Test
  void manyAskersAreAnsweredEachAsItselfAndFailuresAreTheirOwn() {
    try (var database = open(1)) {
      var asks = new ArrayList<Ask<String>>();
      var who =
          Statement.of(
              "select 1 / length(current_setting('db.part')) ||"
                  + " current_setting('request.jwt.claims') ||"
                  + " coalesce(current_setting('db.cached', true), '') ||"
                  + " left(set_config('db.cached', 'left over', true), 0)");
      for (int i = 0; i < 40; i++) {
        asks.add(
            new Ask<>(
                MEMBER
                    .with("request.jwt.claims", "c" + i)
                    .with("db.part", i == 7 || i == 33 ? "" : "x"),
                who,
                rows -> {
                  rows.next();
                  return rows.getString(1);
                }));
      }
      for (int round = 0; round < 3; round++) {
        var outcomes = database.readEach(Share.APPLIANCE, asks);
        for (int i = 0; i < 40; i++) {
          if (i == 7 || i == 33) {
            assertThat(outcomes.get(i)).isInstanceOf(Outcome.Failed.class);
          } else {
            // nothing that one has set is seen by the next
            assertThat(outcomes.get(i)).isEqualTo(new Outcome.Answered<>("1c" + i));
          }
        }
      }
    }
  }

  @Test
  void manyAskersAreOneRoundTripForSixteen() throws Exception {
    try (var proxy = counting();
        var database = through(proxy)) {
      var asks = new ArrayList<Ask<Boolean>>();
      for (int i = 0; i < 16; i++) {
        asks.add(new Ask<>(MEMBER, Statement.of("select ?::int", i), RowReader.none()));
      }
      assertThat(database.readEach(Share.APPLIANCE, asks)).hasSize(16);
      long before = proxy.roundTrips();
      assertThat(database.readEach(Share.APPLIANCE, asks)).hasSize(16);
      assertThat(proxy.roundTrips() - before).isEqualTo(1);
    }
  }

  @Test
  void anExchangeIsOneRoundTripWhateverItsValues() throws Exception {
    try (var proxy = counting();
        var database = through(proxy)) {
      var id = UUID.randomUUID();
      var now = Instant.now();
      var everyType =
          Statement.of(
              """
              select concat_ws(' ', current_user, ?::int, ?::bigint, ?::boolean, ?::numeric, ?::uuid, ?::text[],
                ?::text, ?::timestamptz is not null, ?::timestamptz is not null, length(?::bytea), ?::jsonb,
                ?::uuid, ?::jsonb, ?::int, ?::timestamptz)
              """,
              1,
              2L,
              true,
              new BigDecimal("3.5"),
              id,
              new String[] {"a", "b"},
              "text",
              now,
              OffsetDateTime.parse("2026-01-02T03:04:05Z"),
              new byte[4],
              new Jsonb("[]"),
              null,
              null,
              null,
              null);
      text(database, MEMBER, everyType);
      long before = proxy.roundTrips();

      for (int i = 0; i < 12; i++) {
        assertThat(text(database, MEMBER, everyType))
            .isEqualTo("db_member 1 2 t 3.5 " + id + " {a,b} text t t 4 []");
      }

      assertThat(proxy.roundTrips() - before).isEqualTo(12);
    }
  }

  @Test
  void aCheckCostsNoRoundTripAndMayChangeSettingsOrRefuse() throws Exception {
    var check =
        "case when ? then set_config('request.jwt.claims', ? ||"
            + " current_setting('request.jwt.claims'), true) else (1 / (length(?::text) - 1))::text"
            + " end";
    try (var proxy = counting();
        var database = through(proxy)) {
      text(database, MEMBER, WHO);
      long before = proxy.roundTrips();

      for (int i = 0; i < 12; i++) {
        var actor = MEMBER.checkedBy(Statement.of(check, true, "checked ", "x"));
        assertThat(text(database, actor, WHO)).isEqualTo("db_member checked {\"sub\":\"kari\"}");
      }

      assertThat(proxy.roundTrips() - before).isEqualTo(12);
      var refusing = MEMBER.checkedBy(Statement.of(check, false, "", "x"));
      assertThat(
              catchThrowableOfType(ApiException.class, () -> text(database, refusing, WHO)).error())
          .isInstanceOfSatisfying(
              Failure.Database.class, f -> assertThat(f.sqlState()).isEqualTo("22012"));
      assertThat(text(database, MEMBER, WHO)).isEqualTo("db_member {\"sub\":\"kari\"}");
    }
  }

  @Test
  void theFirstValueWithoutATypeCostsNoRoundTripMore() throws Exception {
    var untyped = Statement.of("select current_user where 7 = ?", new Untyped("7"));
    try (var proxy = counting();
        var database = through(proxy)) {
      text(database, MEMBER, WHO);
      long before = proxy.roundTrips();

      for (int i = 0; i < 12; i++) {
        assertThat(text(database, MEMBER, untyped)).isEqualTo("db_member");
      }

      assertThat(proxy.roundTrips() - before).isEqualTo(12);
    }
  }

  private static CountingProxy counting() throws IOException {
    return CountingProxy.to(URI.create(gate.url().substring("jdbc:".length())).getPort());
  }

  private static Database through(CountingProxy proxy) {
    return Database.open(
        login(
            gate.url().replaceFirst(":\\d+/", ":" + proxy.port() + "/"), 1, Duration.ofSeconds(5)));
  }

  /// What may happen to a transaction on the one connection there is.
  enum Fate {
    SUCCESS {
      @Override
      void befall(Database database) {
        text(database, MEMBER, WHO);
      }
    },
    SQL_ERROR {
      @Override
      void befall(Database database) {
        text(database, MEMBER, Statement.of("select (1 / 0)::text"));
      }
    },
    STATEMENT_TIMEOUT {
      @Override
      void befall(Database database) {
        text(
            database,
            MEMBER.with("statement_timeout", "50ms"),
            Statement.of("select pg_sleep(5)::text"));
      }
    },
    FAILING_READER {
      @Override
      void befall(Database database) {
        database.exchange(
            MEMBER,
            Access.READ,
            WHO,
            _ -> {
              throw new IllegalStateException("the reader fails");
            });
      }
    },
    FAILING_TRANSACTION {
      @Override
      void befall(Database database) {
        database.transaction(
            MEMBER,
            Access.WRITE,
            tx -> {
              tx.update(Statement.of("insert into note (text) values ('never')"));
              throw new IllegalStateException("the work fails");
            });
      }
    };

    abstract void befall(Database database);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLeftOnTheConnection(Fate fate) throws Exception {
    try (var database = open(1)) {
      var backend = text(database, MEMBER, Statement.of("select pg_backend_pid()::text"));
      try {
        fate.befall(database);
      } catch (ApiException | IllegalStateException e) {
        assertThat(fate).isNotEqualTo(Fate.SUCCESS);
      }

      try (var lease = database.lease(Share.APPLIANCE);
          var raw = lease.connection().createStatement();
          var rows =
              raw.executeQuery(
                  """
                  select pg_backend_pid(), current_user, current_setting('request.jwt.claims', true),
                    current_setting('transaction_read_only'), current_setting('statement_timeout')
                  """)) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo(backend);
        assertThat(rows.getString(2)).isEqualTo("db_gate");
        assertThat(rows.getString(3)).isEmpty();
        assertThat(rows.getString(4)).isEqualTo("off");
        assertThat(rows.getString(5)).isEqualTo("0");
        assertThat(lease.connection().unwrap(BaseConnection.class).getTransactionState())
            .isEqualTo(TransactionState.IDLE);
      }
    }
    assertThat(TestPostgres.value(superuser, "select count(*) from note where text = 'never'"))
        .isEqualTo("0");
  }

  @Test
  void theLoginItselfMayDoNothing() {
    try (var database = open(1)) {
      assertThat(
              failure(
                  () -> text(database, Actor.of("db_gate"), Statement.of("select text from note"))))
          .isInstanceOfSatisfying(
              Failure.Database.class, refused -> assertThat(refused.sqlState()).isEqualTo("42501"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "supabase_admin, 42501",
    "nobody, 22023",
    "db_member\"; select x, 22023",
    "\"\"||db_member, 22023"
  })
  void aRoleThatWasNotGrantedIsRefused(String role, String sqlState) {
    try (var database = open(1)) {
      assertThat(failure(() -> text(database, Actor.of(role), WHO)))
          .isInstanceOfSatisfying(
              Failure.Database.class,
              refused -> assertThat(refused.sqlState()).isEqualTo(sqlState));
    }
  }

  @Test
  void readsCannotWrite() {
    try (var database = open(1)) {
      var insert = Statement.of("insert into note (text) values ('x') returning text");

      assertThat(failure(() -> text(database, MEMBER, insert)))
          .isInstanceOfSatisfying(
              Failure.Database.class, refused -> assertThat(refused.sqlState()).isEqualTo("25006"));
    }
  }

  @Test
  void theStatementTimeoutOfARoleHolds() {
    try (var database = open(1)) {
      var hasty = Actor.of("db_hasty");
      var nap = Statement.of("select pg_sleep(3)::text");
      var start = System.nanoTime();

      assertThat(failure(() -> text(database, hasty, nap)))
          .isInstanceOfSatisfying(
              Failure.Database.class, late -> assertThat(late.sqlState()).isEqualTo("57014"));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(text(database, hasty, Statement.of("select current_setting('statement_timeout')")))
          .isEqualTo("150ms");
      assertThat(
              text(
                  database,
                  hasty.with("statement_timeout", "7s"),
                  Statement.of("select current_setting('statement_timeout')")))
          .as("what the actor brings comes last")
          .isEqualTo("7s");
    }
  }

  @Test
  void aStatementEndsAtTheLoginsLimitWhereTheDatabaseSetsNone() {
    var limited = login(gate.url(), 1, Duration.ofSeconds(10)).withStatementTimeout(LIMIT);
    try (var database = Database.open(limited)) {
      var timeout = Statement.of("select current_setting('statement_timeout')");

      assertThat(text(database, MEMBER, timeout)).isEqualTo("400ms");
      assertThat(text(database, Actor.of("db_hasty"), timeout)).isEqualTo("150ms");
      assertThat(failure(() -> text(database, MEMBER, Statement.of("select pg_sleep(3)::text"))))
          .isInstanceOfSatisfying(
              Failure.Database.class, late -> assertThat(late.sqlState()).isEqualTo("57014"));
    }
  }

  @Test
  void readinessIsKnownWhateverThePoolDoes() throws Exception {
    try (var database = Database.open(login(gate.url(), 1, Duration.ofSeconds(10)))) {
      try (var _ = new Holder(database)) {
        long start = System.nanoTime();

        assertThat(database.reachable()).isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      }
    }
    try (var nowhere =
        Database.open(
            login(
                "jdbc:postgresql://127.0.0.1:" + TestServer.freePort() + "/postgres",
                1,
                Duration.ofSeconds(10)))) {
      assertThat(nowhere.reachable()).isFalse();
    }
  }

  @Test
  void aFailureCaughtInsideATransactionIsNotCommittedInSilence() {
    try (var database = open(1)) {
      assertThat(
              failure(
                  () ->
                      database.transaction(
                          MEMBER,
                          Access.WRITE,
                          tx -> {
                            tx.update(Statement.of("insert into note (text) values ('half')"));
                            assertThatThrownBy(() -> tx.update(Statement.of("select 1 / 0")))
                                .isInstanceOf(ApiException.class);
                            return true;
                          })))
          .isInstanceOfSatisfying(
              Failure.Database.class, cause -> assertThat(cause.sqlState()).isEqualTo("22012"));
    }
  }

  @Test
  void whoWaitsTooLongIsToldThatItIsBusy() throws Exception {
    try (var database = Database.open(login(gate.url(), 1, Duration.ofMillis(200)))) {
      try (var _ = new Holder(database)) {
        assertThat(failure(() -> text(database, MEMBER, WHO))).isInstanceOf(Failure.Busy.class);
      }

      assertThat(text(database, MEMBER, WHO)).startsWith("db_member");
    }
  }

  @Test
  void whoWaitsIsServedInTheOrderOfArrivalAndNobodyOvertakes() throws Exception {
    var served = Collections.synchronizedList(new ArrayList<Integer>());
    try (var database = open(1);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try (var _ = new Holder(database)) {
        for (int i = 0; i < 8; i++) {
          int number = i;
          threads.execute(
              () -> database.exchange(MEMBER, Access.READ, WHO, _ -> served.add(number)));
          while (database.pool().waiting() <= i) {
            Thread.sleep(1);
          }
        }
      }
      database.exchange(MEMBER, Access.READ, WHO, _ -> served.add(8));
      threads.shutdown();
      assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(served).isEqualTo(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
  }

  @Test
  void thereAreNeverMoreConnectionsThanAllowed() throws Exception {
    try (var database = open(3);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ArrayList<java.util.concurrent.Future<String>>();
      for (int i = 0; i < 200; i++) {
        done.add(threads.submit(() -> text(database, MEMBER, WHO)));
      }
      for (var each : done) {
        assertThat(each.get()).startsWith("db_member");
      }
      assertThat(database.pool().open()).isBetween(1, 3);
      assertThat(database.pool().idle()).isEqualTo(database.pool().open());
      assertThat(database.pool().waiting()).isZero();
    }
  }

  @Test
  void aConnectionThatTheServerEndedIsReplacedBeforeAReaderNotices() {
    try (var database = open(2)) {
      var backend = text(database, MEMBER, Statement.of("select pg_backend_pid()::text"));

      TestPostgres.execute(superuser, "select pg_terminate_backend(" + backend + ", 5000)");

      assertThat(text(database, MEMBER, Statement.of("select pg_backend_pid()::text")))
          .isNotEqualTo(backend);
      assertThat(database.pool()).isEqualTo(new PoolState(2, 1, 1, 0, 0));
    }
  }

  @Test
  void aWriteIsNeverSentTwice() {
    try (var database = open(2)) {
      var dying =
          Statement.of("select nextval('calls')::text || pg_terminate_backend(pg_backend_pid())");

      assertThat(failure(() -> database.exchange(MEMBER, Access.WRITE, dying, RowReader.none())))
          .isInstanceOf(Failure.Unavailable.class);

      assertThat(TestPostgres.value(superuser, "select last_value from calls")).isEqualTo("1");
      assertThat(text(database, MEMBER, WHO)).startsWith("db_member");
    }
  }

  @Test
  void aRestartOfPostgresIsSurvived() {
    var folder = DataTemplate.EMPTY.newCopy();
    int port = TestServer.freePort();
    var first = EmbeddedPostgres.start(folder, port, superuser.password());
    var login =
        new Login(
            first.jdbcUrl(), superuser.user(), superuser.password(), 4, Duration.ofSeconds(10));
    try (var database = Database.open(login)) {
      var actor = Actor.of(superuser.user());
      assertThat(text(database, actor, Statement.of("select 'before'"))).isEqualTo("before");
      first.close();

      assertThat(failure(() -> text(database, actor, Statement.of("select 'down'"))))
          .isInstanceOf(Failure.Unavailable.class);
      var start = System.nanoTime();
      assertThat(failure(() -> text(database, actor, Statement.of("select 'down'"))))
          .isInstanceOf(Failure.Unavailable.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("only the first waits for a return")
          .isLessThan(Duration.ofSeconds(1));

      try (var _ = EmbeddedPostgres.start(folder, port, superuser.password())) {
        assertThat(
                database.<String>exchange(
                    actor,
                    Access.WRITE,
                    Statement.of("select 'after'"),
                    rows -> rows.next() ? rows.getString(1) : ""))
            .isEqualTo("after");
      }
    }
  }

  @Test
  void aClosedDatabaseHoldsNoConnection() {
    var database = open(2);
    text(database, MEMBER, WHO);

    database.close();

    assertThat(database.pool().open()).isZero();
    assertThat(failure(() -> text(database, MEMBER, WHO))).isInstanceOf(Failure.Unavailable.class);
  }

  /// Keeps one connection busy until it is closed.
  private static final class Holder implements AutoCloseable {
    private final CountDownLatch release = new CountDownLatch(1);
    private final CompletableFuture<Void> held;

    Holder(Database database) throws InterruptedException {
      var holding = new CountDownLatch(1);
      held =
          CompletableFuture.runAsync(
              () -> database.transaction(MEMBER, Access.READ, _ -> hold(holding)),
              Thread::startVirtualThread);
      holding.await();
    }

    private boolean hold(CountDownLatch holding) {
      holding.countDown();
      try {
        return release.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      release.countDown();
      held.join();
    }
  }

  private static Database open(int connections) {
    return Database.open(login(gate.url(), connections, Duration.ofSeconds(10)));
  }

  private static Login login(String url, int connections, Duration patience) {
    return new Login(url, gate.user(), gate.password(), connections, patience);
  }

  private static String text(Database database, Actor actor, Statement statement) {
    return database.exchange(
        actor, Access.READ, statement, rows -> rows.next() ? rows.getString(1) : "");
  }

  private static ApiError failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return org.assertj.core.api.Assertions.catchThrowableOfType(ApiException.class, call).error();
  }
}
