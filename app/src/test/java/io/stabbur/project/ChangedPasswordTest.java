package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Somebody gives a role of the embedded Postgres another password with SQL.
@Tag("nightly")
class ChangedPasswordTest {
  private static final ListAppender<ILoggingEvent> SAID = new ListAppender<>();

  private static List<String> saidOfPasswords() {
    return SAID.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(text -> text.contains("password"))
        .toList();
  }

  /// How often the kept passwords are hashed.
  private static List<Integer> iterations(TestServer server) {
    var url = server.project().admin().login().url();
    var superuser =
        new Login(
            url,
            EmbeddedPostgres.SUPERUSER,
            server.project().keys().superuserPassword(),
            1,
            Duration.ofSeconds(10));
    try (var database = Database.open(superuser)) {
      return database.transaction(
          Actor.of(EmbeddedPostgres.SUPERUSER),
          Access.READ,
          tx ->
              tx.list(
                  Statement.of(
                      "select substring(rolpassword from '\\$(\\d+):')::int from pg_authid where rolpassword is not null"),
                  row -> row.getInt(1)));
    }
  }

  @Test
  void theNextStartSaysWhereItIsChosenAndServes() {
    var log = (Logger) LoggerFactory.getLogger(RolePassword.class);
    SAID.start();
    log.addAppender(SAID);
    var folder = TestServer.newFolder();
    var settings = Map.<String, Object>of("stabbur.data", folder.toString());
    try {
      try (var server = TestServer.start(settings)) {
        assertThat(saidOfPasswords()).isEmpty();
        assertThat(iterations(server)).containsOnly(1);
        server
            .project()
            .admin()
            .transaction(
                Actor.of("postgres"),
                Access.WRITE,
                tx -> tx.update(Statement.of("alter user postgres password 'mine'")));
      }

      try (var server = TestServer.start(settings)) {
        assertThat(saidOfPasswords())
            .singleElement()
            .asString()
            .contains("role postgres", "admin-password")
            .doesNotContain("mine");
        assertThat(Http.get(server.url() + "/health").statusCode()).isEqualTo(200);
      }

      SAID.list.clear();
      var chosen =
          Map.<String, Object>of(
              "stabbur.data",
              folder.toString(),
              "stabbur.projects.default.admin-password",
              "a password of their own");
      try (var server = TestServer.start(chosen)) {
        assertThat(server.project().admin().login().password().reveal())
            .isEqualTo("a password of their own");
        // somebody may guess what a person has chosen
        assertThat(iterations(server)).containsOnly(1, 4096);
        assertThat(Http.get(server.url() + "/health").statusCode()).isEqualTo(200);
      }
    } finally {
      log.detachAppender(SAID);
      DataFolders.delete(folder);
    }
  }
}
