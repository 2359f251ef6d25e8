package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The Stabbur that runs on a data folder, asked through its management API as the service role.
class RunningServer {
  /// How the management API says that it has no such thing: `/projects/choir not found`.
  private static final Pattern ABSENT = Pattern.compile("^/([a-z]+)s/(\\S+) not found$");

  @Option(
      names = "--data",
      description = "The data folder given to `up` (default ${DEFAULT-VALUE}).")
  Path data = Path.of("data");

  private @Nullable HttpClient client;

  /// Addresses and keys, as `status` prints them.
  Properties running() {
    return new DataFolder(data.toAbsolutePath().normalize()).mustRun();
  }

  /// The address that clients use.
  URI publicUrl() {
    return URI.create(running().getProperty("API_URL"));
  }

  /// The address of the database, with the password of its owner.
  String databaseUrl() {
    return running().getProperty("DB_URL");
  }

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

  /// A request without a body as the service role, and the answer whatever its status.
  HttpResponse<String> exchange(String method, String path, String... headers) {
    return exchange(method, path, BodyPublishers.noBody(), headers);
  }

  private JsonNode send(String method, String path, String contentType, BodyPublisher body) {
    return answer(
        exchange(
            method,
            path,
            body,
            "Content-Type",
            contentType,
            "X-Supabase-Api-Version",
            "2024-01-01"));
  }

  private HttpResponse<String> exchange(
      String method, String path, BodyPublisher body, String... headers) {
    var running =
        isOfTheAppliance(path)
            ? new DataFolder(data.toAbsolutePath().normalize()).mustRun()
            : running();
    var key = isOfTheAppliance(path) ? machineToken(running) : OperatorToken.of(running);
    var request =
        HttpRequest.newBuilder(URI.create(running.getProperty("LOCAL_URL") + path))
            .header("Authorization", "Bearer " + key)
            .headers(headers)
            .method(method, body);
    if (!isOfTheAppliance(path)) {
      request.header("apikey", key);
      var host = running.getProperty("HOST");
      if (host != null) {
        request.header("Host", host);
      }
    }
    return answer(request.build(), String.valueOf(running.getProperty("LOCAL_URL")));
  }

  private HttpResponse<String> answer(HttpRequest request, String address) {
    try {
      return client().send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new StartFailure(
          "Stabbur does not answer at %s; see `stabbur status`.".formatted(address), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted.", e);
    }
  }

  /// A project is found by the host of a request, which the client sets only where it is told that
  /// it may, before it is made.
  private HttpClient client() {
    if (client == null) {
      System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
      client = HttpClient.newHttpClient();
    }
    return client;
  }

  /// Whether a path belongs to the appliance and not to a project.
  private static boolean isOfTheAppliance(String path) {
    return path.startsWith("/admin/v1/operators") || path.startsWith("/admin/v1/projects");
  }

  private static String machineToken(Properties running) {
    var token = running.getProperty(DataFolder.OPERATOR_TOKEN);
    if (token == null) {
      throw new StartFailure("The Stabbur that runs has no operators; restart it.");
    }
    return token;
  }

  static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static JsonNode answer(HttpResponse<String> response) {
    var body = response.body().isEmpty() ? JsonNode.nullNode() : Json.parse(response.body());
    if (response.statusCode() >= 400) {
      var reason = body.isObject() ? text(body, "message") : "The request was refused.";
      throw new StartFailure(
          OneSentence.closed(ABSENT.matcher(reason).replaceFirst("There is no $1 $2")));
    }
    return body;
  }
}
