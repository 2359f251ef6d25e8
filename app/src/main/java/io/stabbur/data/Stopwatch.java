package io.stabbur.data;

import io.stabbur.data.reply.Reply;
import java.util.Locale;

/// How long the stages of one request took.
final class Stopwatch {
  private final StringBuilder laps = new StringBuilder(96);
  private long last;

  /// @param start when the request came in; up to now its token was looked at
  Stopwatch(long start) {
    last = start;
    lap("jwt");
  }

  void lap(String stage) {
    var now = System.nanoTime();
    laps.append(laps.isEmpty() ? "" : ", ").append(stage).append(";dur=");
    tenths((now - last) / 100_000);
    last = now;
  }

  private void tenths(long tenths) {
    laps.append(tenths / 10).append('.').append(tenths % 10);
  }

  Reply addTo(Reply reply, DataRules rules) {
    if (rules.timing() == DataRules.Timing.HIDDEN) {
      return reply;
    }
    if (laps.indexOf("transaction") < 0) {
      lap("transaction");
    }
    lap("response");
    return reply.with("Server-Timing", laps.toString());
  }

  @Override
  public String toString() {
    return laps.toString().toLowerCase(Locale.ROOT);
  }
}
