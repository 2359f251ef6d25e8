package io.stabbur.functions.log;

import java.time.Instant;
import java.util.Set;

/// What is looked for in the log.
///
/// @param function "" means all
/// @param levels none means all; the level of a request follows from its status
/// @param text a part of the message, in whatever case
/// @param most how many of the newest ones
public record LogSearch(
    Instant from,
    Instant to,
    Set<Kind> kinds,
    String function,
    Set<String> levels,
    String text,
    int most) {

  /// Kinds of lines.
  public enum Kind {
    LINE,
    REQUEST
  }
}
