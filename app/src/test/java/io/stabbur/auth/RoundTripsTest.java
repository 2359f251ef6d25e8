package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.CountingProxy;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// How often requests of the Auth API wait for Postgres, in a project without tables of its own.
class RoundTripsTest {
  private static final int REQUESTS = 15;
  private static final int MOST_REQUESTS = 150;
  private static final InstalledPostgres POSTGRES = InstalledPostgres.start();
  private static CountingProxy wire;
  private static TestServer server;
  private static AuthClient client;

  @BeforeAll
  static void start() throws IOException {
    wire = CountingProxy.to(POSTGRES.port());
    server =
        TestServer.start(
            Map.of(
                "stabbur.projects.default.database-url",
                POSTGRES.databaseUrl().replace(":" + POSTGRES.port(), ":" + wire.port()),
                "stabbur.migrate",
                false,
                "stabbur.auth.password.cost",
                4,
                // the allowances of several processes are a round trip of their own
                "stabbur.auth.limits.token",
                0));
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    wire.close();
    POSTGRES.close();
  }

  @Test
  void anAccountIsReadInOne() {
    var self = client.as(client.signUp(AuthClient.newEmail()).text("access_token"));

    require(1, () -> self.get("/user"));
  }

  @Test
  void aSessionIsRefreshedInTwo() {
    require(2, refreshing());
  }

  /// The password is compared after the first, while no connection is held.
  @Test
  void aSignInIsFour() {
    require(4, signingIn());
  }

  @Test
  void aHookInTheDatabaseIsTwoMore() {
    TestPostgres.execute(
        POSTGRES.superuser(),
        """
        create function public.custom_access_token_hook(event jsonb) returns jsonb
          language sql as 'select event';
        """);
    try {
      require(4, refreshing());
      require(6, signingIn());
    } finally {
      TestPostgres.execute(
          POSTGRES.superuser(), "drop function public.custom_access_token_hook(jsonb)");
    }
  }

  private static Supplier<AuthClient.Answer> refreshing() {
    var token = new AtomicReference<>(client.signUp(AuthClient.newEmail()).text("refresh_token"));
    return () -> {
      var answer = client.refresh(token.get());
      token.set(answer.text("refresh_token"));
      return answer;
    };
  }

  private static Supplier<AuthClient.Answer> signingIn() {
    var email = AuthClient.newEmail();
    client.signUp(email);
    return () -> client.signIn(email);
  }

  /// Fewest of many: other parts of the server speak to the database meanwhile, and on a machine
  /// that is busy most requests have some of it beside them.
  private static void require(long roundTrips, Supplier<AuthClient.Answer> request) {
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < REQUESTS || (fewest > roundTrips && i < MOST_REQUESTS); i++) {
      long before = wire.roundTrips();
      assertThat(request.get().status()).isEqualTo(200);
      fewest = Math.min(fewest, wire.roundTrips() - before);
    }
    assertThat(fewest).isEqualTo(roundTrips);
  }
}
