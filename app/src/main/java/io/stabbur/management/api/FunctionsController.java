package io.stabbur.management.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.functions.DeployForm;
import io.stabbur.functions.Functions;
import io.stabbur.functions.Functions.Use;
import io.stabbur.management.Developer;
import io.stabbur.platform.http.JsonFields;
import java.util.Optional;

/// The functions of a project: what is deployed, and deploying.
@Controller("/v1/projects/{ref}/functions")
@Consumes(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class FunctionsController {
  private static final int LARGEST_JSON = 1024 * 1024;

  private final Functions functions;
  private final BodyBudget bodies;

  FunctionsController(Functions functions, BodyBudget bodies) {
    this.functions = functions;
    this.bodies = bodies;
  }

  @Get
  HttpResponse<?> list(Developer developer, String ref) {
    return JsonFields.answer(
        JsonFields.array(functions.list(developer.project()), FunctionJson::one));
  }

  @Post("/deploy")
  HttpResponse<?> deploy(
      HttpRequest<?> request,
      Developer developer,
      String ref,
      @QueryValue String slug,
      @QueryValue Optional<Boolean> bundleOnly) {
    var type = request.getHeaders().get("content-type", String.class).orElse("");
    var use = bundleOnly.orElse(false) ? Use.LATER : Use.AT_ONCE;
    var deployed =
        bodies.read(
            request,
            developer,
            DeployForm.LARGEST,
            body -> functions.deploy(developer.project(), slug, DeployForm.parse(type, body), use));
    return JsonFields.answer(HttpStatus.CREATED, FunctionJson.one(deployed));
  }

  /// Uses versions that were deployed for later, all or none.
  @Put
  HttpResponse<?> activate(HttpRequest<?> request, Developer developer, String ref) {
    var wanted = bodies.read(request, developer, LARGEST_JSON, FunctionJson::activations);
    var used = functions.activate(developer.project(), wanted);
    return JsonFields.answer(
        new JsonFields().put("functions", JsonFields.array(used, FunctionJson::one)).json());
  }

  @Get("/{slug}")
  HttpResponse<?> get(Developer developer, String ref, String slug) {
    return JsonFields.answer(FunctionJson.one(functions.get(developer.project(), slug)));
  }

  /// Changes whether a token is needed; code comes with a deployment.
  @Patch("/{slug}")
  HttpResponse<?> change(HttpRequest<?> request, Developer developer, String ref, String slug) {
    var verify = bodies.read(request, developer, LARGEST_JSON, FunctionJson::verifyJwt);
    var now = functions.get(developer.project(), slug);
    return JsonFields.answer(
        FunctionJson.one(functions.activate(developer.project(), slug, now.version(), verify)));
  }

  @Delete("/{slug}")
  HttpResponse<?> delete(Developer developer, String ref, String slug) {
    functions.delete(developer.project(), slug);
    return HttpResponse.ok();
  }

  @Get("/{slug}/body")
  @Produces({MediaType.MULTIPART_FORM_DATA, MediaType.ALL})
  HttpResponse<?> body(Developer developer, String ref, String slug) {
    var described = functions.get(developer.project(), slug);
    return FunctionFiles.form(described, functions.download(developer.project(), slug));
  }
}
