package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.project.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The Stabbur that runs on a data folder, asked through its management API as the service role.
final class RunningServer {
  @Option(
      names = "--data",
      description = "The data folder given to `up` (default ${DEFAULT-VALUE}).")
  Path data = Path.of("data");

  private final HttpClient client = HttpClient.newHttpClient();

  JsonNode get(String path) {
    return send("GET", path, null);
  }

  JsonNode post(String path, Map<String, JsonNode> body) {
    return send("POST", path, body);
  }

  JsonNode patch(String path, Map<String, JsonNode> body) {
    return send("PATCH", path, body);
  }

  /// Sends a body of any type.
  JsonNode post(String path, String contentType, byte[] body) {
    return send("POST", path, contentType, BodyPublishers.ofByteArray(body));
  }

  void delete(String path, String contentType, byte[] body) {
    var _ = send("DELETE", path, contentType, BodyPublishers.ofByteArray(body));
  }

  void delete(String path) {
    var _ = send("DELETE", path, null);
  }

  /// Has `status` say something else from now on.
  void note(String name, String value) {
    var folder = new DataFolder(data.toAbsolutePath().normalize());
    folder
        .running()
        .ifPresent(
            running -> {
              running.setProperty(name, value);
              folder.write(running);
            });
  }

  /// An object of texts, those without a value left out.
  static Map<String, JsonNode> body(@Nullable String... pairs) {
    var body = new LinkedHashMap<String, JsonNode>();
    for (int i = 0; i < pairs.length; i += 2) {
      var value = pairs[i + 1];
      if (value != null) {
        body.put(String.valueOf(pairs[i]), JsonNode.createStringNode(value));
      }
    }
    return body;
  }

  /// The rows of an answer that holds a list under a name; none where it holds something else.
  static List<JsonNode> rows(JsonNode answer, String name) {
    var rows = new ArrayList<JsonNode>();
    var list = answer.get(name);
    if (list != null) {
      list.values().forEach(rows::add);
    }
    return rows;
  }

  /// A field of an answer as text, `-` where there is none.
  static String text(JsonNode object, String field) {
    var node = object.get(field);
    return node == null || node.isNull()
        ? "-"
        : node.isString() ? node.getStringValue() : Json.write(node);
  }

  private JsonNode send(String method, String path, @Nullable Map<String, JsonNode> body) {
    return send(
        method,
        path,
        "application/json",
        body == null
            ? BodyPublishers.noBody()
            : BodyPublishers.ofString(Json.write(JsonNode.createObjectNode(body))));
  }

  private JsonNode send(String method, String path, String contentType, BodyPublisher body) {
    var running = new DataFolder(data.toAbsolutePath().normalize()).mustRun();
    var key = OperatorToken.of(running);
    var request =
        HttpRequest.newBuilder(URI.create(running.getProperty("LOCAL_URL") + path))
            .header("apikey", key)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", contentType)
            .header("X-Supabase-Api-Version", "2024-01-01")
            .method(method, body)
            .build();
    try {
      return answer(client.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new StartFailure(
          "Stabbur does not answer at %s; see `stabbur status`."
              .formatted(running.getProperty("LOCAL_URL")),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted.", e);
    }
  }

  private static JsonNode answer(HttpResponse<String> response) {
    var body = response.body().isEmpty() ? JsonNode.nullNode() : Json.parse(response.body());
    if (response.statusCode() >= 400) {
      throw new StartFailure(body.isObject() ? text(body, "message") : "The request was refused.");
    }
    return body;
  }
}
