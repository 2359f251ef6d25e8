package io.stabbur.management.api;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.management.Developer;
import io.stabbur.platform.http.JsonFields;
import java.util.List;
import java.util.Optional;

/// Projects, their API keys, and what the developer is called.
@Controller("/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ProjectsController {
  private final ProjectJson json;

  ProjectsController(ProjectJson json) {
    this.json = json;
  }

  @Get("/projects")
  HttpResponse<?> projects(Developer developer) {
    return JsonFields.answer(JsonFields.array(developer.projects(), json::project));
  }

  @Get("/projects/{ref}")
  HttpResponse<?> project(Developer developer, String ref) {
    return JsonFields.answer(json.project(developer.project()));
  }

  @Get("/projects/{ref}/api-keys")
  HttpResponse<?> apiKeys(Developer developer, String ref, @QueryValue Optional<Boolean> reveal) {
    var shown = reveal.orElse(false) ? ApiKeyJson.Shown.REVEALED : ApiKeyJson.Shown.MASKED;
    return JsonFields.answer(ApiKeyJson.all(developer.project(), shown));
  }

  /// There are none: a branch is a project of its own here.
  @Get("/projects/{ref}/branches")
  HttpResponse<?> branches(Developer developer, String ref) {
    return JsonFields.answer(JsonNode.createArrayNode(List.of()));
  }

  @Get("/organizations")
  HttpResponse<?> organizations(Developer developer) {
    return JsonFields.answer(JsonFields.array(List.of(ProjectJson.OWNER), ProjectJson::owner));
  }

  @Get("/profile")
  HttpResponse<?> profile(Developer developer) {
    return JsonFields.answer(
        new JsonFields()
            .put("gotrue_id", developer.token().toString())
            .put("primary_email", developer.name())
            .put("username", developer.name())
            .json());
  }
}
