package io.stabbur.functions.log;

/// Takes events of functions.
@FunctionalInterface
public interface LogSink {
  /// Adds an event; must not block for long.
  void add(LogLine line);
}
