package io.stabbur.operations.backup;

import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.util.UUID;

/// `/admin/v1/backups`: making, listing and proving the backups of a project, and restoring one
/// organization from them, for the service role.
@Controller("/admin/v1/backups")
@ExecuteOn(TaskExecutors.BLOCKING)
final class BackupController {
  private final Backups backups;

  BackupController(Backups backups) {
    this.backups = backups;
  }

  @Get
  String list(Caller caller) {
    requireService(caller);
    var listed =
        new Fields()
            .put("status", backups.status(caller.project()).json())
            .put("backups", backups.list(caller.project()), Backup::json);
    return Json.write(listed.json());
  }

  @Post
  String make(Caller caller) {
    requireService(caller);
    return Json.write(backups.make(caller.project()).json());
  }

  @Post("/verify")
  String prove(Caller caller) {
    requireService(caller);
    return Json.write(backups.prove(caller.project()).json());
  }

  @Post("/check")
  String check(Caller caller) {
    requireService(caller);
    return Json.write(backups.check(caller.project()));
  }

  /// `{"backup" | "to_time" | "to_point": …, "except": ["public.members"], "apply": true}`; it is
  /// tried and taken back without `apply`.
  @Post("/organizations/{id}")
  String restore(Caller caller, UUID id, @Body String body) {
    requireService(caller);
    return Json.write(
        backups.restore(caller.project(), OrganizationRequest.parse(id, body)).json());
  }

  private static void requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("Backups need the service key"));
    }
  }
}
