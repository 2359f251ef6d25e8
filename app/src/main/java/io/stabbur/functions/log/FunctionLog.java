package io.stabbur.functions.log;

import java.util.ArrayDeque;
import java.util.List;

/// The log of a project's functions.
public final class FunctionLog {
  private static final int KEPT = 10_000;
  private final ArrayDeque<LogLine> lines = new ArrayDeque<>();

  /// Adds an event; never blocks for long.
  public synchronized void add(LogLine line) {
    if (lines.size() >= KEPT) {
      lines.removeFirst();
    }
    lines.addLast(line);
  }

  /// The events of a function, oldest first.
  public synchronized List<LogLine> of(String function) {
    return lines.stream().filter(line -> line.function().equals(function)).toList();
  }
}
