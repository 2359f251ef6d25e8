package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One caller of the HTTP APIs: an API key, perhaps a user's token, perhaps an organisation.
final class Client {
  static final String PASSWORD = "en lang nok passfrase 42";
  private final TestServer server;
  private final String key;
  private final String token;
  private final Map<String, String> headers;

  private Client(TestServer server, String key, String token, Map<String, String> headers) {
    this.server = server;
    this.key = key;
    this.token = token;
    this.headers = headers;
  }

  static Client service(TestServer server) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return new Client(server, key, key, Map.of());
  }

  static Client anon(TestServer server) {
    var key = server.project().keys().anonKey().reveal();
    return new Client(server, key, key, Map.of());
  }

  /// Signs in with the password of all people in these tests.
  static Client signIn(TestServer server, String email) {
    var answer =
        anon(server)
            .send(
                "POST",
                "/auth/v1/token?grant_type=password",
                object("email", email, "password", PASSWORD));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return anon(server).withToken(text(Json.parse(answer.body()), "access_token"));
  }

  String token() {
    return token;
  }

  Client withToken(String other) {
    return new Client(server, key, other, headers);
  }

  Client with(String header, String value) {
    var more = new HashMap<>(headers);
    more.put(header, value);
    return new Client(server, key, token, more);
  }

  Client in(String organization) {
    return with("X-Organization-Id", organization);
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, null);
  }

  HttpResponse<String> post(String path, String body) {
    return send("POST", path, body);
  }

  HttpResponse<String> patch(String path, String body) {
    return send("PATCH", path, body);
  }

  HttpResponse<String> delete(String path) {
    return send("DELETE", path, null);
  }

  /// The rows of a request that must succeed.
  List<JsonNode> rows(String path) {
    var answer = get(path);
    assertThat(answer.statusCode()).as(path + " → " + answer.body()).isEqualTo(200);
    return list(answer);
  }

  /// The answer's one object; the request must succeed.
  JsonNode made(String path, String body) {
    var answer = with("Prefer", "return=representation").post(path, body);
    assertThat(answer.statusCode()).as(path + " → " + answer.body()).isEqualTo(201);
    var node = Json.parse(answer.body());
    return node.isArray() ? list(answer).getFirst() : node;
  }

  static List<JsonNode> list(HttpResponse<String> answer) {
    var rows = new ArrayList<JsonNode>();
    var node = Json.parse(answer.body());
    if (node.isArray()) {
      node.values().forEach(rows::add);
    }
    return rows;
  }

  /// A field that must be there.
  static JsonNode field(JsonNode object, String name) {
    var node = object.get(name);
    assertThat(node).as(name).isNotNull();
    return node == null ? JsonNode.nullNode() : node;
  }

  static String text(@Nullable JsonNode object, String field) {
    var node = object == null ? null : object.get(field);
    return node == null || node.isNull()
        ? ""
        : node.isString() ? node.getStringValue() : Json.write(node);
  }

  /// A JSON object of texts.
  static String object(String... pairs) {
    var map = new LinkedHashMap<String, JsonNode>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], JsonNode.createStringNode(pairs[i + 1]));
    }
    return Json.write(JsonNode.createObjectNode(map));
  }

  HttpResponse<String> send(String method, String path, @Nullable String body) {
    var all = new ArrayList<>(List.of("apikey", key, "Authorization", "Bearer " + token));
    if (body != null && !headers.containsKey("Content-Type")) {
      all.add("Content-Type");
      all.add("application/json");
    }
    headers.forEach(
        (name, value) -> {
          all.add(name);
          all.add(value);
        });
    return Http.send(method, server.url() + path, body, all.toArray(String[]::new));
  }
}
