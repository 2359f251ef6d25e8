package io.stabbur.operations.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.ArrayDeque;
import java.util.List;

/// Keeps the last lines of the log of this process in memory, for pages; `logback.xml` names it.
/// Lines of single requests are left out: they have a page of their own, and reading that of the
/// log makes some.
public final class RecentLines extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final int MOST = 1_000;
  private static final int LONGEST = 2_000;
  private static final String REQUESTS = "access";
  private static final ArrayDeque<LogLine> LINES = new ArrayDeque<>();
  private static long number;

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLoggerName().equals(REQUESTS)) {
      return;
    }
    var text = LogMask.of(text(event));
    synchronized (LINES) {
      number++;
      LINES.addLast(
          new LogLine(
              number,
              event.getInstant(),
              event.getLevel().toString(),
              event.getLoggerName(),
              text));
      if (LINES.size() > MOST) {
        LINES.removeFirst();
      }
    }
  }

  /// The message, and the beginning of the failure that was logged with it.
  private static String text(ILoggingEvent event) {
    var message = event.getFormattedMessage();
    var failure = event.getThrowableProxy();
    var whole = failure == null ? message : message + '\n' + ThrowableProxyUtil.asString(failure);
    return whole.length() > LONGEST ? whole.substring(0, LONGEST) + " …" : whole;
  }

  /// All of them, the oldest first.
  static List<LogLine> lines() {
    synchronized (LINES) {
      return List.copyOf(LINES);
    }
  }
}
