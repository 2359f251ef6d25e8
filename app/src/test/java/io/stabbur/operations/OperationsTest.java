package io.stabbur.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private final String url = TestServer.shared().url();

  @Test
  void healthNeedsNoKeyAndNamesNothing() {
    assertThat(Http.get(url + "/health/liveness").body()).isEqualTo("{\"status\":\"UP\"}");
    for (var path : new String[] {"/health", "/health/readiness"}) {
      var answer = Http.get(url + path);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
    }
  }

  @Test
  void metricsAreInPrometheusFormat() {
    var answer = asOperator("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(answer.body()).contains("# TYPE jvm_memory_used_bytes gauge");
  }

  @Test
  void nothingIsAlertingOnAHealthyServer() {
    // other tests give the shared server reasons to alert
    try (var server = TestServer.start(Map.of())) {
      var secret = "Bearer " + server.project().keys().serviceRoleKey().reveal();
      assertThat(Http.get(server.url() + "/alerts", "Authorization", secret).body())
          .isEqualTo("{\"alerts\":[]}");
    }
  }

  @Test
  void metricsAndAlertsAskForTheSecretKey() {
    var keys = TestServer.shared().project().keys();
    for (var path : List.of("/metrics", "/alerts")) {
      assertThat(Http.get(url + path).statusCode()).as("nothing").isEqualTo(401);
      for (var wrong :
          List.of(
              "",
              "..",
              "invented",
              keys.publishableKey().reveal(),
              keys.anonKey().reveal(),
              keys.secretKey().reveal() + "x")) {
        assertThat(get(path, "Authorization", "Bearer " + wrong)).as(wrong).isEqualTo(401);
        assertThat(get(path, "apikey", wrong)).as(wrong).isEqualTo(401);
      }
      for (var right : List.of(keys.secretKey(), keys.serviceRoleKey())) {
        assertThat(get(path, "Authorization", "Bearer " + right.reveal())).isEqualTo(200);
        assertThat(get(path, "apikey", right.reveal())).isEqualTo(200);
      }
    }
  }

  @Test
  void aTokenInTheSettingsIsTheOnlyOne() {
    try (var server = TestServer.start(Map.of("stabbur.operations.token", "a long token"))) {
      var metrics = server.url() + "/metrics";
      var key = server.project().keys().secretKey().reveal();

      assertThat(Http.get(metrics, "Authorization", "Bearer a long token").statusCode())
          .isEqualTo(200);
      assertThat(Http.get(metrics, "Authorization", "Bearer another").statusCode()).isEqualTo(401);
      assertThat(Http.get(metrics, "Authorization", "Bearer " + key).statusCode()).isEqualTo(401);
      assertThat(Http.get(metrics).statusCode()).isEqualTo(401);
    }
  }

  private HttpResponse<String> asOperator(String path) {
    var key = TestServer.shared().project().keys().secretKey().reveal();
    return Http.get(url + path, "Authorization", "Bearer " + key);
  }

  private int get(String path, String header, String value) {
    return Http.get(url + path, header, value).statusCode();
  }

  @Test
  void anUnknownPathIsTold() {
    var answer =
        Http.get(
            url + "/nowhere", "apikey", TestServer.shared().project().keys().anonKey().reveal());

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"message\":\"no Route matched with those values\"}");
    var told =
        Map.of(
            "/", "/rest/v1",
            "/graphql/v1", "GraphQL is not served",
            "/realtime", "/realtime/v1",
            "/functions", "/functions/v1/NAME");
    told.forEach(
        (path, text) -> {
          var nowhere =
              Http.get(
                  url + path, "apikey", TestServer.shared().project().keys().anonKey().reveal());
          assertThat(nowhere.statusCode()).as(path).isEqualTo(404);
          assertThat(nowhere.body()).as(path).contains(text);
          if (path.length() > 1) {
            assertThat(Http.get(url + path).body()).as(path).contains(text);
          }
        });
  }
}
