package io.stabbur.console;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.TestServer;
import java.time.Duration;

/// A database that takes no connections until this is closed.
record ClosedDatabase(TestServer server, String database) implements AutoCloseable {
  static ClosedDatabase now(TestServer server, String database) {
    var closed = new ClosedDatabase(server, database);
    closed.allow(false);
    return closed;
  }

  private void allow(boolean allowed) {
    var project = server.project();
    var url = project.admin().login().url().replaceFirst("/postgres(\\?|$)", "/template1$1");
    var login =
        new Login(
            url,
            EmbeddedPostgres.SUPERUSER,
            Secret.of(project.keys().superuserPassword().reveal()),
            1,
            Duration.ofSeconds(10));
    try (var superuser = Database.open(login.inCatalogOnly())) {
      superuser.transaction(
          Actor.of(EmbeddedPostgres.SUPERUSER),
          Access.WRITE,
          tx -> {
            tx.update(
                Statement.of(
                    "update pg_database set datallowconn = ? where datname = ?",
                    allowed,
                    database));
            return tx.list(
                Statement.of(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = ?"
                        + " and not ?",
                    database,
                    allowed),
                _ -> true);
          });
    }
  }

  @Override
  public void close() {
    allow(true);
  }
}
