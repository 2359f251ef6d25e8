package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.error.Failure;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private final Errors errors = TestServer.shared().bean(Errors.class);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/rest/v1/table",
        "/auth/v1/user",
        "/storage/v1/bucket",
        "/storage/v1/s3/bucket",
        "/storage/v1/upload/resumable",
        "/admin/v1/people",
        "/metrics"
      })
  void everyApiTellsACallerWithTooManyRequestsWhenToComeBack(String path) {
    var answer =
        errors.render(HttpRequest.GET(path), new Failure.Crowded("Too many requests wait"));

    assertThat(answer.code()).isEqualTo(429);
    assertThat(answer.getHeaders().get("Retry-After")).isEqualTo("1");
    assertThat(String.valueOf(answer.body())).isNotIn("", "null");
  }
}
