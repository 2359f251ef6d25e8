package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.page.Moments;
import io.stabbur.console.page.Pages;
import io.stabbur.control.operator.Role;
import io.stabbur.functions.Functions.Line;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// `/console/expert/functions/NAME/live`: new lines of a function's log as server-sent events. An
/// answer ends with the first lines, or after some seconds without any; the browser asks again from
/// there, so each time it is looked whether the session still holds.
@Controller("/console/expert/functions")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class LiveLogController {
  private static final int RETRY_MILLIS = 500;
  private static final String LAST = "Last-Event-ID";

  private final ExpertPages expert;
  private final FunctionPages functions;
  private final Pages pages;

  LiveLogController(ExpertPages expert, FunctionPages functions, Pages pages) {
    this.expert = expert;
    this.functions = functions;
    this.pages = pages;
  }

  /// @param after the last line that the page shows; what the browser got since counts before it
  @Get("/{slug}/live")
  @Produces(MediaType.ALL)
  HttpResponse<?> live(
      HttpRequest<?> request, String slug, @QueryValue(defaultValue = "0") long after)
      throws InterruptedException {
    long from = last(request).orElse(after);
    var lines = FunctionPages.found(() -> functions.awaited(expert.chosen(request), slug, from));
    var times = expert.frame(request, ExpertTool.FUNCTIONS).times();
    return pages
        .plain(HttpResponse.ok(event(lines, times)))
        .header("Content-Type", "text/event-stream; charset=utf-8");
  }

  private static Optional<Long> last(HttpRequest<?> request) {
    return Optional.ofNullable(request.getHeaders().get(LAST))
        .filter(text -> text.matches("\\d{1,18}"))
        .map(Long::valueOf);
  }

  /// Nothing but how soon to ask again where there are no lines.
  private static String event(List<Line> lines, Moments times) {
    var retry = "retry: " + RETRY_MILLIS + "\n\n";
    return lines.isEmpty()
        ? retry
        : "id: %d\ndata: %s\n%s"
            .formatted(
                lines.getLast().id(),
                Json.write(
                    JsonNode.createArrayNode(
                        lines.stream().map(line -> json(line, times)).toList())),
                retry);
  }

  private static JsonNode json(Line line, Moments times) {
    var shown = new LinkedHashMap<String, JsonNode>();
    shown.put("at", JsonNode.createStringNode(line.at().toString()));
    shown.put("time", JsonNode.createStringNode(times.of(line.at())));
    shown.put("level", JsonNode.createStringNode(line.level()));
    shown.put("message", JsonNode.createStringNode(line.message()));
    return JsonNode.createObjectNode(shown);
  }
}
