package io.stabbur.management.api;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.functions.Functions;
import io.stabbur.functions.Functions.FoundLine;
import io.stabbur.management.Developer;
import io.stabbur.management.ManagementError;
import io.stabbur.operations.backup.Backup;
import io.stabbur.operations.backup.Backups;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.JsonFields;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/// Logs and backups of a project.
@Controller("/v1/projects/{ref}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class OperationsController {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Functions functions;
  private final Backups backups;

  OperationsController(Functions functions, Backups backups) {
    this.functions = functions;
    this.backups = backups;
  }

  @Get("/analytics/endpoints/logs")
  HttpResponse<?> logs(
      Developer developer,
      String ref,
      @QueryValue String sql,
      @QueryValue("iso_timestamp_start") Optional<String> start,
      @QueryValue("iso_timestamp_end") Optional<String> end) {
    var to = end.map(OperationsController::instant).orElseGet(Instant::now);
    var from = start.map(OperationsController::instant).orElseGet(() -> to.minus(HOUR));
    var found = functions.search(developer.project(), LogStatement.parse(sql, from, to));
    return JsonFields.answer(
        new JsonFields()
            .put("result", JsonFields.array(found, OperationsController::line))
            .put("error", JsonNode.nullNode())
            .json());
  }

  @Get("/database/backups")
  HttpResponse<?> backups(Developer developer, String ref) {
    var project = developer.project();
    boolean enabled = backups.isEnabled(project);
    var all = enabled ? backups.list(project) : List.<Backup>of();
    return JsonFields.answer(
        new JsonFields()
            .put("region", ProjectJson.REGION)
            .put("walg_enabled", enabled)
            .put("pitr_enabled", enabled && !backups.isDumped(project))
            .put("backups", JsonFields.array(all, OperationsController::backup))
            .put("physical_backup_data", new JsonFields().json())
            .json());
  }

  private static JsonNode line(FoundLine found) {
    var line = found.line();
    boolean request = found.status() > 0;
    var attributes = new JsonFields().put("function_id", found.function());
    if (request) {
      attributes.put("response.status_code", Integer.toString(found.status()));
    }
    return new JsonFields()
        .put("id", Long.toString(line.id()))
        .put("ts_ms", line.at().toEpochMilli())
        .put("source", request ? "function_edge_logs" : "function_logs")
        .put("severity_text", line.level())
        .put("level", level(found))
        .put("event_message", line.message())
        .put(
            "log_attributes",
            attributes
                .put("level", line.level())
                .put("version", line.version())
                .put("execution_id", line.execution())
                .json())
        .json();
  }

  private static String level(FoundLine found) {
    if (found.status() == 0) {
      return found.line().level();
    }
    return found.status() >= 500 ? "error" : found.status() >= 400 ? "warn" : "info";
  }

  private static JsonNode backup(Backup backup) {
    return new JsonFields()
        .put("id", backup.endedAt().getEpochSecond())
        .put("is_physical_backup", true)
        .put("status", "COMPLETED")
        .put("inserted_at", backup.endedAt().toString())
        .json();
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw new ApiException(
          new ManagementError.Rejected("A time must be such as 2027-01-31T00:00:00Z"));
    }
  }
}
