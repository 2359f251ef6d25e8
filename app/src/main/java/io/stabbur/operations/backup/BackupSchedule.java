package io.stabbur.operations.backup;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Stream;

/// A time of day in a time zone, once on each date. On a date whose clock skips that time it is as
/// much later as the clock skips; on one that has it twice, the first counts.
record BackupSchedule(LocalTime at, ZoneId zone) {
  /// The last time that has come.
  Instant latest(Instant now) {
    var today = on(now.atZone(zone));
    return today.toInstant().isAfter(now)
        ? on(now.atZone(zone).minusDays(1)).toInstant()
        : today.toInstant();
  }

  /// The next times to come.
  List<ZonedDateTime> next(Instant now, int many) {
    var day = now.atZone(zone);
    return Stream.iterate(0, days -> days + 1)
        .map(days -> on(day.plusDays(days)))
        .filter(time -> time.toInstant().isAfter(now))
        .limit(many)
        .toList();
  }

  private ZonedDateTime on(ZonedDateTime day) {
    return ZonedDateTime.of(day.toLocalDate(), at, zone);
  }
}
