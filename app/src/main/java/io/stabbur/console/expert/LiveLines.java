package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Pages;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// New lines of a log as server-sent events. An answer ends with the first lines, or after some
/// seconds without any; the browser asks again from there, so each time it is looked whether the
/// session still holds.
@Singleton
final class LiveLines {
  private static final int LOOKS = 20;
  private static final int PAUSE_MILLIS = 500;
  private static final String LAST = "Last-Event-ID";

  private final Pages pages;

  LiveLines(Pages pages) {
    this.pages = pages;
  }

  /// A line as the page's script shows it.
  ///
  /// @param logger empty where the log has one
  record Line(long number, Instant at, String level, String logger, String message) {
    private JsonNode json(Frame frame) {
      var shown = new LinkedHashMap<String, JsonNode>();
      shown.put("at", JsonNode.createStringNode(at.toString()));
      shown.put("time", JsonNode.createStringNode(frame.times().of(at)));
      shown.put("level", JsonNode.createStringNode(level));
      shown.put("logger", JsonNode.createStringNode(logger));
      shown.put("message", JsonNode.createStringNode(message));
      return JsonNode.createObjectNode(shown);
    }
  }

  /// What is read of a log.
  interface Log {
    /// Some lines after the one with a number, the oldest first.
    List<Line> after(long number);
  }

  /// The lines after the last one that the page has, as soon as there are some.
  ///
  /// @param shown the last line that the page shows; what the browser got since counts before it
  HttpResponse<?> answer(HttpRequest<?> request, Frame frame, long shown, Log log)
      throws InterruptedException {
    long from = last(request).orElse(shown);
    var lines = log.after(from);
    for (int i = 0; lines.isEmpty() && i < LOOKS; i++) {
      Thread.sleep(PAUSE_MILLIS);
      lines = log.after(from);
    }
    return pages
        .plain(HttpResponse.ok(event(frame, lines)))
        .header("Content-Type", "text/event-stream; charset=utf-8");
  }

  private static Optional<Long> last(HttpRequest<?> request) {
    return Optional.ofNullable(request.getHeaders().get(LAST))
        .filter(text -> text.matches("\\d{1,18}"))
        .map(Long::valueOf);
  }

  /// Nothing but how soon to ask again where there are no lines.
  private static String event(Frame frame, List<Line> lines) {
    var retry = "retry: " + PAUSE_MILLIS + "\n\n";
    if (lines.isEmpty()) {
      return retry;
    }
    var shown = lines.stream().map(line -> line.json(frame)).toList();
    return "id: %d\ndata: %s\n%s"
        .formatted(lines.getLast().number(), Json.write(JsonNode.createArrayNode(shown)), retry);
  }
}
