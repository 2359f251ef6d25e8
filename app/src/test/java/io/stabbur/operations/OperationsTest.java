package io.stabbur.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
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
    var answer = Http.get(url + "/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(answer.body()).contains("# TYPE jvm_memory_used_bytes gauge");
  }

  @Test
  void nothingIsAlertingOnAHealthyServer() {
    assertThat(Http.get(url + "/alerts").body()).isEqualTo("{\"alerts\":[]}");
  }

  @Test
  void anUnknownPathIsTold() {
    var answer =
        Http.get(
            url + "/nowhere", "apikey", TestServer.shared().project().keys().anonKey().reveal());

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"message\":\"no Route matched with those values\"}");
  }
}
