package io.stabbur.cli.demo;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The data, auth and storage APIs of a running Stabbur, used as its service role.
final class DemoApi implements AutoCloseable {
  private static final int AT_ONCE = 8;
  private final URI server;
  private final String key;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService workers =
      Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());

  DemoApi(URI server, String key) {
    this.server = server;
    this.key = key;
  }

  boolean has(String table, UUID id) {
    var request = request("/rest/v1/" + table + "?select=id&id=eq." + id).GET().build();
    return !accepted(send(request)).body().equals("[]");
  }

  /// Inserts rows; those that are there already stay as they are.
  void insert(String table, List<JsonNode> rows) {
    accepted(
        send(
            request("/rest/v1/" + table + "?on_conflict=id")
                .header("Content-Type", "application/json")
                .header("Prefer", "return=minimal,resolution=ignore-duplicates")
                .POST(json(JsonNode.createArrayNode(rows)))
                .build()));
  }

  /// Creates an account unless there is one.
  void createUser(JsonNode account) {
    var response =
        send(
            request("/auth/v1/admin/users")
                .header("Content-Type", "application/json")
                .POST(json(account))
                .build());
    if (!response.body().contains("email_exists")) {
      accepted(response);
    }
  }

  void upload(String path, String mediaType, byte[] content) {
    accepted(
        send(
            request("/storage/v1/object/" + path)
                .header("Content-Type", mediaType)
                .header("x-upsert", "true")
                .POST(BodyPublishers.ofByteArray(content))
                .build()));
  }

  /// Runs tasks several at a time; fails as the first that failed.
  void together(List<Runnable> tasks) {
    var all = tasks.stream().map(task -> CompletableFuture.runAsync(task, workers)).toList();
    try {
      all.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      workers.shutdownNow();
      throw e.getCause() instanceof StartFailure failure ? failure : e;
    }
  }

  @Override
  public void close() {
    workers.shutdown();
    client.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .header("apikey", key)
        .header("Authorization", "Bearer " + key);
  }

  private static BodyPublisher json(JsonNode body) {
    return BodyPublishers.ofString(Json.write(body));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new StartFailure("The demo cannot be loaded: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted while the demo was loaded.", e);
    }
  }

  private static HttpResponse<String> accepted(HttpResponse<String> response) {
    if (response.statusCode() >= 400) {
      throw new StartFailure(
          "The demo cannot be loaded; it needs the schema that ships in supabase/migrations. %s was answered with %s"
              .formatted(response.uri().getPath(), response.body()));
    }
    return response;
  }
}
