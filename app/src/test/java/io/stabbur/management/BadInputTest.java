package io.stabbur.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a holder of a token sends that is wrong is refused in the API's own words, and nothing is
/// stored.
class BadInputTest {
  private static final ManagementServer API =
      new ManagementServer(
          AtExit.close(TestServer.start(Map.of("stabbur.functions.deno", Node.deno().toString()))));
  private static final String TOKEN = API.token("careless");
  private static final String PROJECT = "/projects/" + API.reference();
  private static final String METADATA = "{\"name\":\"x\",\"entrypoint_path\":\"index.ts\"}";

  private static HttpResponse<String> deploy(String slug, String body) {
    return Http.sendBody(
        "POST",
        API.server().url() + "/v1" + PROJECT + "/functions/deploy?slug=" + slug,
        BodyPublishers.ofString(body),
        "Authorization",
        "Bearer " + TOKEN,
        "Content-Type",
        "multipart/form-data; boundary=limit");
  }

  private static String form(String metadata, String file, String text) {
    return """
    --limit\r
    Content-Disposition: form-data; name="metadata"\r
    \r
    %s\r
    --limit\r
    Content-Disposition: form-data; name="file"; filename="%s"\r
    \r
    %s\r
    --limit--\r
    """
        .formatted(metadata, file, text);
  }

  private static Stream<Arguments> deployments() {
    return Stream.of(
        Arguments.of("x", "no form at all", 400),
        Arguments.of("x", form(METADATA, "index.ts", "").replace("--limit--", "--lim"), 400),
        Arguments.of("x", form("not json", "index.ts", ""), 400),
        Arguments.of("x", form("{}", "index.ts", ""), 400),
        Arguments.of("x", form(METADATA, "other.ts", ""), 400),
        Arguments.of("x", form(METADATA, "/etc/passwd", ""), 400),
        Arguments.of("x", form(METADATA, "../".repeat(40) + "etc/passwd", ""), 400),
        Arguments.of("x", form(METADATA, "index.ts", "Deno.serve(() => {"), 400),
        Arguments.of("with%20blank", form(METADATA, "index.ts", ""), 400),
        Arguments.of("..%2Fx", form(METADATA, "index.ts", ""), 400),
        Arguments.of("x", form(METADATA, "index.ts", " ".repeat(25_000_000)), 413));
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void aDeploymentThatIsWrongIsRefused(String slug, String body, int status) {
    var answer = deploy(slug, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).startsWith("{\"message\":");
    assertThat(API.get(TOKEN, PROJECT + "/functions").body()).isEqualTo("[]");
  }

  private static Stream<Arguments> requests() {
    var many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "{\"name\":\"S%d\",\"value\":\"x\"}".formatted(i))
            .collect(Collectors.joining(",", "[", "]"));
    return Stream.of(
        Arguments.of("POST", "/secrets", many, 400),
        Arguments.of("POST", "/secrets", "[{\"name\":\"A B\",\"value\":\"x\"}]", 400),
        Arguments.of("POST", "/secrets", "[{\"name\":\"A\"}]", 400),
        Arguments.of("POST", "/secrets", "{}", 400),
        Arguments.of("POST", "/secrets", "[", 400),
        Arguments.of("DELETE", "/secrets", "[1]", 400),
        Arguments.of("PUT", "/functions", "{}", 400),
        Arguments.of("PUT", "/functions", "[{\"slug\":\"x\"}]", 400),
        Arguments.of("PUT", "/functions", "[{\"slug\":\"x\",\"version\":1}]", 404),
        Arguments.of("PATCH", "/functions/x", "{\"verify_jwt\":\"yes\"}", 400),
        Arguments.of("PATCH", "/functions/x", "{}", 404),
        Arguments.of("DELETE", "/functions/x", "", 404),
        Arguments.of("POST", "/cli/login-role", "[", 400),
        Arguments.of("POST", "/cli/login-role", "[]", 400),
        Arguments.of("POST", "/cli/login-role", "{\"read_only\":\"true\"}", 400),
        Arguments.of("POST", "/cli/login-role", "{\"read_only\":null}", 400),
        Arguments.of("POST", "/functions", "{}", 404),
        Arguments.of("POST", "/database/query", "{\"query\":\"select 1\"}", 404));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void anythingElseThatIsWrongIsRefused(String method, String path, String body, int status) {
    var answer = API.send(TOKEN, method, PROJECT + path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).startsWith("{\"message\":");
    assertThat(API.get(TOKEN, PROJECT + "/secrets").body()).isEqualTo("[]");
  }

  @Test
  void unknownThingsAreNotFound() {
    for (var path :
        new String[] {"/functions/x", "/functions/x/body", "/functions/a%20b", "/nothing"}) {
      assertThat(API.get(TOKEN, PROJECT + path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(API.get(TOKEN, PROJECT + "/analytics/endpoints/logs?sql=select%201").statusCode())
        .isEqualTo(400);
    assertThat(API.get(TOKEN, PROJECT + "/analytics/endpoints/logs").statusCode()).isEqualTo(400);
  }
}
