package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Who sees alerts, and what a silence must say.
class AlertAccessTest {
  private static final String TOKEN = "a long token";
  private static final TestServer SERVER =
      AtExit.close(TestServer.start(Map.of("stabbur.operations.token", TOKEN)));

  @Test
  void aSilenceNeedsAReasonAndAnEnd() {
    for (var wrong :
        List.of(
            "{}",
            "{\"matchers\":{\"alertname\":\"DiskFull\"},\"endsAt\":\"2999-01-01T00:00:00Z\"}",
            "{\"matchers\":{},\"reason\":\"r\",\"endsAt\":\"2026-12-24T00:00:00Z\"}",
            "{\"matchers\":{\"alertname\":\"DiskFull\"},\"reason\":\"r\"}",
            "{\"matchers\":{\"alertname\":\"DiskFull\"},\"reason\":\"r\",\"endsAt\":\"2020-01-01T00:00:00Z\"}",
            "{\"matchers\":{\"alertname\":\"DiskFul\"},\"reason\":\"r\",\"endsAt\":\"%s\"}"
                .formatted(Instant.now().plusSeconds(3600)),
            "no json")) {
      assertThat(
              Http.post(
                      SERVER.url() + "/alerts/silences", wrong, "Authorization", "Bearer " + TOKEN)
                  .statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
  }

  @Test
  void onlyTheOperatorAndTheServiceRoleGetIn() {
    var keys = SERVER.project().keys();
    for (var path : List.of("/alerts", "/alerts/rules", "/alerts/silences", "/alerts/history")) {
      assertThat(Http.get(SERVER.url() + path).statusCode()).as(path).isEqualTo(401);
      assertThat(Http.get(SERVER.url() + path, "apikey", keys.secretKey().reveal()).statusCode())
          .as(path)
          .isEqualTo(401);
      assertThat(Http.get(SERVER.url() + path, "Authorization", "Bearer " + TOKEN).statusCode())
          .as(path)
          .isEqualTo(200);
    }
    for (var path : List.of("", "/rules", "/silences", "/history")) {
      var url = SERVER.url() + "/admin/v1/alerts" + path;
      assertThat(Http.get(url).statusCode()).as(path).isEqualTo(401);
      assertThat(Http.get(url, "apikey", keys.anonKey().reveal()).statusCode())
          .as(path)
          .isEqualTo(403);
      assertThat(Http.get(url, "apikey", keys.secretKey().reveal()).statusCode())
          .as(path)
          .isEqualTo(200);
    }
  }
}
