package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.CountingProxy;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A project on a Postgres that Stabbur did not start, reached over a wire on which exchanges are
/// counted.
class DedicatedProjectTest {
  private static final String USER = "0b0d4f6e-6d4c-4a55-8f0e-1f0d2f3c4b5a";

  @Test
  void everyDataRequestIsOneExchangeWithPostgres() throws IOException {
    var home = TestServer.shared().project();
    var database = URI.create(home.api().login().url().substring("jdbc:".length()));
    try (var wire = CountingProxy.to(database.getPort());
        var server =
            TestServer.start(
                Map.of(
                    "stabbur.projects.default.database-url",
                    "postgresql://127.0.0.1:" + wire.port() + "/postgres",
                    "stabbur.projects.default.admin-password",
                    home.keys().databasePassword().reveal(),
                    "stabbur.projects.default.master-key",
                    home.keys().masterKey().reveal(),
                    "stabbur.projects.default.api-password",
                    home.keys().apiPassword().reveal(),
                    "stabbur.projects.default.api-connections",
                    1))) {
      var requests =
          new String[] {
            "/rest/v1/activities?select=id,title&order=occurred_at.desc&limit=10",
            "/rest/v1/activities?select=id&status=eq.submitted",
            "/rest/v1/organizations?select=*",
          };
      for (var request : requests) {
        ask(server, request);
      }

      // background work uses the same wire now and then
      long fewest = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = wire.roundTrips();
        for (var request : requests) {
          assertThat(ask(server, request)).as(request).isEqualTo(200);
        }
        fewest = Math.min(fewest, wire.roundTrips() - before);
      }

      assertThat(fewest).isEqualTo(requests.length);
    }
  }

  private static int ask(TestServer server, String path) {
    return Http.get(
            server.url() + path,
            "apikey",
            server.project().keys().publishableKey().reveal(),
            "Authorization",
            "Bearer " + Tokens.of(server.project(), "authenticated", USER))
        .statusCode();
  }
}
