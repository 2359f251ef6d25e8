package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestPostgres;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What functions leave in a session, as a cache for example, does not reach the next user of the
/// connection: it may be another person's.
class SessionStateTest {
  private static final Actor KARI = member("kari");
  private static final Actor NILS = member("nils");
  private static final Statement KEPT_IN_SETTING = Statement.of("select kept_in_setting()");
  private static final Statement KEPT_IN_TABLE = Statement.of("select kept_in_table()");
  private static final Statement KEPT_IN_CURSOR = Statement.of("select kept_in_cursor()");
  private static Login superuser;
  private static Login gate;

  /// The ways in which the pool runs statements.
  enum Way {
    EXCHANGE_READ,
    EXCHANGE_WRITE,
    TRANSACTION_READ,
    TRANSACTION_WRITE,
    EACH;

    boolean isRead() {
      return this != EXCHANGE_WRITE && this != TRANSACTION_WRITE;
    }

    String ask(Database database, Actor actor, Statement statement) {
      return switch (this) {
        case EXCHANGE_READ ->
            database.exchange(actor, Access.READ, statement, SessionStateTest::text);
        case EXCHANGE_WRITE ->
            database.exchange(actor, Access.WRITE, statement, SessionStateTest::text);
        case TRANSACTION_READ ->
            database.transaction(
                actor, Access.READ, tx -> tx.query(statement, SessionStateTest::text));
        case TRANSACTION_WRITE ->
            database.transaction(
                actor, Access.WRITE, tx -> tx.query(statement, SessionStateTest::text));
        case EACH -> {
          var ask = new Ask<String>(actor, statement, SessionStateTest::text);
          var outcomes = database.readEach(Share.APPLIANCE, List.of(ask, ask, ask, ask));
          yield ((Outcome.Answered<String>) outcomes.getFirst()).value();
        }
      };
    }
  }

  @BeforeAll
  static void schema() {
    superuser = TestPostgres.newDatabase();
    TestPostgres.execute(
        superuser,
        """
        create role state_member;
        create role state_gate login noinherit;
        grant state_member to state_gate;
        create function who() returns text language sql stable as
          $$ select current_setting('request.jwt.claims') $$;
        create function kept_in_setting() returns text language sql as
          $$ select coalesce(nullif(current_setting('app.who', true), ''),
               set_config('app.who', who(), false)) $$;
        create function kept_in_table() returns text language plpgsql as $$ begin
          create temp table if not exists kept as select who() as who;
          return (select who from kept);
        end $$;
        create function kept_in_cursor() returns text language plpgsql as $$
        declare found text; held refcursor := 'held';
        begin
          if not exists (select from pg_cursors where name = 'held') then
            execute 'declare held scroll cursor with hold for select who()';
          end if;
          fetch first from held into found;
          return found;
        end $$;
        create function runs(statement text) returns text language plpgsql as $$ begin
          execute statement;
          return 'done';
        end $$
        """);
    gate = TestPostgres.as("state_gate", superuser);
  }

  @AfterAll
  static void roles() {
    TestPostgres.execute(
        superuser, "drop owned by state_member; drop role state_gate, state_member");
  }

  private static Actor member(String name) {
    return Actor.of("state_member").with("request.jwt.claims", name);
  }

  /// One connection, so that each takes over that of the one before.
  private static Database open() {
    return open(gate);
  }

  private static Database open(Login login) {
    return Database.open(
        new Login(login.url(), login.user(), login.password(), 1, Duration.ofSeconds(5))
            .withStatementTimeout(Duration.ofSeconds(20)));
  }

  private static String text(ResultSet rows) throws SQLException {
    assertThat(rows.next()).isTrue();
    return String.valueOf(rows.getString(1));
  }

  @ParameterizedTest
  @EnumSource
  void aSettingEndsWithItsTransaction(Way way) {
    try (var database = open()) {
      assertThat(way.ask(database, KARI, KEPT_IN_SETTING)).isEqualTo("kari");
      assertThat(way.ask(database, NILS, KEPT_IN_SETTING)).isEqualTo("nils");
    }
  }

  @ParameterizedTest
  @EnumSource(names = ".*WRITE", mode = EnumSource.Mode.MATCH_ALL)
  void soDoTemporaryTablesAndCursors(Way way) {
    try (var database = open()) {
      for (var kept : List.of(KEPT_IN_TABLE, KEPT_IN_CURSOR)) {
        assertThat(way.ask(database, KARI, kept)).isEqualTo("kari");
        assertThat(way.ask(database, NILS, kept)).isEqualTo("nils");
        assertThat(way.ask(database, KARI, kept)).isEqualTo("kari");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = ".*WRITE", mode = EnumSource.Mode.MATCH_ALL)
  void soDoSettingsOfPostgresAndTheRoleAndChannels(Way way) {
    try (var database = open()) {
      for (var statement :
          List.of(
              "set session role state_member",
              "set session search_path = elsewhere",
              "set session characteristics as transaction read only",
              "set session statement_timeout = 1",
              "set session application_name = 'kari'",
              "listen kari")) {
        way.ask(database, KARI, Statement.of("select runs(?)", statement));
        assertThat(session(database)).as(statement).isEqualTo(ofNewSession());
      }
    }
  }

  @Test
  void theNameInTheAddressStays() {
    try (var database = open(gate.at(gate.url() + "?ApplicationName=it's%20ours"))) {
      Way.EXCHANGE_WRITE.ask(database, KARI, KEPT_IN_SETTING);
      assertThat(session(database)).contains(" it's ours ");
    }
  }

  /// What a session has that nobody used.
  private static String ofNewSession() {
    try (var fresh = open()) {
      return session(fresh);
    }
  }

  static String session(Database database) {
    try (var lease = database.lease(Share.APPLIANCE);
        var statement = lease.connection().createStatement();
        var rows =
            statement.executeQuery(
                "select concat_ws(' ', current_role, current_setting('search_path'),"
                    + " current_setting('default_transaction_read_only'),"
                    + " current_setting('statement_timeout'), current_setting('application_name'),"
                    + " current_setting('extra_float_digits'), current_setting('TimeZone'),"
                    + " current_setting('DateStyle'), current_setting('IntervalStyle'),"
                    + " current_setting('client_encoding'),"
                    + " current_setting('log_parameter_max_length'),"
                    + " (select count(*) from pg_listening_channels()))")) {
      return text(rows);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLockEndsAtTheLatestWhenTheConnectionIsUsedAgain(Way way) {
    try (var database = open();
        var other = open()) {
      way.ask(database, KARI, Statement.of("select pg_advisory_lock(42)::text"));
      if (way.isRead()) {
        way.ask(database, NILS, Statement.of("select who()"));
      }
      assertThat(
              Way.EXCHANGE_READ.ask(
                  other, NILS, Statement.of("select pg_try_advisory_lock(42)::text")))
          .isEqualTo("true");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"select 1 / 0", "select pg_sleep(30)"})
  void nothingIsLeftAfterAFailureOrACancellation(String end) throws Exception {
    try (var database = open();
        var admin = Database.open(superuser)) {
      for (var access : Access.values()) {
        var running =
            CompletableFuture.runAsync(
                () ->
                    database.transaction(
                        KARI,
                        access,
                        tx -> {
                          tx.query(KEPT_IN_SETTING, SessionStateTest::text);
                          if (access == Access.WRITE) {
                            tx.query(KEPT_IN_TABLE, SessionStateTest::text);
                          }
                          return tx.query(Statement.of(end), SessionStateTest::text);
                        }));
        if (end.contains("sleep")) {
          cancelSleeper(admin);
        }
        assertThatThrownBy(running::join).hasCauseInstanceOf(ApiException.class);
        assertThat(Way.EXCHANGE_READ.ask(database, NILS, KEPT_IN_SETTING)).isEqualTo("nils");
        assertThat(Way.EXCHANGE_WRITE.ask(database, NILS, KEPT_IN_TABLE)).isEqualTo("nils");
      }
    }
  }

  private static void cancelSleeper(Database admin) {
    var cancel =
        Statement.of(
            "select coalesce(bool_or(pg_cancel_backend(pid)), false)::text from pg_stat_activity"
                + " where usename = 'state_gate' and wait_event = 'PgSleep'");
    Await.until(
        "the sleeper is cancelled",
        () -> Way.EXCHANGE_READ.ask(admin, Actor.of(superuser.user()), cancel).equals("true"));
  }

  @ParameterizedTest
  @EnumSource(names = ".*WRITE", mode = EnumSource.Mode.MATCH_ALL)
  void aRightThatIsWithdrawnFailsNoWrite(Way way) {
    var rights = " set on parameter log_min_messages, log_parameter_max_length ";
    TestPostgres.execute(superuser, "grant" + rights + "to state_gate");
    try (var database = open()) {
      assertThat(way.ask(database, KARI, KEPT_IN_SETTING)).isEqualTo("kari");
      TestPostgres.execute(superuser, "revoke" + rights + "from state_gate");
      assertThat(way.ask(database, NILS, KEPT_IN_SETTING)).isEqualTo("nils");
    } finally {
      TestPostgres.execute(superuser, "revoke" + rights + "from state_gate");
    }
  }

  /// The transaction has ended well and what follows it is cut short.
  @Test
  void whatACommitLeftBehindAFailureEndsToo() throws SQLException {
    try (var database = open()) {
      try (var lease = database.lease(Share.APPLIANCE)) {
        try (var statement = lease.connection().createStatement()) {
          statement.execute("select set_config('app.who', 'kari', false)");
          statement.execute("create temp table kept as select 'kari' as who");
        }
        lease.rollback();
      }
      assertThat(Way.EXCHANGE_READ.ask(database, NILS, KEPT_IN_SETTING)).isEqualTo("nils");
      assertThat(Way.EXCHANGE_WRITE.ask(database, NILS, KEPT_IN_TABLE)).isEqualTo("nils");
    }
  }

  @Test
  void statementsOfOursStayPrepared() {
    var prepared =
        Statement.of("select count(*)::text from pg_prepared_statements where not from_sql");
    try (var database = open()) {
      Way.EXCHANGE_WRITE.ask(database, KARI, KEPT_IN_TABLE);
      Way.EXCHANGE_WRITE.ask(database, KARI, prepared);
      var before = Way.EXCHANGE_WRITE.ask(database, KARI, prepared);
      Way.EXCHANGE_WRITE.ask(database, NILS, KEPT_IN_TABLE);
      assertThat(Way.EXCHANGE_WRITE.ask(database, NILS, prepared)).isEqualTo(before);
    }
  }

  @Test
  void aConstraintThatWaitsForTheCommitSeesWhoseTransactionItIs() {
    TestPostgres.execute(
        superuser,
        """
        create table written (who text);
        create table seen (who text);
        grant insert, select on written, seen to state_member;
        create function note_writer() returns trigger language plpgsql as $$ begin
          insert into seen values (who()); return null;
        end $$;
        create constraint trigger late after insert on written initially deferred
          for each row execute function note_writer()\
        """);
    try (var database = open()) {
      var write = Statement.of("insert into written values (who()) returning who");
      assertThat(Way.EXCHANGE_WRITE.ask(database, KARI, write)).isEqualTo("kari");
      assertThat(Way.TRANSACTION_WRITE.ask(database, NILS, write)).isEqualTo("nils");
      var seen = Statement.of("select string_agg(who, ' ' order by who) from seen");
      assertThat(Way.EXCHANGE_READ.ask(database, KARI, seen)).isEqualTo("kari nils");
    }
  }
}
