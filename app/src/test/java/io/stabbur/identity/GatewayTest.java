package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.Project;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayTest {
  private static final String USER = "7c6f2c1e-2f6b-4b6a-9d3c-0d7a1f0f8a11";
  private final TestServer server = TestServer.shared();
  private final Project project = server.project();
  private final String probe = server.url() + "/probe";

  @Test
  void withoutAKeyNobodyEnters() {
    var answer = Http.get(probe);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo("{\"message\":\"No API key found in request\"}");
  }

  @Test
  void everyKindOfKeyStandsForItsRole() {
    var keys = project.keys();

    assertThat(who(keys.anonKey().reveal())).isEqualTo("default anon false");
    assertThat(who(keys.publishableKey().reveal())).isEqualTo("default anon false");
    assertThat(who(keys.serviceRoleKey().reveal())).isEqualTo("default service_role false");
    assertThat(who(keys.secretKey().reveal())).isEqualTo("default service_role false");
    assertThat(Http.get(probe + "?apikey=" + keys.anonKey().reveal()).body())
        .isEqualTo("default anon false");
  }

  @Test
  void aKeyAsBearerIsTheKeyAgain() {
    var key = project.keys().publishableKey().reveal();

    assertThat(Http.get(probe, "apikey", key, "Authorization", "Bearer " + key).body())
        .isEqualTo("default anon false");
  }

  @Test
  void unknownKeysAreRefused() {
    for (var key :
        List.of(
            "nonsense",
            "sb_publishable_AAAAAAAAAAAAAAAAAAAAAA_00000000",
            "sb_secret_AAAAAAAAAAAAAAAAAAAAAA_00000000",
            Tokens.signed(
                "another secret of enough length....",
                "{\"alg\":\"HS256\"}",
                "{\"role\":\"service_role\"}"))) {
      var answer = Http.get(probe, "apikey", key);

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).isEqualTo("{\"message\":\"Invalid authentication credentials\"}");
    }
  }

  @Test
  void aTokenOutranksTheKeyAndReachesPostgres() {
    var answer = withToken("/database", Tokens.of(project, "authenticated", USER));

    assertThat(answer.body()).isEqualTo("authenticated " + USER);
  }

  @Test
  void forgedAndBrokenTokensAreRefused() {
    var secret = project.keys().jwtSecret().reveal();
    var good = Tokens.of(project, "authenticated", USER);
    var claims = "{\"role\":\"service_role\",\"sub\":\"" + USER + "\"}";
    var past = Instant.now().minusSeconds(600).getEpochSecond();
    var future = Instant.now().plusSeconds(600).getEpochSecond();
    for (var token :
        List.of(
            Tokens.part("{\"alg\":\"none\"}") + "." + Tokens.part(claims) + ".",
            Tokens.part("{\"alg\":\"None\"}") + "." + Tokens.part(claims) + ".",
            Tokens.signed("forged secret forged secret forged", "{\"alg\":\"HS256\"}", claims),
            Tokens.signed(secret, "{\"alg\":\"RS256\"}", claims),
            Tokens.signed(secret, "{\"alg\":\"ES256\",\"kid\":\"../../etc/passwd\"}", claims),
            Tokens.signed(secret, "{}", claims),
            Tokens.signed(
                secret, "{\"alg\":\"HS256\"}", "{\"role\":\"authenticated\",\"exp\":" + past + "}"),
            Tokens.signed(
                secret,
                "{\"alg\":\"HS256\"}",
                "{\"role\":\"authenticated\",\"nbf\":" + future + "}"),
            Tokens.signed(
                secret,
                "{\"alg\":\"HS256\"}",
                "{\"role\":\"authenticated\",\"iat\":" + future + "}"),
            Tokens.signed(
                secret, "{\"alg\":\"HS256\"}", "{\"role\":\"authenticated\",\"exp\":\"soon\"}"),
            Tokens.signed(secret, "{\"alg\":\"HS256\"}", "[1]"),
            good.substring(0, good.length() - 4) + "AAAA",
            good + ".x",
            "x.y",
            "ab.cd.ef")) {
      assertThat(withToken("", token).statusCode()).as(token).isEqualTo(401);
    }
  }

  @Test
  void aTokenThatExpiresIsRefusedEvenWhenItWasVerifiedBefore() {
    var exp = Instant.now().minusSeconds(28).getEpochSecond();
    var token =
        Tokens.signed(
            project.keys().jwtSecret().reveal(),
            "{\"alg\":\"HS256\"}",
            "{\"role\":\"authenticated\",\"exp\":" + exp + "}");

    assertThat(withToken("", token).statusCode()).isEqualTo(200);
    await(() -> withToken("", token).statusCode() == 401);
  }

  @Test
  void anUnknownRoleHasNoRights() {
    var answer = withToken("/database", Tokens.of(project, "supabase_admin", USER));

    assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
    assertThat(answer.body()).doesNotContain("supabase_admin");
  }

  /// wire: whatever the claim is counts as a name, as PostgREST reads it; only a token without the
  /// claim is anonymous.
  @Test
  void aMalformedRoleIsNotAnonymous() {
    for (var role : List.of("7", "null", "\"\"", "[\"anon\"]", "{}", "\"no\\\"such\"")) {
      var rows = bearing(role, "/rest/v1/organizations");
      assertThat(rows.statusCode()).as(role).isEqualTo(401);
      assertThat(rows.body()).as(role).contains("22023", "does not exist");
    }
    for (var role : List.of("7", "\"\"", "\"none\"", "\"\\u0000\"")) {
      for (var path :
          List.of("/rest/v1/organizations", "/storage/v1/bucket", "/storage/v1/object/a/b")) {
        assertThat(bearing(role, path).statusCode()).as(path + role).isBetween(400, 499);
      }
    }
  }

  private HttpResponse<String> bearing(String role, String path) {
    var token =
        Tokens.signed(
            project.keys().jwtSecret().reveal(),
            "{\"alg\":\"HS256\"}",
            "{\"role\":%s,\"exp\":%d}"
                .formatted(role, Instant.now().plusSeconds(60).getEpochSecond()));
    return Http.get(
        server.url() + path,
        "apikey",
        project.keys().anonKey().reveal(),
        "Authorization",
        "Bearer " + token);
  }

  @Test
  void secretKeysAreNotForBrowsersAndApps() {
    for (var agent :
        List.of(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36",
            "okhttp/4.12.0",
            "MyApp/1 CFNetwork/1494.0.7 Darwin/23.4.0",
            "Dalvik/2.1.0 (Linux; U; Android 14)")) {
      for (var key : List.of(project.keys().secretKey(), project.keys().serviceRoleKey())) {
        assertThat(Http.get(probe, "apikey", key.reveal(), "User-Agent", agent).statusCode())
            .as(agent)
            .isEqualTo(401);
      }
      assertThat(
              Http.get(
                      probe,
                      "apikey",
                      project.keys().publishableKey().reveal(),
                      "User-Agent",
                      agent)
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void answersCarryRequestIdAndTiming() {
    var key = project.keys().anonKey().reveal();

    var given = Http.get(probe, "apikey", key, "X-Request-Id", "abc-1");
    var made = Http.get(probe, "apikey", key);

    assertThat(given.headers().firstValue("X-Request-Id")).hasValue("abc-1");
    assertThat(made.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(made.headers().firstValue("Server-Timing").orElse("")).matches("total;dur=[0-9.]+");
  }

  @Test
  void preflightNeedsNoKey() {
    var answer =
        Http.send(
            "OPTIONS",
            probe,
            null,
            "Origin",
            "https://app.example.org",
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            "apikey, x-client-info");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .contains("apikey, x-client-info");
  }

  @Test
  void refusalsCanBeReadByABrowser() {
    var answer = Http.get(probe, "Origin", "https://app.example.org");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
  }

  @Test
  void bodiesBeyondTheLimitAreRefusedUnread() {
    var key = project.keys().anonKey().reveal();
    var small = "x".repeat(1000);
    var large = "x".repeat(10 * 1024 * 1024 + 1);

    assertThat(Http.post(probe, small, "apikey", key).body()).isEqualTo("1000");
    assertThat(Http.post(probe, large, "apikey", key).statusCode()).isEqualTo(413);
    assertThat(
            Http.post(server.url() + "/auth/v1/signup", "x".repeat(1024 * 1024 + 1), "apikey", key)
                .statusCode())
        .isEqualTo(413);
    assertThat(Http.get(server.url() + "/health").statusCode()).isEqualTo(200);
  }

  @Test
  void aRequestIdThatCouldDisturbALogIsReplaced() {
    var answer =
        Http.get(probe, "apikey", project.keys().anonKey().reveal(), "X-Request-Id", "a\u009b[31m");

    assertThat(answer.headers().firstValue("X-Request-Id").orElse("")).matches("[A-Za-z0-9_-]{16}");
  }

  @Test
  void anUnexpectedErrorTellsNothing() {
    var answer = Http.get(probe + "/boom", "apikey", project.keys().anonKey().reveal());

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("{\"message\":\"An unexpected error occurred\"}");
  }

  private String who(String key) {
    return Http.get(probe, "apikey", key).body();
  }

  private HttpResponse<String> withToken(String path, String token) {
    return Http.get(
        probe + path,
        "apikey",
        project.keys().publishableKey().reveal(),
        "Authorization",
        "Bearer " + token);
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    var limit = Instant.now().plusSeconds(20);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(limit)) {
        throw new AssertionError("it did not happen in time");
      }
      try {
        Thread.sleep(250);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
