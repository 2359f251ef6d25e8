package io.stabbur.console.run;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.stabbur.console.page.Pages;
import io.stabbur.platform.crypto.Crypto;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.function.Supplier;

/// Tells a page how work goes on, as server-sent events. An answer ends with the first change, or
/// after some seconds without any; the browser asks again from there, so each time it is looked
/// whether the session still holds.
@Singleton
public final class RunWatch {
  private static final int LOOKS = 20;
  private static final int PAUSE_MILLIS = 500;
  private static final String LAST = "Last-Event-ID";

  private final Pages pages;

  RunWatch(Pages pages) {
    this.pages = pages;
  }

  /// What a page knows of work, for its next question.
  ///
  /// @param state any text that is another one as soon as the work stands otherwise
  public static String mark(String state) {
    return Crypto.sha256Hex(state).substring(0, 16);
  }

  /// The answer once the state is another one than the page knows.
  ///
  /// @param known the mark of the page; what the browser got since counts before it
  public HttpResponse<?> changed(HttpRequest<?> request, String known, Supplier<String> state)
      throws InterruptedException {
    var from = Objects.requireNonNullElse(request.getHeaders().get(LAST), known);
    var now = mark(state.get());
    for (int i = 0; now.equals(from) && i < LOOKS; i++) {
      Thread.sleep(PAUSE_MILLIS);
      now = mark(state.get());
    }
    var retry = "retry: " + PAUSE_MILLIS + "\n\n";
    var event = now.equals(from) ? retry : "id: " + now + "\ndata: " + now + "\n" + retry;
    return pages
        .plain(HttpResponse.ok(event))
        .header("Content-Type", "text/event-stream; charset=utf-8");
  }
}
