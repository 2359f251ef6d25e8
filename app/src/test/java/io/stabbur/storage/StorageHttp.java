package io.stabbur.storage;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Speaks HTTP to the Storage API of a test server, as anybody.
final class StorageHttp {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestServer server;

  StorageHttp(TestServer server) {
    this.server = server;
  }

  /// What came back.
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    byte[] bytes() {
      return response.body();
    }

    /// The value at a path of names and places; there must be one.
    JsonNode at(Object... path) {
      return StorageHttp.at(json(), path);
    }

    String text() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return Json.parse(text());
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String field(String name) {
      var node = json().get(name);
      return node == null ? "" : node.coerceStringValue();
    }
  }

  static JsonNode at(JsonNode from, Object... path) {
    var node = from;
    for (var step : path) {
      var next = step instanceof Integer place ? node.get(place) : node.get(step.toString());
      node = Objects.requireNonNull(next, from::toString);
    }
    return node;
  }

  Project project() {
    return server.project();
  }

  String service() {
    return project().keys().serviceRoleKey().reveal();
  }

  String anon() {
    return project().keys().anonKey().reveal();
  }

  /// A user's access token.
  String user(UUID id) {
    return token("{\"sub\":\"%s\",\"role\":\"authenticated\"".formatted(id));
  }

  /// A token from the beginning of its claims.
  String token(String claims) {
    return tokenEnding(claims, 3600);
  }

  /// The same with its end so many seconds from now.
  String tokenEnding(String claims, long seconds) {
    var header =
        Crypto.base64Url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
    var now = Instant.now().getEpochSecond();
    var payload = claims + ",\"iat\":" + (now - 5) + ",\"exp\":" + (now + seconds) + "}";
    var signed = header + '.' + Crypto.base64Url(payload.getBytes(StandardCharsets.UTF_8));
    return signed
        + '.'
        + Crypto.base64Url(
            Crypto.hmacSha256(
                project().keys().jwtSecret().bytes(), signed.getBytes(StandardCharsets.US_ASCII)));
  }

  Answer send(
      String method, String path, String token, Map<String, String> headers, BodyPublisher body) {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/storage/v1" + path))
            .method(method, body);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    headers.forEach(request::header);
    try {
      var response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(response);
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Answer get(String path, String token) {
    return send("GET", path, token, Map.of(), BodyPublishers.noBody());
  }

  Answer get(String path, String token, Map<String, String> headers) {
    return send("GET", path, token, headers, BodyPublishers.noBody());
  }

  Answer post(String path, String token, String json) {
    return send(
        "POST",
        path,
        token,
        Map.of("content-type", "application/json"),
        BodyPublishers.ofString(json));
  }

  Answer put(String path, String token, String json) {
    return send(
        "PUT",
        path,
        token,
        Map.of("content-type", "application/json"),
        BodyPublishers.ofString(json));
  }

  Answer delete(String path, String token) {
    return send("DELETE", path, token, Map.of(), BodyPublishers.noBody());
  }

  Answer upload(String path, String token, String text, String... headers) {
    var all = new java.util.HashMap<String, String>();
    all.put("content-type", "text/plain");
    for (int at = 0; at < headers.length; at += 2) {
      all.put(headers[at], headers[at + 1]);
    }
    return send("POST", "/object/" + path, token, all, BodyPublishers.ofString(text));
  }

  /// A new bucket with a name of its own.
  String bucket(String more) {
    var name = "b-" + UUID.randomUUID();
    var made = post("/bucket", service(), "{\"name\":\"" + name + "\"" + more + "}");
    if (made.status() != 200) {
      throw new IllegalStateException(made.text());
    }
    return name;
  }

  /// Runs SQL as the project's owner.
  void sql(String... statements) {
    project()
        .admin()
        .transaction(
            Actor.of("supabase_storage_admin").with("storage.allow_delete_query", "true"),
            Access.WRITE,
            tx -> {
              for (var each : List.of(statements)) {
                tx.update(Statement.of(each));
              }
              return true;
            });
  }

  /// One number from the database.
  long count(String sql, Object... values) {
    return project()
        .admin()
        .exchange(
            Actor.of("supabase_storage_admin"),
            Access.READ,
            Statement.of(sql, values),
            rows -> rows.next() ? rows.getLong(1) : -1L);
  }
}
