package io.stabbur.auth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// Speaks the wire of `/auth/v1` as client libraries do.
final class AuthClient {
  /// An answer with its body as JSON; an empty body is an empty object.
  record Answer(int status, JsonNode json, HttpResponse<String> response) {
    String text(String name) {
      var value = json.get(name);
      return value == null || value.isNull() ? "" : value.coerceStringValue();
    }

    /// `user.email` style paths.
    JsonNode at(String path) {
      return AuthClient.at(json, path);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /// The value at a path such as `user.identities.0.provider`.
  static JsonNode at(JsonNode json, String path) {
    var at = json;
    for (var name : path.split("\\.", -1)) {
      at = at.isArray() ? at.get(Integer.parseInt(name)) : at.get(name);
      if (at == null) {
        throw new AssertionError("no " + path + " in " + Json.write(json));
      }
    }
    return at;
  }

  static final String PASSWORD = "korrekt hest";
  private final HttpClient http = HttpClient.newHttpClient();
  private final String api;
  private final String serviceKey;
  private final Map<String, String> headers = new HashMap<>();

  AuthClient(TestServer server) {
    this(
        server.url(),
        server.project().keys().anonKey().reveal(),
        server.project().keys().serviceRoleKey().reveal());
  }

  /// A client of any server, such as one behind a proxy.
  AuthClient(String url, String anonKey, String serviceKey) {
    this(url + "/auth/v1", serviceKey);
    headers.put("apikey", anonKey);
    headers.put("X-Supabase-Api-Version", "2024-01-01");
  }

  private AuthClient(String api, String serviceKey) {
    this.api = api;
    this.serviceKey = serviceKey;
  }

  /// The same client at another address.
  AuthClient at(URI other) {
    return mountedAt(other + "/auth/v1");
  }

  /// The same client of an API that is mounted elsewhere.
  ///
  /// @param other the whole address of the API
  AuthClient mountedAt(String other) {
    var copy = new AuthClient(other, serviceKey);
    copy.headers.putAll(headers);
    return copy;
  }

  /// The same client with one header more, or one less when the value is "".
  AuthClient with(String name, String value) {
    var copy = mountedAt(api);
    if (value.isEmpty()) {
      copy.headers.remove(name);
    } else {
      copy.headers.put(name, value);
    }
    return copy;
  }

  AuthClient as(String accessToken) {
    return with("Authorization", "Bearer " + accessToken);
  }

  AuthClient admin() {
    return with("apikey", serviceKey).with("Authorization", "Bearer " + serviceKey);
  }

  Answer get(String path) {
    return send("GET", path, "");
  }

  Answer head(String path) {
    return send("HEAD", path, "");
  }

  Answer post(String path, String json) {
    return send("POST", path, json);
  }

  Answer put(String path, String json) {
    return send("PUT", path, json);
  }

  Answer delete(String path, String json) {
    return send("DELETE", path, json);
  }

  Answer signUp(String email) {
    return post("/signup", "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, PASSWORD));
  }

  Answer signIn(String email) {
    return signIn(email, PASSWORD);
  }

  Answer signIn(String email, String password) {
    return post(
        "/token?grant_type=password",
        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
  }

  Answer refresh(String token) {
    return post("/token?grant_type=refresh_token", "{\"refresh_token\":\"%s\"}".formatted(token));
  }

  static String newEmail() {
    return "person-" + UUID.randomUUID() + "@example.org";
  }

  static JsonNode claims(String accessToken) {
    return Json.parse(
        new String(
            Base64.getUrlDecoder().decode(accessToken.split("\\.", -1)[1]),
            StandardCharsets.UTF_8));
  }

  /// One claim of a token; fails when it is not there.
  static JsonNode claim(String accessToken, String path) {
    return at(claims(accessToken), path);
  }

  Answer send(String method, String path, String json) {
    var address = path.startsWith("http") ? path : api + path;
    var request = HttpRequest.newBuilder(URI.create(address));
    headers.forEach(request::header);
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    request.method(
        method,
        json.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(json));
    try {
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      boolean isJson = response.headers().firstValue("content-type").orElse("").contains("json");
      var body = isJson && !response.body().isEmpty() ? response.body() : "{}";
      return new Answer(response.statusCode(), Json.parse(body), response);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
