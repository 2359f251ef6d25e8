package io.stabbur.storage.upkeep;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What takes room in a project's storage, for operators.
///
/// @param folders the largest first
/// @param largest files of all folders
public record StorageOverview(List<Folder> folders, List<LargeFile> largest) {
  private static final String FOLDERS = SqlFile.of(StorageOverview.class, "folders");
  private static final String LARGEST = SqlFile.of(StorageOverview.class, "largest");

  /// A bucket.
  ///
  /// @param isPublic whether whoever knows the address of a file gets it
  /// @param limit of a file in bytes; absent where only the general one holds
  /// @param deleteAfterDays absent where files are kept
  /// @param isHeld whether nothing may be removed
  public record Folder(
      String name,
      boolean isPublic,
      @Nullable Long limit,
      @Nullable Integer deleteAfterDays,
      boolean isHeld,
      long files,
      long bytes) {
    private static Folder of(ResultSet row) throws SQLException {
      return new Folder(
          String.valueOf(row.getString("id")),
          row.getBoolean("is_public"),
          row.getObject("file_size_limit", Long.class),
          row.getObject("delete_after_days", Integer.class),
          row.getBoolean("is_held"),
          row.getLong("files"),
          row.getLong("bytes"));
    }
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

  public StorageOverview {
    folders = List.copyOf(folders);
    largest = List.copyOf(largest);
  }

  public long bytes() {
    return folders.stream().mapToLong(Folder::bytes).sum();
  }

  public long files() {
    return folders.stream().mapToLong(Folder::files).sum();
  }

  public List<Folder> publicOnes() {
    return folders.stream().filter(Folder::isPublic).toList();
  }

  public static StorageOverview of(Project project) {
    var actor = Operation.keeper(project).with("statement_timeout", "15s");
    return project
        .admin()
        .transaction(
            actor,
            Access.READ,
            tx ->
                new StorageOverview(
                    tx.list(Statement.of(FOLDERS), Folder::of),
                    tx.list(Statement.of(LARGEST), LargeFile::of)));
  }
}
