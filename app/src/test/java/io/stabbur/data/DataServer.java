package io.stabbur.data;

import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
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
      shared = AtExit.close(start());
    }
    return shared;
  }

  /// A server of one's own with the same library, for what others must not notice.
  static TestServer start() {
    var server =
        TestServer.start(
            Map.of(
                "stabbur.rest.schemas",
                "shelf,annex",
                "stabbur.rest.tx-end",
                "commit-allow-override",
                "stabbur.rest.large-body",
                100_000,
                "stabbur.rest.max-rows",
                0,
                "stabbur.projects.default.api-connections",
                10,
                "stabbur.projects.default.connection-wait",
                "2s"));
    TestPostgres.execute(server.project().admin().login(), SqlFile.of(DataServer.class, "shelf"));
    return server;
  }

  /// Runs something while clients may ask for execution plans.
  static void withPlans(Runnable asked) {
    var admin = shared().project().admin().login();
    TestPostgres.execute(
        admin,
        "alter role authenticator set pgrst.db_plan_enabled = 'true'; notify pgrst, 'reload"
            + " config'");
    try {
      awaitPlans(200);
      asked.run();
    } finally {
      TestPostgres.execute(
          admin,
          "alter role authenticator reset pgrst.db_plan_enabled; notify pgrst, 'reload config'");
      awaitPlans(406);
    }
  }

  private static void awaitPlans(int status) {
    var url = rest() + "/labels";
    for (var i = 0; i < 100; i++) {
      var answer = Http.get(url, "apikey", anonKey(), "Accept", "application/vnd.pgrst.plan+json");
      if (answer.statusCode() == status) {
        return;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError("plans are not answered with " + status);
  }

  static String rest() {
    return shared().url() + "/rest/v1";
  }

  static String anonKey() {
    return shared().project().keys().anonKey().reveal();
  }
}
