package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Untyped;
import io.stabbur.testing.CountingProxy;
import io.stabbur.testing.CuttingProxy;
import io.stabbur.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/// What is sent when, and that no statement runs where the transaction's opening did not. The login
/// may write to the table itself, so that a statement outside of the transaction is seen.
class TransactionTest {
  private static final Duration LIMIT = Duration.ofMillis(300);
  private static final Actor MEMBER = Actor.of("begun_member").with("request.jwt.claims", "kari");
  private static final String WRITTEN =
      "select coalesce(string_agg(who, ',' order by id), '') from line";
  private static final Statement COUNT = Statement.of("select count(*) from line");
  private static Login superuser;
  private static Login gate;

  @BeforeAll
  static void schema() {
    superuser = TestPostgres.newDatabase();
    TestPostgres.execute(
        superuser,
        """
        create role begun_member;
        create role begun_gate login noinherit;
        grant begun_member to begun_gate;
        create table line (
          id int generated always as identity,
          round int,
          text text unique deferrable initially deferred,
          who text default current_user || ' ' || current_setting('request.jwt.claims', true));
        grant select, insert, delete on line to begun_member, begun_gate;
        """);
    gate = TestPostgres.as("begun_gate", superuser);
  }

  @AfterAll
  static void roles() {
    TestPostgres.execute(
        superuser,
        "drop owned by begun_member, begun_gate; drop role begun_gate; drop role begun_member");
  }

  @BeforeEach
  void empty() {
    TestPostgres.execute(superuser, "truncate line");
  }

  @Test
  void itBeginsWithItsFirstStatement() throws Exception {
    try (var proxy = counting();
        var database = through(proxy.port())) {
      var counts =
          counts(
              proxy,
              database,
              List.of(
                  tx -> tx.update(insert("a")),
                  tx -> tx.first(Statement.of("select who from line"), row -> row.getString(1)),
                  tx -> tx.update(insert("b")) + tx.update(insert("c"))));

      assertThat(counts).containsExactly(2L, 2L, 3L);
    }
    assertThat(written()).isEqualTo("begun_member kari,begun_member kari,begun_member kari");
  }

  @Test
  void withoutAStatementNothingIsSent() throws Exception {
    try (var proxy = counting();
        var database = through(proxy.port())) {
      var counts =
          counts(
              proxy,
              database,
              List.of(
                  _ -> "nothing to do",
                  _ -> {
                    throw new IllegalStateException("the work fails");
                  }));

      assertThat(counts).containsExactly(0L, 0L);
    }
  }

  @Test
  void whatMayWaitGoesWithTheNextStatementOrTheCommit() throws Exception {
    try (var proxy = counting();
        var database = through(proxy.port())) {
      var counts =
          counts(
              proxy,
              database,
              List.of(
                  tx -> {
                    tx.later(insert("a"));
                    return true;
                  },
                  tx -> {
                    tx.later(insert("b"));
                    var count = tx.later(COUNT, TransactionTest::number);
                    tx.later(insert("c"));
                    assertThat(tx.first(COUNT, row -> row.getInt(1))).contains(3);
                    assertThat(count.get()).isEqualTo(2);
                    tx.later(insert("d"));
                    return true;
                  },
                  tx -> {
                    var count = tx.later(COUNT, TransactionTest::number);
                    assertThat(count.get()).isEqualTo(4);
                    assertThat(count.get()).isEqualTo(4);
                    return true;
                  }));

      assertThat(counts).containsExactly(1L, 2L, 2L);
    }
  }

  @Test
  void valuesOfAnyTypeSplitNoMessageGroup() throws Exception {
    var everyType =
        Statement.of(
            "select concat_ws(' ', current_user, ?::int, ?::uuid, ?::text[], ?::timestamptz,"
                + " ?::jsonb, ?::text, ?::int, 7 = ?)",
            1,
            UUID.randomUUID(),
            new String[] {"a"},
            Instant.now(),
            new Jsonb("[]"),
            null,
            null,
            new Untyped("7"));
    try (var proxy = counting();
        var database = through(proxy.port())) {
      Function<Transaction, Object> work =
          tx -> {
            var early = tx.later(everyType, rows -> rows.next() ? rows.getString(1) : "");
            var late = tx.first(everyType, row -> row.getString(1)).orElseThrow();
            tx.later(everyType);
            assertThat(early.get()).startsWith("begun_member 1").isEqualTo(late);
            return late;
          };
      // the driver asks for the type of an array when it first meets one
      var _ = database.transaction(MEMBER, Access.READ, work::apply);
      var counts = counts(proxy, database, Collections.nCopies(12, work));

      assertThat(counts).containsOnly(2L);
    }
  }

  /// How an opening ends that does not succeed.
  enum Fault {
    /// The login may not become the role.
    NO_SUCH_ROLE,
    BAD_SETTING,
    REFUSED,
    TIMEOUT,
    BACKEND_ENDED;

    Actor actor() {
      return switch (this) {
        case NO_SUCH_ROLE -> Actor.of("begun_nobody");
        case BAD_SETTING -> MEMBER.with("statement_timeout", "soon");
        case REFUSED -> MEMBER.checkedBy(Statement.of("1 / (length(?::text) - 1)", "x"));
        case TIMEOUT -> MEMBER.checkedBy(Statement.of("pg_sleep(20)"));
        case BACKEND_ENDED ->
            MEMBER.checkedBy(Statement.of("pg_terminate_backend(pg_backend_pid())"));
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void afterAnOpeningThatFailsNothingRuns(Fault fault) {
    try (var database = Database.open(gate.withStatementTimeout(LIMIT))) {
      for (var access : Access.values()) {
        assertThatThrownBy(
                () -> database.transaction(fault.actor(), access, tx -> writeRegardless(tx, 0)))
            .isInstanceOf(ApiException.class);
      }
      assertThat(written()).isEmpty();
      assertThat(database.<Integer>transaction(MEMBER, Access.WRITE, tx -> tx.update(insert("a"))))
          .isEqualTo(1);
    }
    assertThat(written()).isEqualTo("begun_member kari");
  }

  /// The session is in no transaction then: Postgres would run what follows at once.
  @Test
  void afterABeginThatFailsNothingRuns() throws SQLException {
    try (var database = Database.open(gate);
        var lease = database.lease(Share.APPLIANCE)) {
      var connection = lease.connection();
      var transaction =
          new Transaction(connection, new Opening("begin isolation level none", List.of(), 1));

      assertThat(writeRegardless(transaction, 0)).isZero();

      assertThat(connection.unwrap(BaseConnection.class).getTransactionState())
          .isEqualTo(TransactionState.IDLE);
      assertThat(written()).isEmpty();
    }
  }

  @Test
  void aStatementThatCannotBeSentDoesNotCountAsTheOpening() {
    try (var database = Database.open(gate)) {
      var _ =
          database.<Boolean>transaction(
              MEMBER,
              Access.WRITE,
              tx -> {
                assertThatThrownBy(() -> tx.update(Statement.of("select ?", new Object())))
                    .isInstanceOf(IllegalArgumentException.class);
                return tx.update(insert("a")) == 1;
              });
    }
    assertThat(written()).isEqualTo("begun_member kari");
  }

  /// At each byte of what is sent: each line is the member's own, and of two that belong together
  /// there are both or none.
  @Test
  void whereverTheConnectionIsCutNothingRunsOutside() throws Exception {
    try (var proxy = CuttingProxy.to(port());
        var database = through(proxy.port())) {
      int whole = 0;
      int cut = 0;
      for (int bytes = 1; whole < 3; bytes += 29) {
        int round = bytes;
        assertThat(number(database)).isNotNegative();
        proxy.armAfter(bytes);
        try {
          assertThat(
                  database.<Integer>transaction(
                      MEMBER, Access.WRITE, tx -> writeRegardless(tx, round)))
              .isEqualTo(2);
          whole++;
        } catch (ApiException e) {
          assertThat(e.error()).isInstanceOf(Failure.Unavailable.class);
          cut++;
        }
        proxy.disarm();
      }
      assertThat(cut).isGreaterThan(20);
    }
    assertThat(TestPostgres.value(superuser, "select string_agg(distinct who, ',') from line"))
        .isEqualTo("begun_member kari");
    assertThat(
            TestPostgres.value(
                superuser,
                "select count(*) from (select from line group by round having count(*) <> 2) half"))
        .isEqualTo("0");
  }

  @Test
  void whatWaitsIsLostWithTheConnection() throws Exception {
    for (var side : CuttingProxy.Cut.values()) {
      try (var proxy = CuttingProxy.to(port());
          var database = through(proxy.port())) {
        assertThat(number(database)).isZero();
        proxy.arm(1, side);
        assertThatThrownBy(
                () ->
                    database.<Boolean>transaction(
                        MEMBER,
                        Access.WRITE,
                        tx -> {
                          tx.later(insert("a"));
                          try {
                            tx.update(insert("b"));
                          } catch (ApiException e) {
                            tx.later(insert("c"));
                          }
                          return true;
                        }))
            .isInstanceOf(ApiException.class);
        assertThat(proxy.disarm()).isTrue();
      }
      assertThat(written()).isEmpty();
    }
  }

  @Test
  void aStatementThatWaitedAndFailsLeavesNothing() {
    try (var database = Database.open(gate)) {
      var failure =
          catchThrowableOfType(
              ApiException.class,
              () ->
                  database.<Boolean>transaction(
                      MEMBER,
                      Access.WRITE,
                      tx -> {
                        tx.update(insert("a"));
                        tx.later(Statement.of("select 1 / 0"));
                        tx.later(insert("b"));
                        return true;
                      }));

      assertThat(failure.error())
          .isInstanceOfSatisfying(
              Failure.Database.class, f -> assertThat(f.sqlState()).isEqualTo("22012"));
    }
    assertThat(written()).isEmpty();
  }

  @Test
  void whatTheCommitRefusesLeavesNothing() {
    try (var database = Database.open(gate)) {
      assertThatThrownBy(
              () ->
                  database.<Boolean>transaction(
                      MEMBER,
                      Access.WRITE,
                      tx -> {
                        tx.later(insert("same"));
                        tx.later(insert("same"));
                        return true;
                      }))
          .isInstanceOf(ApiException.class);
      assertThat(number(database)).isZero();
    }
  }

  @Test
  void aSavepointTakesBackWhatWaitedSinceAndKeepsWhatWaitedBefore() {
    try (var database = Database.open(gate)) {
      var _ =
          database.<Boolean>transaction(
              MEMBER,
              Access.WRITE,
              tx -> {
                tx.later(insert("before"));
                var failed =
                    tx.step(
                        inner -> {
                          inner.later(insert("since"));
                          inner.update(Statement.of("select 1 / 0"));
                          return true;
                        });
                assertThat(failed).isInstanceOf(Outcome.Failed.class);
                var counted = new AtomicReference<Supplier<Integer>>();
                var _ =
                    tx.trial(
                        inner -> {
                          inner.later(insert("tried"));
                          counted.set(inner.later(COUNT, TransactionTest::number));
                          return true;
                        });
                assertThat(counted.get().get()).isEqualTo(2);
                assertThat(tx.attempt(Statement.of("select 1 / 0"))).isPresent();
                assertThat(tx.attempt(insert("attempted"))).isEmpty();
                tx.later(insert("after"));
                return true;
              });
    }
    assertThat(TestPostgres.value(superuser, "select string_agg(text, ',' order by id) from line"))
        .isEqualTo("before,attempted,after");
  }

  @Test
  void aTrialTellsWhatItsLastStatementsWouldComeTo() {
    try (var database = Database.open(gate)) {
      var outcomes =
          database.<List<Outcome<Boolean>>>transaction(
              MEMBER,
              Access.WRITE,
              tx -> List.of(tried(tx, insert("a")), tried(tx, Statement.of("select 1 / 0"))));

      assertThat(outcomes.getFirst()).isEqualTo(new Outcome.Answered<>(true));
      assertThat(outcomes.getLast()).isInstanceOf(Outcome.Failed.class);
    }
    assertThat(written()).isEmpty();
  }

  private static Outcome<Boolean> tried(Transaction tx, Statement waiting) {
    return tx.trial(
        inner -> {
          inner.later(waiting);
          return true;
        });
  }

  @Test
  void whatWaitedAndFailsAtASavepointIsNotForgiven() {
    try (var database = Database.open(gate)) {
      assertThatThrownBy(
              () ->
                  database.<Boolean>transaction(
                      MEMBER,
                      Access.WRITE,
                      tx -> {
                        tx.later(Statement.of("select 1 / 0"));
                        try {
                          tx.attempt(insert("a"));
                        } catch (ApiException e) {
                          // goes on
                        }
                        tx.later(insert("b"));
                        return true;
                      }))
          .isInstanceOf(ApiException.class);
    }
    assertThat(written()).isEmpty();
  }

  @Test
  void nothingIsSentOnceItHasEnded() {
    try (var database = Database.open(gate)) {
      var kept = new ArrayList<Transaction>();
      var answers = new ArrayList<Supplier<Integer>>();
      var _ = database.<Boolean>transaction(MEMBER, Access.WRITE, kept::add);
      var _ =
          database.<Boolean>transaction(
              MEMBER,
              Access.WRITE,
              tx -> {
                tx.update(insert("a"));
                answers.add(tx.later(COUNT, TransactionTest::number));
                return kept.add(tx);
              });

      for (var ended : kept) {
        assertThatThrownBy(() -> ended.update(insert("b")))
            .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ended.later(insert("b")))
            .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ended.scan(COUNT, 1, TransactionTest::number))
            .isInstanceOf(IllegalStateException.class);
      }
      assertThat(answers.getFirst().get()).isEqualTo(1);
    }
    assertThat(written()).isEqualTo("begun_member kari");
  }

  @Test
  void rowsAreReadInPortionsAsTheActor() {
    try (var database = Database.open(gate)) {
      var _ =
          database.<Boolean>transaction(
              MEMBER,
              Access.READ,
              tx -> {
                var who =
                    tx.scan(
                        Statement.of("select current_user from generate_series(1, 10)"),
                        2,
                        rows -> {
                          int count = 0;
                          while (rows.next()) {
                            assertThat(rows.getString(1)).isEqualTo("begun_member");
                            count++;
                          }
                          return count;
                        });
                assertThat(who).isEqualTo(10);
                return true;
              });
    }
  }

  /// Writes two lines, each whatever became of the other, as no code should; returns how many it
  /// could.
  private static int writeRegardless(Transaction tx, int round) {
    var line = "insert into line (round, text) values (?, gen_random_uuid()::text)";
    int written = 0;
    for (int i = 0; i < 2; i++) {
      try {
        written += tx.update(Statement.of(line, round));
      } catch (ApiException e) {
        // goes on
      }
    }
    return written;
  }

  private static List<Long> counts(
      CountingProxy proxy, Database database, List<Function<Transaction, Object>> works) {
    assertThat(number(database)).isNotNegative();
    var counts = new ArrayList<Long>();
    for (var work : works) {
      long before = proxy.roundTrips();
      try {
        var _ = database.transaction(MEMBER, Access.WRITE, work::apply);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("the work fails");
      }
      counts.add(proxy.roundTrips() - before);
    }
    return counts;
  }

  private static Statement insert(String text) {
    return Statement.of("insert into line (text) values (?)", text);
  }

  private static int number(Database database) {
    return database.exchange(MEMBER, Access.READ, COUNT, TransactionTest::number);
  }

  private static int number(ResultSet rows) throws SQLException {
    rows.next();
    return rows.getInt(1);
  }

  private static String written() {
    return String.valueOf(TestPostgres.value(superuser, WRITTEN));
  }

  private static int port() {
    return URI.create(gate.url().substring("jdbc:".length())).getPort();
  }

  private static CountingProxy counting() throws IOException {
    return CountingProxy.to(port());
  }

  private static Database through(int port) {
    return Database.open(
        new Login(
            gate.url().replaceFirst(":\\d+/", ":" + port + "/"),
            gate.user(),
            gate.password(),
            1,
            Duration.ofSeconds(5)));
  }
}
