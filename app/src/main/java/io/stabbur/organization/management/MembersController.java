package io.stabbur.organization.management;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import java.util.UUID;

/// The members of one organisation, for the service role, platform administrators and its own.
@Controller("/admin/v1/organizations/{id}/members")
@ExecuteOn(TaskExecutors.BLOCKING)
final class MembersController {
  private final Members members;

  MembersController(Members members) {
    this.members = members;
  }

  @Get
  String list(Caller caller, UUID id) {
    return members.list(caller, id);
  }

  @Post
  HttpResponse<String> add(Caller caller, UUID id, @Body String body) {
    return HttpResponse.created(members.add(caller, id, body));
  }

  /// The member is named by the id of the membership or of the person.
  @Patch("/{member}")
  String change(Caller caller, UUID id, UUID member, @Body String body) {
    return members.change(caller, id, member, body);
  }

  @Delete("/{member}")
  HttpResponse<?> remove(Caller caller, UUID id, UUID member) {
    members.remove(caller, id, member);
    return HttpResponse.noContent();
  }
}
