package io.stabbur.project;

/// What one statement of a migration does to a table that is there already, beside its purpose.
///
/// @param line of the file, where the statement begins
/// @param mode of the strongest lock that it takes, in Postgres' words, such as
///   `AccessExclusiveLock`
/// @param isRewritten whether the whole table is written anew, for which the lock is held
public record MigrationLock(
    MigrationFile file, int line, String table, String mode, boolean isRewritten) {

  /// `one.sql, line 3: locks public.notes against reads and writes (AccessExclusiveLock) and writes
  /// it anew`.
  public String sentence() {
    return "%s, line %d: locks %s against %s (%s)%s"
        .formatted(
            file.fileName(),
            line,
            table,
            against(),
            mode,
            isRewritten ? " and writes the whole of it anew" : "");
  }

  private String against() {
    return switch (mode) {
      case "AccessExclusiveLock" -> "reads and writes";
      case "ShareUpdateExclusiveLock" -> "other changes of its structure";
      default -> "writes";
    };
  }
}
