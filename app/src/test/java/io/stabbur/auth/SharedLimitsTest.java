package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.guard.SharedAllowances;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Two processes of one project share what an address may ask for.
class SharedLimitsTest {
  private static final int MOST = 6;

  /// A process on the database and with the keys of another server.
  private static TestServer process(TestServer home) {
    var project = home.project();
    var login = project.admin().login();
    var settings =
        new HashMap<String, Object>(
            Map.of(
                "stabbur.projects.default.database-url",
                login.url(),
                "stabbur.projects.default.admin-user",
                login.user(),
                "stabbur.projects.default.admin-password",
                login.password().reveal(),
                "stabbur.projects.default.api-password",
                project.keys().apiPassword().reveal(),
                "stabbur.projects.default.master-key",
                project.keys().masterKey().reveal(),
                "stabbur.projects.default.jwt-secret",
                project.keys().jwtSecret().reveal(),
                "stabbur.projects.default.admin-connections",
                2,
                "stabbur.auth.limits.token",
                MOST));
    return TestServer.start(settings);
  }

  private static int signIn(TestServer server) {
    return Http.post(
            server.url() + "/auth/v1/token?grant_type=password",
            "{\"email\": \"nobody@people.example\", \"password\": \"wrong\"}",
            "apikey",
            server.project().keys().anonKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  @Test
  void anAddressHasOneAllowanceForAllProcesses() {
    var home = TestServer.shared();
    try (var one = process(home);
        var other = process(home)) {
      var answers =
          IntStream.range(0, 2 * MOST).mapToObj(n -> signIn(n % 2 == 0 ? one : other)).toList();

      assertThat(answers.subList(0, MOST)).containsOnly(400);
      assertThat(answers.subList(MOST, 2 * MOST)).containsOnly(429);
      assertThat(names(home)).hasValueSatisfying(name -> assertThat(name).matches("[0-9a-f]{64}"));
    }
  }

  @Test
  void whoHoldsAllConnectionsOfTheProjectIsAnswered() {
    try (var one = process(TestServer.shared())) {
      var admin = one.project().admin();
      var actor = Actor.of(admin.login().user());
      var allowances = SharedAllowances.of(one.project());
      var share = Share.of(Share.Lane.ANONYMOUS, "here");

      boolean taken =
          admin.transaction(
              actor,
              Access.READ,
              _ ->
                  admin.transaction(
                      actor,
                      Access.READ,
                      _ -> allowances.take(share, "nested", 1, Duration.ofHours(1))));

      assertThat(taken).isTrue();
      assertThat(allowances.take(share, "nested", 1, Duration.ofHours(1))).isFalse();
    }
  }

  /// What the database keeps of the address.
  private static Optional<String> names(TestServer home) {
    var admin = home.project().admin();
    return admin.transaction(
        Actor.of(admin.login().user()),
        Access.READ,
        tx ->
            tx.first(Statement.of("select name from stabbur.allowances"), row -> row.getString(1)));
  }
}
