package io.stabbur.console.backup;

import io.stabbur.console.page.Moments;
import io.stabbur.console.page.Texts;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What can be restored, by day: of the present week and those before it.
///
/// @param weeks each of seven days, from Monday on
public record BackupCalendar(List<List<Day>> weeks) {
  private static final int WEEKS = 5;
  private static final int DAYS = 7;

  /// A day.
  ///
  /// @param states how many backups have a state of this day
  public record Day(LocalDate date, Reach reach, int states) {
    public String label(Texts texts) {
      return DateTimeFormatter.ofPattern(texts.of("time.day"), texts.language().locale())
          .format(date);
    }

    /// Whether the month is shown beside the day: of the first day of each.
    public boolean isNewMonth() {
      return date.getDayOfMonth() == 1;
    }
  }

  /// How much of a day can be restored.
  public enum Reach {
    /// Every moment of it, from the newest backup on.
    MOMENTS,
    /// The states at the end of its backups.
    STATES,
    NOTHING,
    /// It has not come yet.
    AHEAD;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public BackupCalendar {
    weeks = weeks.stream().map(List::copyOf).toList();
  }

  static BackupCalendar of(ProjectBackups project, Moments times) {
    var today = day(times.clock().instant(), times);
    var first =
        today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).minusWeeks(WEEKS - 1);
    var weeks = new ArrayList<List<Day>>();
    for (int week = 0; week < WEEKS; week++) {
      var days = new ArrayList<Day>();
      for (int day = 0; day < DAYS; day++) {
        days.add(day(project, first.plusDays((long) week * DAYS + day), today, times));
      }
      weeks.add(days);
    }
    return new BackupCalendar(weeks);
  }

  private static Day day(ProjectBackups project, LocalDate date, LocalDate today, Moments times) {
    int states =
        (int)
            project.backups().stream()
                .filter(backup -> day(backup.endedAt(), times).equals(date))
                .count();
    if (date.isAfter(today)) {
      return new Day(date, Reach.AHEAD, 0);
    }
    var upTo = project.upTo();
    boolean isInLog =
        upTo != null
            && !date.isBefore(day(project.backups().getFirst().endedAt(), times))
            && !date.isAfter(day(upTo, times));
    return new Day(
        date, isInLog ? Reach.MOMENTS : states > 0 ? Reach.STATES : Reach.NOTHING, states);
  }

  private static LocalDate day(Instant moment, Moments times) {
    return LocalDate.ofInstant(moment, times.zone());
  }

  /// The names of the days, from Monday on.
  public static List<String> names(Locale locale) {
    return List.of(DayOfWeek.values()).stream()
        .map(day -> day.getDisplayName(TextStyle.SHORT, locale))
        .toList();
  }
}
