package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupScheduleTest {
  private static final ZoneId OSLO = ZoneId.of("Europe/Oslo");

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T02:59:59Z, 2026-11-20T03:00:00Z",
    "2026-11-21T03:00:00Z, 2026-11-21T03:00:00Z",
    "2026-11-21T03:00:01Z, 2026-11-21T03:00:00Z",
    "2026-01-01T00:00:00Z, 2025-12-31T03:00:00Z"
  })
  void theLatestTimeHasCome(Instant now, Instant latest) {
    assertThat(new BackupSchedule(LocalTime.of(3, 0), ZoneOffset.UTC).latest(now))
        .isEqualTo(latest);
  }

  @ParameterizedTest
  @CsvSource({
    // in summer two hours before UTC, in winter one
    "2026-07-01T12:00:00Z, 2026-07-01T00:30:00Z",
    "2026-12-01T12:00:00Z, 2026-12-01T01:30:00Z",
    // on 29 March the clock skips from two to three
    "2026-03-29T12:00:00Z, 2026-03-29T01:30:00Z",
    "2026-03-29T01:29:59Z, 2026-03-28T01:30:00Z",
    // on 25 October it has the hour from two to three twice
    "2026-10-25T12:00:00Z, 2026-10-25T00:30:00Z",
    "2026-10-25T01:45:00Z, 2026-10-25T00:30:00Z"
  })
  void theClockOfTheZoneCounts(Instant now, Instant latest) {
    assertThat(new BackupSchedule(LocalTime.of(2, 30), OSLO).latest(now)).isEqualTo(latest);
  }

  @Test
  void eachDateHasOneTime() {
    var schedule = new BackupSchedule(LocalTime.of(2, 30), OSLO);

    assertThat(schedule.next(Instant.parse("2026-03-27T12:00:00Z"), 3))
        .extracting(ZonedDateTime::toInstant)
        .containsExactly(
            Instant.parse("2026-03-28T01:30:00Z"),
            Instant.parse("2026-03-29T01:30:00Z"),
            Instant.parse("2026-03-30T00:30:00Z"));
    assertThat(schedule.next(Instant.parse("2026-10-24T12:00:00Z"), 2))
        .extracting(ZonedDateTime::toInstant)
        .containsExactly(
            Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
  }

  @Test
  void theNextIsNeverTheLatest() {
    var schedule = new BackupSchedule(LocalTime.MIDNIGHT, ZoneOffset.UTC);
    var now = Instant.parse("2026-11-21T00:00:00Z");

    assertThat(schedule.latest(now)).isEqualTo(now);
    assertThat(schedule.next(now, 1).getFirst().toInstant())
        .isEqualTo(Instant.parse("2026-11-22T00:00:00Z"));
    assertThat(schedule.next(now, 0)).isEmpty();
  }
}
