package io.stabbur.management.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.functions.Functions;
import io.stabbur.management.Developer;
import io.stabbur.platform.http.JsonFields;

/// The secrets that functions of a project get: digests of them, never a value.
@Controller("/v1/projects/{ref}/secrets")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SecretsController {
  private static final int LARGEST = 8 * 1024 * 1024;

  private final Functions functions;
  private final BodyBudget bodies;

  SecretsController(Functions functions, BodyBudget bodies) {
    this.functions = functions;
    this.bodies = bodies;
  }

  @Get
  HttpResponse<?> list(Developer developer, String ref) {
    return JsonFields.answer(
        JsonFields.array(functions.secrets(developer.project()), SecretJson::one));
  }

  @Post
  HttpResponse<?> set(HttpRequest<?> request, Developer developer, String ref) {
    var values = bodies.read(request, developer, LARGEST, SecretJson::values);
    functions.setSecrets(developer.project(), values);
    return HttpResponse.created("");
  }

  @Delete
  HttpResponse<?> unset(HttpRequest<?> request, Developer developer, String ref) {
    var names = bodies.read(request, developer, LARGEST, SecretJson::names);
    functions.unsetSecrets(developer.project(), names);
    return HttpResponse.ok();
  }
}
