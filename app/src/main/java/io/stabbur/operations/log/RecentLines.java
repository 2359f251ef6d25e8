package io.stabbur.operations.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;

/// Keeps the last lines of the log of this process in memory, for pages; `logback.xml` names it.
/// Lines of single requests are left out: they have a page of their own, and reading that of the
/// log makes some.
public final class RecentLines extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final int MOST = 1_000;
  private static final int LONGEST = 2_000;

  /// How much of a line is looked at: masking what begins within the shown part needs what follows.
  private static final int LOOKED_AT = 4 * LONGEST;

  private static final String REQUESTS = "access";
  private static final ArrayDeque<LogLine> LINES = new ArrayDeque<>();
  private static long last;

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLoggerName().equals(REQUESTS)) {
      return;
    }
    var text = shown(text(event));
    synchronized (LINES) {
      last = number(last, event.getInstant());
      LINES.addLast(
          new LogLine(
              last, event.getInstant(), event.getLevel().toString(), event.getLoggerName(), text));
      if (LINES.size() > MOST) {
        LINES.removeFirst();
      }
    }
  }

  /// The number of a line: its moment in microseconds, or the next one after the line before. So
  /// the lines of a process that was started anew come after those that a page has of the one
  /// before.
  static long number(long before, Instant at) {
    return Math.max(before + 1, ChronoUnit.MICROS.between(Instant.EPOCH, at));
  }

  /// The message, and the failure that was logged with it.
  private static String text(ILoggingEvent event) {
    var message = event.getFormattedMessage();
    var failure = event.getThrowableProxy();
    return failure == null ? message : message + '\n' + ThrowableProxyUtil.asString(failure);
  }

  /// What pages show of a line. It is masked before it is cut: where the end of an address is cut
  /// off, its password is not recognized.
  static String shown(String whole) {
    var masked = LogMask.of(whole.substring(0, Math.min(whole.length(), LOOKED_AT)));
    return masked.length() > LONGEST ? masked.substring(0, LONGEST) + " …" : masked;
  }

  /// All of them, the oldest first.
  static List<LogLine> lines() {
    synchronized (LINES) {
      return List.copyOf(LINES);
    }
  }
}
