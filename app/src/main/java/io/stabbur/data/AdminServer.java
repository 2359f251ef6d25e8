package io.stabbur.data;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.stabbur.identity.KeySets;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What PostgREST tells operators, on a port of its own: `/live`, `/ready`, `/schema_cache` and
/// `/metrics`. It shares nothing with the server of the APIs, so it answers when that one has no
/// thread or connection left.
@Singleton
@Requires(property = "stabbur.rest.admin-port")
final class AdminServer implements ApplicationEventListener<ServerStartupEvent> {
  /// How long a database may take to answer and still count as ready.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final DataApi api;
  private final DataSettings settings;
  private final Projects projects;
  private final KeySets keys;
  private @Nullable HttpServer server;

  AdminServer(
      DataApi api,
      DataSettings settings,
      Projects projects,
      KeySets keys,
      HttpServerConfiguration apis) {
    if (settings.adminPort() != null && settings.adminPort().equals(apis.getPort().orElse(-1))) {
      throw new StartFailure(
          "Port %d cannot be that of the APIs and the admin port; change one of them."
              .formatted(settings.adminPort()));
    }
    this.api = api;
    this.settings = settings;
    this.projects = projects;
    this.keys = keys;
  }

  /// An answer; no type means no body.
  private record Answer(int status, @Nullable String type, String body) {
    static Answer status(int status) {
      return new Answer(status, null, "");
    }
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent event) {
    var port = settings.adminPort() == null ? 0 : settings.adminPort();
    try {
      var started = HttpServer.create(new InetSocketAddress(settings.adminHost(), port), 0);
      started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      started.createContext("/", exchange -> send(exchange, answer(exchange, event.getSource())));
      started.start();
      server = started;
    } catch (IOException e) {
      throw new StartFailure(
          "The admin port %d on %s cannot be opened; choose another."
              .formatted(port, settings.adminHost()),
          e);
    }
  }

  @PreDestroy
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  private Answer found(String path, EmbeddedServer apis) {
    return switch (path) {
      case "/live" -> Answer.status(apis.isRunning() ? 200 : 500);
      case "/ready" -> Answer.status(apis.isRunning() ? readiness() : 500);
      case "/schema_cache" -> new Answer(200, "application/json; charset=utf-8", catalogs());
      case "/metrics" ->
          new Answer(
              200, "text/plain; charset=utf-8", new DataMetrics(api, keys, projects.all()).text());
      default -> Answer.status(404);
    };
  }

  private Answer answer(HttpExchange exchange, EmbeddedServer apis) {
    try {
      return found(exchange.getRequestURI().getPath(), apis);
    } catch (ApiException _) {
      // there is no catalog yet
      return Answer.status(503);
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      var body = answer.body.getBytes(StandardCharsets.UTF_8);
      if (answer.type != null) {
        exchange.getResponseHeaders().set("Content-Type", answer.type);
      }
      var bodiless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status, bodiless ? -1 : body.length);
      if (!bodiless) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  /// With several projects, each under its name.
  private String catalogs() {
    var all = projects.all();
    if (all.size() == 1) {
      return CatalogJson.of(api.room(all.getFirst()).current().catalog());
    }
    var each =
        all.stream()
            .map(
                p ->
                    "\"%s\":%s"
                        .formatted(p.name(), CatalogJson.of(api.room(p).current().catalog())))
            .toList();
    return "{" + String.join(",", each) + "}";
  }

  private int readiness() {
    var asked = projects.all().stream().map(this::ready).toList();
    return asked.stream().allMatch(CompletableFuture::join) ? 200 : 503;
  }

  private CompletableFuture<Boolean> ready(Project project) {
    return CompletableFuture.supplyAsync(() -> isReady(project), Thread::startVirtualThread)
        .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(_ -> false);
  }

  private boolean isReady(Project project) {
    var _ = api.room(project).current();
    return project.api().reachable();
  }
}
