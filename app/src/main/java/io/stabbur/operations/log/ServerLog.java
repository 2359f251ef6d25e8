package io.stabbur.operations.log;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;

/// The last lines of this process' own log.
@Singleton
public final class ServerLog {
  /// Levels, the least first.
  public static final List<String> LEVELS = List.of("DEBUG", "INFO", "WARN", "ERROR");

  /// Which lines are asked for.
  ///
  /// @param level the least one; each where it is none of [#LEVELS]
  /// @param logger a part of the logger's name; empty for each
  public record Filter(String level, String logger) {
    private boolean fits(LogLine line) {
      return LEVELS.indexOf(line.level()) >= LEVELS.indexOf(level)
          && line.logger().toLowerCase(Locale.ROOT).contains(logger.toLowerCase(Locale.ROOT));
    }
  }

  /// Those that fit, the newest first.
  public List<LogLine> last(Filter filter, int most) {
    return RecentLines.lines().reversed().stream().filter(filter::fits).limit(most).toList();
  }

  /// Those that fit after the one with a number, the oldest first.
  public List<LogLine> after(Filter filter, long number, int most) {
    return RecentLines.lines().stream()
        .filter(line -> line.number() > number && filter.fits(line))
        .limit(most)
        .toList();
  }

  /// The number of the newest line; 0 where there is none.
  public long newest() {
    var all = RecentLines.lines();
    return all.isEmpty() ? 0 : all.getLast().number();
  }
}
