package io.stabbur.storage.upkeep;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.upkeep.StorageCount.Room;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What takes room in a project's storage, for operators.
///
/// @param folders the largest first
/// @param count what is in them, which may be some time old
public record StorageOverview(List<Folder> folders, StorageCount count) {
  private static final String FOLDERS = SqlFile.of(StorageOverview.class, "folders");

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
    private static Folder of(ResultSet row, StorageCount count) throws SQLException {
      var name = String.valueOf(row.getString("id"));
      var room = count.rooms().getOrDefault(name, Room.EMPTY);
      return new Folder(
          name,
          row.getBoolean("is_public"),
          row.getObject("file_size_limit", Long.class),
          row.getObject("delete_after_days", Integer.class),
          row.getBoolean("is_held"),
          room.files(),
          room.bytes());
    }
  }

  public StorageOverview {
    folders = List.copyOf(folders);
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

  static StorageOverview of(Project project, StorageCount count) {
    var folders =
        project
            .admin()
            .transaction(
                Operation.keeper(project).with("statement_timeout", "5s"),
                Access.READ,
                tx -> tx.list(Statement.of(FOLDERS), row -> Folder.of(row, count)));
    return new StorageOverview(
        folders.stream()
            .sorted(Comparator.comparingLong(Folder::bytes).reversed().thenComparing(Folder::name))
            .toList(),
        count);
  }
}
