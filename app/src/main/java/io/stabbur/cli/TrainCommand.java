package io.stabbur.cli;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.stabbur.control.api.FirstOwner;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `stabbur train`: starts everything once on a throw-away folder, asks each API a little and
/// stops. The JVM, told to, writes down what it loaded meanwhile, and later starts are faster.
@Command(name = "train", hidden = true, description = "Run once for the class cache.")
final class TrainCommand implements Callable<Integer> {
  private static final int ROUNDS = 20;

  @Option(names = "--data", required = true, description = "A folder to throw away.")
  Path data = Path.of("training");

  @Override
  public Integer call() throws IOException, InterruptedException {
    var settings =
        Map.<String, Object>of(
            "micronaut.server.port",
            -1,
            "stabbur.data",
            data.toAbsolutePath().toString(),
            "stabbur.gateway.access-log",
            false);
    try (var context =
            ApplicationContext.builder().properties(settings).eagerInitConfiguration(true).start();
        var client = HttpClient.newHttpClient()) {
      var server = context.getBean(EmbeddedServer.class).start();
      var project = context.getBean(Projects.class).firstOpen();
      // opens the control database, as every start does
      var _ = context.findBean(FirstOwner.class).flatMap(FirstOwner::invite);
      for (int round = 0; round < ROUNDS; round++) {
        for (var path :
            new String[] {
              "/health", "/metrics", "/rest/v1/", "/auth/v1/settings", "/storage/v1/bucket"
            }) {
          client.send(
              request(server.getURI().resolve(path), project),
              HttpResponse.BodyHandlers.discarding());
        }
      }
    }
    return 0;
  }

  private static HttpRequest request(URI uri, Project project) {
    var key = project.keys().serviceRoleKey().reveal();
    return HttpRequest.newBuilder(uri)
        .header("apikey", key)
        .header("Authorization", "Bearer " + key)
        .build();
  }
}
