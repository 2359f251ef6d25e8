package io.stabbur.storage.upkeep;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What was in the buckets of a project at a moment.
///
/// @param rooms by bucket; a bucket without files may be left out
/// @param largest files of all buckets
/// @param at when the count ended
/// @param took how long it took
public record StorageCount(
    Map<String, Room> rooms, List<LargeFile> largest, Instant at, Duration took) {
  private static final String COUNTS = SqlFile.of(StorageCount.class, "counts");
  private static final String LARGEST = SqlFile.of(StorageCount.class, "largest");

  /// A count is used again for so many times as long as it took.
  private static final int USED_AGAIN = 100;

  /// What is in a bucket.
  public record Room(long files, long bytes) {
    static final Room EMPTY = new Room(0, 0);
  }

  /// A file.
  public record LargeFile(String folder, String name, long bytes, Instant storedAt) {
    private static LargeFile of(ResultSet row) throws SQLException {
      return new LargeFile(
          String.valueOf(row.getString("bucket_id")),
          String.valueOf(row.getString("name")),
          row.getLong("bytes"),
          row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
  }

  public StorageCount {
    rooms = Map.copyOf(rooms);
    largest = List.copyOf(largest);
  }

  /// Looks at each file once, which takes about a second for a few hundred thousand.
  static StorageCount of(Project project, Clock clock) {
    var began = clock.instant();
    return project
        .admin()
        .transaction(
            Operation.keeper(project).with("statement_timeout", "60s"),
            Access.READ,
            tx -> {
              var rooms =
                  tx.list(Statement.of(COUNTS), StorageCount::room).stream()
                      .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
              var largest = tx.list(Statement.of(LARGEST), LargeFile::of);
              var ended = clock.instant();
              return new StorageCount(rooms, largest, ended, Duration.between(began, ended));
            });
  }

  private static Map.Entry<String, Room> room(ResultSet row) throws SQLException {
    return Map.entry(
        String.valueOf(row.getString("bucket_id")),
        new Room(row.getLong("files"), row.getLong("bytes")));
  }

  /// Whether counting anew is not worth the time yet.
  boolean isFresh(Instant now) {
    return now.isBefore(at.plus(took.multipliedBy(USED_AGAIN)));
  }
}
