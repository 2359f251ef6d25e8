package io.stabbur.operations.backup;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Which backups a promise needs: each moment of the window can be restored, and beyond it the last
/// backup of each of some weeks and months.
///
/// @param window how far back each moment can be restored
/// @param weeks of how many weeks, the present one included, the last backup is kept
/// @param months the same of months
record Retention(Duration window, int weeks, int months, ZoneId zone) {
  /// The backups to keep, in their order.
  ///
  /// @param backups the oldest first
  List<Backup> kept(List<Backup> backups, Instant now) {
    var kept = new HashSet<String>();
    var anchor = anchor(backups, now);
    backups.stream()
        .filter(backup -> !backup.endedAt().isBefore(anchor))
        .forEach(backup -> kept.add(backup.id()));
    kept.addAll(lastOf(backups, this::week, weeks));
    kept.addAll(lastOf(backups, this::month, months));
    return backups.stream().filter(backup -> kept.contains(backup.id())).toList();
  }

  /// The end of the backup that the oldest moment of the window begins from: the newest one before
  /// it, or the oldest there is. The log is kept from there on.
  Instant anchor(List<Backup> backups, Instant now) {
    var oldestMoment = now.minus(window);
    return backups.stream()
        .map(Backup::endedAt)
        .filter(end -> !end.isAfter(oldestMoment))
        .max(Comparator.naturalOrder())
        .orElseGet(() -> backups.isEmpty() ? now : backups.getFirst().endedAt());
  }

  private static Set<String> lastOf(
      List<Backup> backups, Function<Backup, String> period, int periods) {
    Map<String, Backup> last = new HashMap<>();
    backups.forEach(backup -> last.put(period.apply(backup), backup));
    var ids = new HashSet<String>();
    last.entrySet().stream()
        .sorted(Map.Entry.<String, Backup>comparingByKey().reversed())
        .limit(periods)
        .forEach(entry -> ids.add(entry.getValue().id()));
    return ids;
  }

  private String week(Backup backup) {
    var day = backup.endedAt().atZone(zone);
    return "%d-%02d"
        .formatted(day.get(IsoFields.WEEK_BASED_YEAR), day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
  }

  private String month(Backup backup) {
    return YearMonth.from(backup.endedAt().atZone(zone)).toString();
  }
}
