package io.stabbur.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The advisor and the doctor answer the service role and nobody else.
class OperatorRoutesTest {
  private final TestServer server = TestServer.shared();

  @ParameterizedTest
  @ValueSource(strings = {"/admin/v1/advisor", "/admin/v1/doctor"})
  void onlyTheServiceRoleIsAnswered(String path) {
    var keys = server.project().keys();
    var url = server.url() + path;

    assertThat(Http.get(url).statusCode()).as("no key").isEqualTo(401);
    assertThat(Http.get(url, "apikey", keys.publishableKey().reveal()).statusCode())
        .as("anon")
        .isEqualTo(403);
    var claims =
        """
        {"sub": "%s", "role": "authenticated", "exp": %d, "user_role": "org_admin"}"""
            .formatted(UUID.randomUUID(), Instant.now().getEpochSecond() + 600);
    var administrator = Tokens.signed(keys.jwtSecret().reveal(), "{\"alg\": \"HS256\"}", claims);
    assertThat(
            Http.get(
                    url,
                    "apikey",
                    keys.publishableKey().reveal(),
                    "Authorization",
                    "Bearer " + administrator)
                .statusCode())
        .as("an organization's administrator")
        .isIn(401, 403);
    var answer = Http.get(url, "apikey", keys.secretKey().reveal());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
