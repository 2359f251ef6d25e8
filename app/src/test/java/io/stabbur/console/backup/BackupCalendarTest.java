package io.stabbur.console.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.backup.BackupCalendar.Day;
import io.stabbur.console.backup.BackupCalendar.Reach;
import io.stabbur.console.page.Language;
import io.stabbur.console.page.Moments;
import io.stabbur.console.page.Texts;
import io.stabbur.operations.backup.Backup;
import io.stabbur.operations.backup.BackupStatus;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What can be restored on which day, in the zone of the pages.
class BackupCalendarTest {
  private static final ZoneId OSLO = ZoneId.of("Europe/Oslo");
  private static final Moments TIMES =
      new Moments(
          Texts.in(Language.EN), OSLO, Clock.fixed(Instant.parse("2026-12-02T10:00:00Z"), OSLO));

  private static Backup backup(String endedAt) {
    var end = Instant.parse(endedAt);
    return new Backup("b", end, end, 1, "0/0", "0/1", "", 1, 0, 0, 0);
  }

  private static List<Day> days(@Nullable Instant shippedAt, Backup... backups) {
    var status =
        new BackupStatus(null, null, null, null, null, null, null, shippedAt, null, List.of());
    var project =
        new ProjectBackups(
            "default", ProjectBackups.Keeping.ON, status, List.of(backups), Optional.empty());
    var calendar = BackupCalendar.of(project, TIMES);
    assertThat(calendar.weeks()).hasSize(5).allMatch(week -> week.size() == 7);
    return calendar.weeks().stream().flatMap(List::stream).toList();
  }

  private static Day on(List<Day> days, String date) {
    return days.stream()
        .filter(day -> day.date().equals(LocalDate.parse(date)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void daysSinceTheNewestBackupHaveEveryMomentAndThoseBeforeTheirStates() {
    var days =
        days(
            Instant.parse("2026-12-02T09:59:30Z"),
            backup("2026-11-30T23:30:00Z"),
            backup("2026-11-20T02:00:00Z"),
            backup("2026-11-20T20:00:00Z"));
    assertThat(days.getFirst().date()).isEqualTo(LocalDate.parse("2026-11-02"));
    assertThat(on(days, "2026-11-30").reach()).isEqualTo(Reach.NOTHING);
    assertThat(on(days, "2026-12-01").reach()).as("in Oslo").isEqualTo(Reach.MOMENTS);
    assertThat(on(days, "2026-12-02").reach()).isEqualTo(Reach.MOMENTS);
    assertThat(on(days, "2026-12-03").reach()).isEqualTo(Reach.AHEAD);
    assertThat(on(days, "2026-11-20"))
        .extracting(Day::reach, Day::states)
        .containsExactly(Reach.STATES, 2);
    assertThat(on(days, "2026-11-19").reach()).isEqualTo(Reach.NOTHING);
  }

  @Test
  void withoutALogThereAreStatesAlone() {
    var days = days(null, backup("2026-12-01T12:00:00Z"));
    assertThat(on(days, "2026-12-01").reach()).isEqualTo(Reach.STATES);
    assertThat(on(days, "2026-12-02").reach()).isEqualTo(Reach.NOTHING);
  }
}
