package io.stabbur.operations.alert;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.platform.json.Json;
import org.jspecify.annotations.Nullable;

/// `/alerts`: what needs a person's attention now, as JSON, of all projects, for the operator.
@Controller("/alerts")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AlertsController {
  private final AlertDesk desk;
  private final PrometheusRules rules;

  AlertsController(AlertDesk desk, PrometheusRules rules) {
    this.desk = desk;
    this.rules = rules;
  }

  @Get(produces = MediaType.APPLICATION_JSON)
  String alerts() {
    return Json.write(desk.firing(null));
  }

  @Get("/history")
  String history() {
    return Json.write(desk.history(null));
  }

  /// The rules as Prometheus reads them.
  @Get(value = "/rules", produces = "application/yaml")
  String rules() {
    return rules.yaml();
  }

  @Get("/silences")
  String silences() {
    return Json.write(desk.silences(null));
  }

  @Post("/silences")
  @Consumes("*/*")
  String silence(@Body byte @Nullable [] body) {
    return Json.write(desk.silence(null, body));
  }

  @Delete("/silences/{id}")
  HttpResponse<?> unsilence(@PathVariable String id) {
    desk.unsilence(null, id);
    return HttpResponse.noContent();
  }

  @Post("/test")
  String test() {
    return Json.write(desk.test());
  }
}
