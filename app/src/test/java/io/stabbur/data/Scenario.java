package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/// A request and what must come back. Bodies that are JSON are compared as JSON.
record Scenario(
    String name,
    String method,
    String path,
    List<String> headers,
    @Nullable String body,
    int status,
    Map<String, String> expectedHeaders,
    @Nullable String expectedBody) {

  static Scenario get(String name, String path) {
    return new Scenario(name, "GET", path, List.of(), null, 200, Map.of(), null);
  }

  static Scenario ask(String name, String method, String path) {
    return new Scenario(name, method, path, List.of(), null, 200, Map.of(), null);
  }

  Scenario with(String header, String value) {
    var more = new ArrayList<>(headers);
    more.add(header);
    more.add(value);
    return new Scenario(name, method, path, more, body, status, expectedHeaders, expectedBody);
  }

  /// Undone at its end.
  Scenario undone() {
    return with("Prefer", "tx=rollback");
  }

  Scenario prefer(String preference) {
    return with("Prefer", preference);
  }

  Scenario accept(String type) {
    return with("Accept", type);
  }

  Scenario sending(String json) {
    return new Scenario(name, method, path, headers, json, status, expectedHeaders, expectedBody);
  }

  Scenario answers(int wanted) {
    return new Scenario(name, method, path, headers, body, wanted, expectedHeaders, expectedBody);
  }

  Scenario header(String header, String value) {
    var more = new LinkedHashMap<>(expectedHeaders);
    more.put(header, value);
    return new Scenario(name, method, path, headers, body, status, more, expectedBody);
  }

  Scenario gives(String wanted) {
    return new Scenario(name, method, path, headers, body, status, expectedHeaders, wanted);
  }

  static Stream<DynamicTest> tests(List<Scenario> scenarios) {
    return scenarios.stream().map(s -> DynamicTest.dynamicTest(s.name, s::check));
  }

  void check() {
    var response = send();
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    expectedHeaders.forEach(
        (header, value) ->
            assertThat(response.headers().firstValue(header).orElse("no " + header))
                .as(header)
                .isEqualTo(value));
    if (expectedBody != null) {
      checkBody(response.body(), expectedBody);
    }
  }

  private static void checkBody(String found, String wanted) {
    if (wanted.startsWith("{") || wanted.startsWith("[")) {
      assertThat(Json.parse(found)).as(found).isEqualTo(Json.parse(wanted));
    } else {
      assertThat(found).isEqualTo(wanted);
    }
  }

  HttpResponse<String> send() {
    var all = new ArrayList<>(headers);
    all.add("apikey");
    all.add(DataServer.anonKey());
    if (body != null && !headers.contains("Content-Type")) {
      all.add("Content-Type");
      all.add("application/json");
    }
    var url =
        DataServer.rest()
            + path.replace(" ", "%20")
                .replace("\"", "%22")
                .replace(">", "%3E")
                .replace("{", "%7B")
                .replace("}", "%7D");
    return Http.send(method, url, body, all.toArray(String[]::new));
  }
}
