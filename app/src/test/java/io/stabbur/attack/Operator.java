package io.stabbur.attack;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Sets things up through the product's own APIs: with the service key, or as somebody. What it
/// asks for must succeed.
final class Operator implements AutoCloseable {
  private final Wire wire;
  private final Caller service;

  Operator(TestServer server) {
    this.wire = new Wire(port(server));
    var key = server.project().keys().serviceRoleKey().reveal();
    this.service = new Caller("service", Set.of(), "", headers(key, key), key);
  }

  static int port(TestServer server) {
    return URI.create(server.url()).getPort();
  }

  /// What clients show: an API key, and a token.
  static List<Request.Header> headers(String key, String token) {
    return List.of(
        new Request.Header("apikey", key), new Request.Header("Authorization", "Bearer " + token));
  }

  JsonNode post(String path, Map<String, ?> body) {
    return post(service, path, body);
  }

  JsonNode post(Caller caller, String path, Map<String, ?> body) {
    return parsed(ask(caller, Request.of("POST", path).json(json(body))));
  }

  /// Asks as the service role; the answer's status is for the caller of this to judge.
  Answer attempt(Request request) {
    return wire.send(service.show(request));
  }

  Answer ask(Caller caller, Request request) {
    return done(request, wire.send(caller.show(request)));
  }

  /// Sends a request that shows by itself who sends it.
  Answer ask(Request request) {
    return done(request, wire.send(request));
  }

  Caller service() {
    return service;
  }

  private static Answer done(Request request, Answer answer) {
    if (!answer.succeeded()) {
      throw new IllegalStateException(request + " → " + answer);
    }
    return answer;
  }

  private static JsonNode parsed(Answer answer) {
    return answer.body().length == 0 ? JsonNode.nullNode() : Json.parse(answer.text());
  }

  static String text(JsonNode object, String name) {
    var node = object.get(name);
    return node == null || !node.isString() ? "" : node.getStringValue();
  }

  /// JSON of texts, numbers, flags, lists and maps.
  static String json(Object value) {
    return Json.write(node(value));
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case JsonNode node -> node;
      case Number number -> JsonNode.createNumberNode(number.longValue());
      case Boolean flag -> JsonNode.createBooleanNode(flag);
      case List<?> list -> JsonNode.createArrayNode(list.stream().map(Operator::node).toList());
      case Map<?, ?> map -> {
        var fields = new LinkedHashMap<String, JsonNode>();
        map.forEach((name, each) -> fields.put(String.valueOf(name), node(each)));
        yield JsonNode.createObjectNode(fields);
      }
      default -> JsonNode.createStringNode(value.toString());
    };
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    wire.close();
  }
}
