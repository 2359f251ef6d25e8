package io.stabbur.functions;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.functions.Functions.Use;
import io.stabbur.identity.Caller;
import io.stabbur.platform.http.BodyBytes;
import java.util.Optional;

/// `/functions/v1/_internal`: what the command does with functions, for the service role. No
/// function has a name that begins with `_`.
@Controller("/functions/v1/_internal")
@Consumes(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class ManagementController {
  private final Functions functions;

  ManagementController(Functions functions) {
    this.functions = functions;
  }

  @Get("/functions")
  HttpResponse<?> list(Caller caller) {
    return ManagementJson.list(functions.list(ManagementBody.requireService(caller)));
  }

  @Post("/functions")
  HttpResponse<?> deploy(HttpRequest<?> request, Caller caller, @QueryValue String slug) {
    var project = ManagementBody.requireService(caller);
    var code =
        DeployForm.parse(
            request.getHeaders().get("content-type", String.class).orElse(""),
            BodyBytes.read(request, DeployForm.LARGEST));
    return ManagementJson.one(functions.deploy(project, slug, code, Use.AT_ONCE));
  }

  @Get("/functions/{slug}/versions")
  HttpResponse<?> versions(Caller caller, String slug) {
    return ManagementJson.list(functions.versions(ManagementBody.requireService(caller), slug));
  }

  @Post("/functions/{slug}/rollback")
  HttpResponse<?> rollback(Caller caller, String slug, @QueryValue Optional<Integer> version) {
    var project = ManagementBody.requireService(caller);
    return ManagementJson.one(functions.rollback(project, slug, version.orElse(null)));
  }

  @Delete("/functions/{slug}")
  HttpResponse<?> delete(Caller caller, String slug) {
    functions.delete(ManagementBody.requireService(caller), slug);
    return HttpResponse.noContent();
  }

  @Get("/functions/{slug}/logs")
  HttpResponse<?> logs(
      Caller caller,
      String slug,
      @QueryValue Optional<Long> after,
      @QueryValue Optional<Integer> limit) {
    return ManagementJson.lines(
        functions.logs(
            ManagementBody.requireService(caller), slug, after.orElse(0L), limit.orElse(100)));
  }

  @Get("/logs")
  HttpResponse<?> allLogs(
      Caller caller, @QueryValue Optional<Long> after, @QueryValue Optional<Integer> limit) {
    return ManagementJson.lines(
        functions.logs(
            ManagementBody.requireService(caller), null, after.orElse(0L), limit.orElse(100)));
  }

  @Get("/folder")
  HttpResponse<?> folder(Caller caller) {
    return ManagementJson.folder(
        functions.folder(ManagementBody.requireService(caller)).orElse("-"));
  }

  @Get("/secrets")
  HttpResponse<?> secrets(Caller caller) {
    return ManagementJson.secrets(functions.secrets(ManagementBody.requireService(caller)));
  }

  @Post("/secrets")
  HttpResponse<?> setSecrets(HttpRequest<?> request, Caller caller) {
    functions.setSecrets(
        ManagementBody.requireService(caller), ManagementBody.namedValues(request));
    return HttpResponse.created("");
  }

  @Delete("/secrets")
  HttpResponse<?> unsetSecrets(HttpRequest<?> request, Caller caller) {
    functions.unsetSecrets(ManagementBody.requireService(caller), ManagementBody.names(request));
    return HttpResponse.noContent();
  }
}
