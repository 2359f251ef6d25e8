package io.stabbur.organization.management;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import java.util.Set;
import java.util.UUID;

/// Organisations, for the service role and platform administrators; members read their own.
@Controller("/admin/v1/organizations")
@ExecuteOn(TaskExecutors.BLOCKING)
final class OrganizationsController {
  private final Organizations organizations;

  OrganizationsController(Organizations organizations) {
    this.organizations = organizations;
  }

  @Get
  String list(Caller caller) {
    return organizations.list(caller);
  }

  @Get("/{id}")
  String one(Caller caller, UUID id) {
    return organizations.one(caller, id);
  }

  @Post
  HttpResponse<String> create(Caller caller, @Body String body) {
    var input =
        Input.parse(body, Set.of("name", "slug", "admin_email", "password", "labels", "settings"));
    return HttpResponse.created(organizations.create(caller, NewOrganization.of(input)));
  }

  @Patch("/{id}")
  String change(Caller caller, UUID id, @Body String body) {
    return organizations.change(
        caller, id, Input.parse(body, Set.of("name", "slug", "status", "settings")));
  }
}
