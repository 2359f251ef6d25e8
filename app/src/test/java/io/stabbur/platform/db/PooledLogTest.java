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
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What reaches the log of a Postgres that writes down everything, behind PgBouncer in transaction
/// mode and at an address whose driver prepares nothing.
@Tag("nightly")
class PooledLogTest {
  private static final InstalledPostgres POSTGRES =
      InstalledPostgres.startAs(
          EmbeddedPostgres.SUPERUSER,
          "log_min_duration_statement = 0",
          "log_statement = 'all'",
          "log_duration = on");

  @BeforeAll
  static void prepare() {
    TestPostgres.execute(
        POSTGRES.superuser(),
        """
        create role gate login;
        grant set on parameter log_parameter_max_length, log_min_messages to gate;
        create role visitor;
        grant visitor to gate""");
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @Test
  void noValueReachesTheLogByWayOfAPooler() {
    int port = TestServer.freePort();
    try (var pooler =
            TransactionPooler.start(
                TestServer.newFolder(),
                new TransactionPooler.Options(Path.of("/usr/sbin/pgbouncer"), "127.0.0.1", port, 2),
                POSTGRES.port(),
                EmbeddedPostgres.OS_USER,
                POSTGRES.superuser().password());
        var database =
            Database.open(
                gate()
                    .pooled(
                        "jdbc:postgresql://127.0.0.1:%d/postgres?sslmode=disable"
                            .formatted(port)))) {
      assertThat(pooler).isNotNull();
      ask(database, "pooled");
    }
    assertThat(POSTGRES.log())
        .contains("pooled text")
        .doesNotContain("pooled value", "pooled claim");
  }

  @Test
  void noValueReachesTheLogWhereTheAddressPreparesNothing() {
    var login = gate();
    try (var database = Database.open(login.at(login.url() + "?prepareThreshold=0"))) {
      ask(database, "direct");
    }
    assertThat(POSTGRES.log())
        .contains("direct text")
        .doesNotContain("direct value", "direct claim");
  }

  private static Login gate() {
    return TestPostgres.as("gate", POSTGRES.superuser());
  }

  /// In each way that the pool asks.
  private static void ask(Database database, String word) {
    var actor = Actor.of("visitor").with("request.jwt.claims", word + " claim");
    var question = Statement.of("select '" + word + " text', ?::text", word + " value");
    var refused = Statement.of("select '" + word + " text', ?::text::int", word + " value");
    assertThat(database.exchange(actor, Access.READ, question, PooledLogTest::second))
        .isEqualTo(word + " value");
    assertThat(
            database.<Optional<String>>transaction(
                actor, Access.WRITE, tx -> tx.first(question, row -> row.getString(2))))
        .contains(word + " value");
    var ask = new Ask<>(actor, question, PooledLogTest::second);
    for (var outcome : database.readEach(actor.share(), List.of(ask, ask, ask, ask))) {
      assertThat(outcome).isEqualTo(new Outcome.Answered<>(word + " value"));
    }
    assertThatThrownBy(() -> database.exchange(actor, Access.READ, refused, PooledLogTest::second))
        .isInstanceOf(ApiException.class);
  }

  private static String second(ResultSet row) throws SQLException {
    assertThat(row.next()).isTrue();
    return String.valueOf(row.getString(2));
  }
}
