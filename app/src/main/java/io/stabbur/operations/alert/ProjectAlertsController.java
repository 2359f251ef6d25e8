package io.stabbur.operations.alert;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Projects;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/admin/v1/alerts`: the alerts of one project, for its service role.
@Controller("/admin/v1/alerts")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ProjectAlertsController {
  private final AlertDesk desk;
  private final PrometheusRules rules;
  private final Projects projects;

  ProjectAlertsController(AlertDesk desk, PrometheusRules rules, Projects projects) {
    this.desk = desk;
    this.rules = rules;
    this.projects = projects;
  }

  @Get
  String alerts(Caller caller) {
    return Json.write(desk.firing(project(caller)));
  }

  @Get("/history")
  String history(Caller caller) {
    return Json.write(desk.history(project(caller)));
  }

  @Get("/rules")
  String rules(Caller caller) {
    var _ = project(caller);
    return Json.write(AlertJson.object(Map.of("yaml", AlertJson.text(rules.yaml()))));
  }

  @Get("/silences")
  String silences(Caller caller) {
    return Json.write(desk.silences(project(caller)));
  }

  @Post("/silences")
  @Consumes("*/*")
  String silence(Caller caller, @Body byte @Nullable [] body) {
    return Json.write(desk.silence(project(caller), body));
  }

  @Delete("/silences/{id}")
  HttpResponse<?> unsilence(Caller caller, @PathVariable String id) {
    desk.unsilence(project(caller), id);
    return HttpResponse.noContent();
  }

  /// The receivers are the appliance's: with several projects only the operator reaches them.
  @Post("/test")
  String test(Caller caller) {
    var _ = project(caller);
    if (projects.all().size() > 1) {
      throw new ApiException(
          new Failure.Forbidden(
              "With several projects POST /alerts/test with the operator's token"));
    }
    return Json.write(desk.test());
  }

  private static String project(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("Alerts need the service key"));
    }
    return caller.project().name();
  }
}
