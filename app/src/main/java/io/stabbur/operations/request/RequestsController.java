package io.stabbur.operations.request;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The log of requests, for the service role: `GET /admin/v1/requests?minutes=60` counts errors by
/// path and status over time (`by=organization` and `by=role` for those), and
/// `/admin/v1/requests/lines` shows single requests. `status=0` counts those that succeeded, too.
@Controller("/admin/v1/requests")
@ExecuteOn(TaskExecutors.BLOCKING)
final class RequestsController {
  private static final Set<String> WAYS = Set.of("route", "organization", "role");
  private static final int MOST = 1000;
  private static final int LONGEST = 60 * 24 * 366;
  private static final double MICROS_PER_MILLI = 1000;

  private final RequestLog log;

  RequestsController(RequestLog log) {
    this.log = log;
  }

  /// @param step minutes of a piece of time; all of it when 0
  @Get
  String counts(
      Caller caller,
      @QueryValue(defaultValue = "route") String by,
      @QueryValue(defaultValue = "60") int minutes,
      @QueryValue(defaultValue = "0") int step,
      @QueryValue(defaultValue = "400") int status,
      @QueryValue(defaultValue = "100") int limit) {
    requireService(caller);
    if (!WAYS.contains(by)) {
      throw new ApiException(
          new Failure.Malformed("by must be one of route, organization and role"));
    }
    int back = Math.clamp(minutes, 1, LONGEST);
    var pieces = Duration.ofMinutes(step <= 0 ? back + 1L : Math.min(step, back));
    var counts =
        log.store(caller.project())
            .summary(by, since(back), pieces, status, Math.clamp(limit, 1, MOST));
    return list("counts", counts.stream().map(each -> node(by, each)).toList());
  }

  @Get("/lines")
  String lines(
      Caller caller,
      @QueryValue(defaultValue = "60") int minutes,
      @QueryValue(defaultValue = "400") int status,
      @QueryValue(defaultValue = "100") int limit) {
    requireService(caller);
    var lines =
        log.store(caller.project())
            .lines(since(Math.clamp(minutes, 1, LONGEST)), status, Math.clamp(limit, 1, MOST));
    return list("requests", lines.stream().map(RequestsController::node).toList());
  }

  private static void requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("Requests need the service key"));
    }
    if (!caller.project().settings().prepare()) {
      throw new ApiException(
          new Failure.Unavailable(
              "The project's database is not to be changed (prepare: false), so it has no log of"
                  + " requests"));
    }
  }

  private static Instant since(int minutes) {
    return Instant.now().minus(Duration.ofMinutes(minutes));
  }

  private static JsonNode node(String by, RequestStore.Count count) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put(by, JsonNode.createStringNode(count.what()));
    fields.put("from", JsonNode.createStringNode(count.from().toString()));
    fields.put("status", JsonNode.createNumberNode(count.status()));
    fields.put("requests", JsonNode.createNumberNode(count.requests()));
    fields.put("mean_milliseconds", JsonNode.createNumberNode(count.mean()));
    fields.put("longest_milliseconds", JsonNode.createNumberNode(count.longest()));
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode node(RequestLine line) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("at", JsonNode.createStringNode(line.at().toString()));
    fields.put("request_id", JsonNode.createStringNode(line.requestId()));
    fields.put("route", JsonNode.createStringNode(line.route()));
    fields.put("method", JsonNode.createStringNode(line.method()));
    fields.put("status", JsonNode.createNumberNode(line.status()));
    fields.put("milliseconds", JsonNode.createNumberNode(line.microseconds() / MICROS_PER_MILLI));
    fields.put("role", JsonNode.createStringNode(line.role()));
    fields.put("organization", JsonNode.createStringNode(line.organization()));
    return JsonNode.createObjectNode(fields);
  }

  private static String list(String name, List<JsonNode> nodes) {
    return Json.write(JsonNode.createObjectNode(Map.of(name, JsonNode.createArrayNode(nodes))));
  }
}
