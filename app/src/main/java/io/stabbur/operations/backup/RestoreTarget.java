package io.stabbur.operations.backup;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;

/// To which moment a restore goes back.
public sealed interface RestoreTarget {
  /// As far as the repository goes.
  record Latest() implements RestoreTarget {}

  /// The end of one base backup.
  record Base(String id) implements RestoreTarget {}

  /// Everything that was committed up to a moment.
  record Moment(Instant at) implements RestoreTarget {
    private static final DateTimeFormatter TEXT =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'").withZone(ZoneOffset.UTC);

    /// A time as RFC 3339 writes it; without a zone it is UTC.
    ///
    /// @throws DateTimeParseException when it is none
    public static Moment parse(String text) {
      var iso = text.strip().replace(' ', 'T');
      try {
        return new Moment(OffsetDateTime.parse(iso).toInstant());
      } catch (DateTimeParseException e) {
        return new Moment(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
      }
    }
  }

  /// A moment that was given a name with `stabbur.create_recovery_point`.
  record Point(String name) implements RestoreTarget {}

  /// The settings of Postgres that say so.
  default Map<String, String> settings() {
    return switch (this) {
      case Latest _, Base _ -> Map.of();
      case Moment(var at) -> Map.of("recovery_target_time", Moment.TEXT.format(at));
      case Point(var name) -> Map.of("recovery_target_name", name);
    };
  }
}
