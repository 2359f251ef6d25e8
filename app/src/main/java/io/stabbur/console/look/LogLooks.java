package io.stabbur.console.look;

import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Looks at the log of the server, at those of functions and at the sockets of Realtime, in which
/// values of persons may stand. Each page is written to the operators' journal before it is done.
/// Lines that come, and a page that is loaded anew with each change, are asked for again and again;
/// they are written down too, once in ten minutes.
@Singleton
public final class LogLooks {
  private static final Duration ONE_LOOK = Duration.ofMinutes(10);
  private static final int DONE = 200;
  private static final int FAILED = 500;

  private final OperatorDesk desk;
  private final Clock clock;
  private final Map<Reader, Instant> noted = new ConcurrentHashMap<>();

  LogLooks(OperatorDesk desk, Clock clock) {
    this.desk = desk;
    this.clock = clock;
  }

  /// Who reads what.
  private record Reader(String operator, String action) {}

  /// The log of the server, as the journal has it.
  ///
  /// @param which lines of it
  public static String server(String which) {
    return "Log (read)\n" + which;
  }

  /// The log of a function, as the journal has it.
  ///
  /// @param text what is looked for in it; empty for all of it
  public static String function(Project project, String slug, String text) {
    var place = "Log (read) in %s / %s".formatted(project.name(), slug);
    return text.isEmpty() ? place : place + '\n' + text;
  }

  /// The sockets of Realtime, as the journal has it: their channels' names and filters are the
  /// clients' own words.
  public static String sockets(Project project) {
    return "Realtime (read) in " + project.name();
  }

  /// What a page shows.
  ///
  /// @param action of [#server], [#function] or [#sockets]
  public <T> T page(SignedIn operator, String action, Supplier<T> look) {
    long entry = desk.note(operator, action);
    remember(operator, action);
    int status = FAILED;
    try {
      var shown = look.get();
      status = DONE;
      return shown;
    } finally {
      desk.noteEnd(entry, status);
    }
  }

  /// Lines that come, and what is shown anew with each change.
  public void follow(SignedIn operator, String action) {
    var last = noted.get(new Reader(operator.email(), action));
    if (last == null || !last.plus(ONE_LOOK).isAfter(clock.instant())) {
      long entry = desk.note(operator, action);
      remember(operator, action);
      desk.noteEnd(entry, DONE);
    }
  }

  private void remember(SignedIn operator, String action) {
    var now = clock.instant();
    noted.values().removeIf(at -> !at.plus(ONE_LOOK).isAfter(now));
    noted.put(new Reader(operator.email(), action), now);
  }
}
