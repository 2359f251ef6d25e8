package io.stabbur.organization.management;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.json.Json;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Those who run the platform, for the service role.
@Controller("/admin/v1/platform-admins")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PlatformAdministratorsController {
  private final PlatformAdministrators administrators;

  PlatformAdministratorsController(PlatformAdministrators administrators) {
    this.administrators = administrators;
  }

  @Get
  String list(Caller caller) {
    return administrators.list(caller);
  }

  @Post
  HttpResponse<String> add(Caller caller, @Body String body) {
    var email = Input.parse(body, Set.of("email")).email("email");
    var added = administrators.add(caller, email);
    return HttpResponse.created(
        Json.write(
            JsonNode.createObjectNode(
                Map.of("user_id", JsonNode.createStringNode(added.toString())))));
  }

  @Delete("/{id}")
  HttpResponse<?> remove(Caller caller, UUID id) {
    administrators.remove(caller, id);
    return HttpResponse.noContent();
  }
}
