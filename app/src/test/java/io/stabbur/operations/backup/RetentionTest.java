package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which backups are kept, and when they are made, over simulated days.
class RetentionTest {
  private static final Retention PROMISE = new Retention(Duration.ofDays(7), 4, 6, ZoneOffset.UTC);
  private static final Instant FIRST = Instant.parse("2026-01-01T02:30:00Z");

  private static Backup backup(Instant end) {
    return new Backup(end.toString(), end.minusSeconds(60), end, 1, "0/0", "0/0", "", 0, 0, 0, 0);
  }

  @Test
  void eachMomentOfTheWindowHasABackupBeforeItOnEachOfSixtyDays() {
    List<Backup> there = new ArrayList<>();
    for (int day = 0; day < 60; day++) {
      var now = FIRST.plus(day, ChronoUnit.DAYS);
      there.add(backup(now));
      there = new ArrayList<>(PROMISE.kept(there, now));
      var oldest =
          now.minus(Duration.ofDays(7)).isBefore(FIRST) ? FIRST : now.minus(Duration.ofDays(7));
      var anchor = PROMISE.anchor(there, now);
      for (var moment = oldest; moment.isBefore(now); moment = moment.plus(Duration.ofHours(1))) {
        var at = moment;
        assertThat(there)
            .as("day %d, %s", day, at)
            .anyMatch(
                backup -> !backup.endedAt().isAfter(at) && !backup.endedAt().isBefore(anchor));
      }
    }
  }

  @Test
  void afterTwoHundredDaysThereIsOneOfEachKeptWeekAndMonthAndNoMore() {
    List<Backup> there = new ArrayList<>();
    var now = FIRST;
    for (int day = 0; day < 200; day++) {
      now = FIRST.plus(day, ChronoUnit.DAYS);
      there.add(backup(now));
      there = new ArrayList<>(PROMISE.kept(there, now));
    }

    assertThat(there.stream().map(backup -> backup.id().substring(0, 10)))
        .containsExactly(
            "2026-02-28",
            "2026-03-31",
            "2026-04-30",
            "2026-05-31",
            "2026-06-28",
            "2026-06-30",
            "2026-07-05",
            "2026-07-12",
            "2026-07-13",
            "2026-07-14",
            "2026-07-15",
            "2026-07-16",
            "2026-07-17",
            "2026-07-18",
            "2026-07-19");
  }

  @Test
  void withoutBackupsForAMonthTheLastOneStays() {
    var only = List.of(backup(FIRST));

    assertThat(PROMISE.kept(only, FIRST.plus(40, ChronoUnit.DAYS))).isEqualTo(only);
  }

  @Test
  void oneBackupBeginsOnEachDayAlsoWhereTheClockIsChanged() {
    var schedule = new BackupSchedule(LocalTime.of(2, 30), ZoneId.of("Europe/Oslo"));
    var began = new ArrayList<Instant>();
    var last = Instant.parse("2026-03-01T12:00:00Z");
    var end = Instant.parse("2026-11-30T12:00:00Z");
    for (var now = last; now.isBefore(end); now = now.plus(Duration.ofMinutes(10))) {
      if (last.isBefore(schedule.latest(now))) {
        began.add(schedule.latest(now));
        last = now;
      }
    }

    assertThat(began.stream().map(time -> time.atZone(schedule.zone()).toLocalDate()))
        .doesNotHaveDuplicates()
        .hasSize(274);
    assertThat(began)
        .contains(Instant.parse("2026-03-29T01:30:00Z"), Instant.parse("2026-10-25T00:30:00Z"));
  }

  @Test
  void theNextTimesAreToldInTheZone() {
    var schedule = new BackupSchedule(LocalTime.of(2, 30), ZoneId.of("Europe/Oslo"));

    assertThat(schedule.next(Instant.parse("2026-03-28T12:00:00Z"), 3))
        .extracting(Object::toString)
        .containsExactly(
            "2026-03-29T03:30+02:00[Europe/Oslo]",
            "2026-03-30T02:30+02:00[Europe/Oslo]",
            "2026-03-31T02:30+02:00[Europe/Oslo]");
  }
}
