package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.TransactionPooler;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
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

  @Test
  void nothingIsLeftForTheNextTransaction() {
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
