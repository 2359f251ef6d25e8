package io.stabbur.data;

import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One server with the library of `shelf.sql`, shared by the tests of the data API. Requests that
/// change rows ask for a rollback, so that every test finds the rows as they were.
final class DataServer {
  private static @Nullable TestServer shared;

  private DataServer() {}

  static synchronized TestServer shared() {
    if (shared == null) {
      var server =
          TestServer.start(
              Map.of(
                  "stabbur.rest.schemas", "shelf,annex",
                  "stabbur.rest.tx-end", "commit-allow-override",
                  "stabbur.rest.large-body", 100_000,
                  "stabbur.projects.default.api-connections", 10,
                  "stabbur.projects.default.connection-wait", "2s"));
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      TestPostgres.execute(server.project().admin().login(), SqlFile.of(DataServer.class, "shelf"));
      shared = server;
    }
    return shared;
  }

  static String rest() {
    return shared().url() + "/rest/v1";
  }

  static String anonKey() {
    return shared().project().keys().anonKey().reveal();
  }
}
