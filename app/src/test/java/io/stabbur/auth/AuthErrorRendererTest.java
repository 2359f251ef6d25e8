package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpRequest;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.Failure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which errors of Postgres clients get to see.
class AuthErrorRendererTest {
  private static final String DETAIL = "Key (email)=(kari@example.org) already exists.";

  @Test
  void whatATriggerRaisesIsToldInTheOlderFormat() {
    assertThat(body("P0001", null)).contains("P0001", DETAIL);
    assertThat(body("23505", "public")).contains("23505", DETAIL);
    assertThat(body("23514", null)).contains("23514", DETAIL);
    assertThat(body("PT422", null)).contains("PT422");
  }

  @Test
  void ourOwnConstraintsTellNothing() {
    for (var state : new String[] {"23505", "23503", "23502", "23514"}) {
      assertThat(body(state, "auth")).contains("unexpected_failure").doesNotContain("kari");
    }
    assertThat(body("42P01", "public")).contains("unexpected_failure").doesNotContain("kari");
  }

  @Test
  void theNewerFormatTellsNothingOfTheKind() {
    var request = HttpRequest.GET("/auth/v1/signup").header("X-Supabase-Api-Version", "2024-01-01");
    var error = new Failure.Database("P0001", "no", DETAIL, null, null);

    assertThat(String.valueOf(new AuthErrorRenderer().render(request, error).body()))
        .contains("unexpected_failure")
        .doesNotContain("kari");
  }

  @Test
  void aStatusWithoutANameIsSentToo() {
    var refused = new AuthError.Refused(499, AuthCode.UNEXPECTED_FAILURE, "not now");

    var answer = new AuthErrorRenderer().render(HttpRequest.GET("/auth/v1/signup"), refused);

    assertThat(answer.code()).isEqualTo(499);
  }

  private static String body(String state, @Nullable String schema) {
    var error = new Failure.Database(state, "duplicate key", DETAIL, null, schema);
    var answer = new AuthErrorRenderer().render(HttpRequest.GET("/auth/v1/signup"), error);
    return String.valueOf(answer.body());
  }
}
