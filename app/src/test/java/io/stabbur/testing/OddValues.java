package io.stabbur.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tries values of every other type than the ones meant in every place where a client may put one.
/// Whatever comes of it, it is no fault of the server.
public final class OddValues {
  private static final List<String> JSON =
      List.of(
          "[]",
          "{}",
          "[[]]",
          "[{}]",
          "[null]",
          "null",
          "\"\"",
          "-1",
          "1e400",
          "99999999999999999999",
          "1.5",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[1,2]",
          "{\"a\":{\"b\":[]}}",
          "true",
          "\"..\"",
          "\"" + "x".repeat(3000) + "\"");
  private static final List<String> BODIES = List.of("", "{", "tru", "[]", "null", "1", "\"a\"");
  private static final List<String> TEXTS =
      List.of(
          "",
          "[]",
          "{}",
          "e30",
          "bnVsbA==",
          "W10=",
          "%",
          "-1",
          "null",
          "99999999999999999999",
          "1.5",
          "..",
          "\"",
          ", ,",
          "\u0000",
          "😀",
          "x".repeat(3000),
          "http://[",
          "2024-13-45",
          "Bearer a.b.c",
          "Basic %%%");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;
  private final Map<String, String> headers;
  private final List<String> faults = new ArrayList<>();
  private int tried;

  /// @param url what every path is put behind
  /// @param headers what every request brings
  public OddValues(String url, Map<String, String> headers) {
    this.url = url;
    this.headers = headers;
  }

  /// Each field of a body on its own, beside what makes the rest of the body a good one.
  ///
  /// @param rest fields as JSON without braces; "" for none
  public OddValues fields(String method, String path, String rest, String... fields) {
    for (var field : fields) {
      for (var value : JSON) {
        var others = rest.isEmpty() ? "" : rest + ", ";
        send(method, path, "{" + others + "\"" + field + "\": " + value + "}", Map.of());
      }
    }
    for (var body : BODIES) {
      send(method, path, body, Map.of());
    }
    return this;
  }

  /// Each header on its own.
  ///
  /// @param body "" for none
  public OddValues headers(
      String method, String path, String body, Map<String, String> rest, List<String> names) {
    for (var name : names) {
      for (var value : TEXTS) {
        // a client cannot send others
        if (value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
          var all = new HashMap<>(rest);
          all.put(name, value);
          send(method, path, body, all);
        }
      }
    }
    return this;
  }

  /// Each parameter on its own.
  ///
  /// @param path with a query of its own or without
  public OddValues parameters(String method, String path, String... names) {
    for (var name : names) {
      for (var value : TEXTS) {
        var query = name + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8);
        send(method, path + (path.contains("?") ? '&' : '?') + query, "", Map.of());
      }
    }
    return this;
  }

  /// Bodies as they are.
  public OddValues bodies(String method, String path, String type, List<String> bodies) {
    for (var body : bodies) {
      send(method, path, body, Map.of("Content-Type", type));
    }
    return this;
  }

  /// Paths with every method.
  public OddValues paths(List<String> paths) {
    for (var path : paths) {
      for (var method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
        send(method, path, "", Map.of());
      }
    }
    return this;
  }

  /// Fails where the server was at fault, or where fewer were tried.
  public void requireNoFaultIn(int atLeast) {
    assertThat(faults).isEmpty();
    assertThat(tried).isGreaterThanOrEqualTo(atLeast);
  }

  private void send(String method, String path, String body, Map<String, String> more) {
    tried++;
    var all = new HashMap<>(headers);
    all.put("Content-Type", "application/json");
    more.forEach(
        (name, value) -> {
          all.keySet().removeIf(name::equalsIgnoreCase);
          all.put(name, value);
        });
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    all.forEach(request::setHeader);
    try {
      var answer = http.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() >= 500 && answer.statusCode() != 501) {
        faults.add(
            "%s %s %s %s: %d %s"
                .formatted(
                    method,
                    shortened(path),
                    shortened(body),
                    more,
                    answer.statusCode(),
                    answer.body()));
      }
    } catch (IOException e) {
      faults.add(method + ' ' + shortened(path) + ' ' + more + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String shortened(String text) {
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }
}
