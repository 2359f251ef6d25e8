package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
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

  @Test
  void theNextStartSaysWhereItIsChosenAndServes() {
    var log = (Logger) LoggerFactory.getLogger(ProjectOpener.class);
    SAID.start();
    log.addAppender(SAID);
    var folder = TestServer.newFolder();
    var settings = Map.<String, Object>of("stabbur.data", folder.toString());
    try {
      try (var server = TestServer.start(settings)) {
        assertThat(saidOfPasswords()).isEmpty();
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
        assertThat(Http.get(server.url() + "/health").statusCode()).isEqualTo(200);
      }
    } finally {
      log.detachAppender(SAID);
      DataFolders.delete(folder);
    }
  }
}
