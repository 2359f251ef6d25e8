package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.DatabaseCheck.Finding;
import io.stabbur.project.DatabaseCheck.Weight;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What is told of a Postgres before it becomes a project's.
class DatabaseCheckTest {
  private static final InstalledPostgres SERVER = InstalledPostgres.start("max_connections = 30");

  @BeforeAll
  static void makeAnOwner() throws SQLException {
    sql("create role house login createrole password 'house'");
    sql("create database house owner house");
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void aSuperusersDatabaseIsFineButForWhatItsSystemLacks() {
    var findings =
        check(SERVER.superuser().user(), SERVER.superuser().password().reveal(), "postgres");

    assertThat(words(findings, Weight.MISSING)).isEmpty();
    assertThat(words(findings, Weight.FINE))
        .contains(
            "Postgres 15",
            "it can be written to",
            "changes of rows can be read (wal_level is logical)");
    assertThat(words(findings, Weight.LACKING))
        .anySatisfy(
            each -> assertThat(each).contains("pg_net").contains("all works but migrations"))
        .anySatisfy(each -> assertThat(each).contains("pg_stat_statements is not in shared"));
  }

  @Test
  void anOwnerWithoutSuperuserIsToldWhatIsMissingAndWhatWorksWithoutIt() {
    var findings = check("house", "house", "house");

    assertThat(words(findings, Weight.MISSING))
        .singleElement()
        .asString()
        .contains("anon, authenticated, authenticator, service_role")
        .contains("only a superuser can make");
    assertThat(words(findings, Weight.LACKING))
        .anySatisfy(
            each ->
                assertThat(each)
                    .contains("may not read the replication stream: everything works but changes"))
        .anySatisfy(each -> assertThat(each).contains("grant pg_read_all_stats"));
  }

  @Test
  void whatCannotBeReachedIsSaidInOneSentence() {
    assertThat(only("house", "wrong", "house")).contains("refuses the password of this user");
    assertThat(only("house", "house", "nothing")).contains("no database of this name");
    assertThat(
            only(DatabaseUrl.parse("postgresql://a:b@127.0.0.1:" + TestServer.freePort() + "/x")))
        .contains("Nothing listens at this host and port");
    assertThat(only(DatabaseUrl.parse("postgresql://a:b@db.invalid/x")))
        .contains("The host of the address is not known");
    assertThat(
            only(
                DatabaseUrl.parse(
                    "postgresql://house:house@127.0.0.1:%d/house?sslmode=require"
                        .formatted(SERVER.port()))))
        .contains("speaks no TLS");
  }

  @Test
  void aWrongPasswordOfTheApiNamesItsSetting() {
    var wrong =
        new Login(
            "jdbc:postgresql://127.0.0.1:%d/house".formatted(SERVER.port()),
            "house",
            Secret.of("wrong"),
            1,
            SERVER.superuser().patience());
    assertThatThrownBy(
            () -> DatabaseCheck.requirePassword(wrong, "stabbur.projects.default.api-password"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("refuses the password of the role house")
        .hasMessageContaining("set stabbur.projects.default.api-password");
  }

  @Test
  void aReadOnlyDatabaseCannotBecomeAProject() throws SQLException {
    sql("create role reader login password 'reader'");
    sql("alter role reader set default_transaction_read_only = on");

    assertThat(words(check("reader", "reader", "house"), Weight.MISSING))
        .anySatisfy(each -> assertThat(each).contains("read-only, perhaps a standby"));
  }

  private static String only(String user, String password, String database) {
    return check(user, password, database).getFirst().words();
  }

  private static String only(DatabaseUrl url) {
    var findings = DatabaseCheck.of(url);
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().weight()).isEqualTo(Weight.MISSING);
    return findings.getFirst().words();
  }

  private static List<Finding> check(String user, String password, String database) {
    return DatabaseCheck.of(
        new DatabaseUrl(
            "jdbc:postgresql://127.0.0.1:%d/%s".formatted(SERVER.port(), database),
            user,
            Secret.of(password)));
  }

  private static List<String> words(List<Finding> findings, Weight weight) {
    return findings.stream()
        .filter(finding -> finding.weight() == weight)
        .map(Finding::words)
        .toList();
  }

  private static void sql(String text) throws SQLException {
    var login = SERVER.superuser();
    try (var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var statement = connection.createStatement()) {
      statement.execute(text);
    }
  }
}
