package io.stabbur.operations;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.util.concurrent.CompletableFuture;

/// `/health/liveness` says that the process answers; `/health/readiness` and `/health` that every
/// project's database does, too. Neither names a project: anybody may ask.
@Controller("/health")
final class HealthController {
  private final Projects projects;

  HealthController(Projects projects) {
    this.projects = projects;
  }

  @Get(value = "/liveness", produces = MediaType.APPLICATION_JSON)
  String liveness() {
    return "{\"status\":\"UP\"}";
  }

  @Get(
      uris = {"/", "/readiness"},
      produces = MediaType.APPLICATION_JSON)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<String> readiness() {
    var asked = projects.all().stream().map(HealthController::isReachable).toList();
    boolean ready = asked.stream().allMatch(CompletableFuture::join);
    var body = "{\"status\":\"%s\"}".formatted(ready ? "UP" : "DOWN");
    return HttpResponse.<String>status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(body);
  }

  /// All projects are asked at once, so one that hangs costs no more than its own bound.
  private static CompletableFuture<Boolean> isReachable(Project project) {
    return CompletableFuture.supplyAsync(project.api()::reachable, Thread::startVirtualThread);
  }
}
