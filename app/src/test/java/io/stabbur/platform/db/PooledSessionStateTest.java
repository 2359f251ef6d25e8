package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.TransactionPooler;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// As [SessionStateTest], behind PgBouncer in transaction mode, whose one session of the server all
/// transactions share.
@Tag("nightly")
class PooledSessionStateTest {
  private static final InstalledPostgres POSTGRES =
      InstalledPostgres.startAs(EmbeddedPostgres.SUPERUSER);

  private static final Statement WRITE = Statement.of("insert into line default values");

  @BeforeAll
  static void prepare() {
    TestPostgres.execute(
        POSTGRES.superuser(),
        """
        alter database postgres set timezone = 'Asia/Tokyo';
        alter database postgres set datestyle = 'German';
        alter database postgres set client_encoding = 'LATIN1';
        create role gate login;
        create role visitor;
        grant visitor to gate;
        create table line (
          id int generated always as identity,
          who text default current_user || ' ' || current_setting('request.jwt.claims', true));
        grant select, insert on line to visitor, gate;
        create function kept_in_setting() returns text language sql as
          $$ select coalesce(nullif(current_setting('app.who', true), ''),
               set_config('app.who', current_setting('request.jwt.claims'), false)) $$;
        create function kept_in_table() returns text language plpgsql as $$ begin
          create temp table if not exists kept as select current_setting('request.jwt.claims') as who;
          return (select who from kept);
        end $$\
        """);
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  /// The login may write to the table itself, so that a statement outside of the transaction would
  /// be seen.
  @Test
  void transactionsBeginWithTheirFirstStatementAndNothingRunsWhereTheyDidNot() {
    withPooler(
        database -> {
          var faults =
              List.of(
                  Actor.of("nobody"),
                  Actor.of("visitor").with("statement_timeout", "soon"),
                  Actor.of("visitor").checkedBy(Statement.of("1 / 0")));
          for (var who : List.of("kari", "nils")) {
            var actor = Actor.of("visitor").with("request.jwt.claims", who);
            assertThat(database.<Boolean>transaction(actor, Access.WRITE, this::write)).isTrue();
            for (var fault : faults) {
              assertThatThrownBy(
                      () ->
                          database.<Boolean>transaction(fault, Access.WRITE, this::writeRegardless))
                  .isInstanceOf(ApiException.class);
            }
          }
          assertThat(
                  TestPostgres.value(
                      POSTGRES.superuser(), "select string_agg(who, ',' order by id) from line"))
              .isEqualTo("visitor kari,visitor kari,visitor nils,visitor nils");
        });
  }

  private boolean write(Transaction tx) {
    var count =
        Statement.of(
            "select count(*) from line where who = current_user || ' ' ||"
                + " current_setting('request.jwt.claims')");
    tx.later(WRITE);
    var first = tx.later(count, rows -> rows.next() ? rows.getInt(1) : -1);
    assertThat(tx.first(count, row -> row.getInt(1))).contains(1);
    assertThat(first.get()).isEqualTo(1);
    tx.later(WRITE);
    return true;
  }

  private boolean writeRegardless(Transaction tx) {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> tx.update(WRITE)).isInstanceOf(ApiException.class);
    }
    return true;
  }

  @Test
  void nothingIsLeftForTheNextTransaction() {
    withPooler(
        database -> {
          var unused = SessionStateTest.session(database);
          for (var access : Access.values()) {
            for (var who : new String[] {"kari", "nils"}) {
              assertThat(ask(database, who, access, "select kept_in_setting()")).isEqualTo(who);
            }
          }
          for (var who : new String[] {"kari", "nils"}) {
            assertThat(ask(database, who, Access.WRITE, "select kept_in_table()")).isEqualTo(who);
          }
          assertThat(SessionStateTest.session(database)).isEqualTo(unused);
        });
  }

  private static void withPooler(Consumer<Database> work) {
    int port = TestServer.freePort();
    var options =
        new TransactionPooler.Options(Path.of("/usr/sbin/pgbouncer"), "127.0.0.1", port, 1);
    var address = "jdbc:postgresql://127.0.0.1:%d/postgres?sslmode=disable".formatted(port);
    try (var pooler =
            TransactionPooler.start(
                TestServer.newFolder(),
                options,
                POSTGRES.port(),
                EmbeddedPostgres.OS_USER,
                POSTGRES.superuser().password());
        var database =
            Database.open(TestPostgres.as("gate", POSTGRES.superuser()).pooled(address))) {
      assertThat(pooler).isNotNull();
      work.accept(database);
    }
  }

  private static String ask(Database database, String who, Access access, String sql) {
    var actor = Actor.of("visitor").with("request.jwt.claims", who);
    var statement = Statement.of("select (" + sql + ")");
    return database.exchange(actor, access, statement, PooledSessionStateTest::text);
  }

  private static String text(ResultSet rows) throws SQLException {
    assertThat(rows.next()).isTrue();
    return String.valueOf(rows.getString(1));
  }
}
