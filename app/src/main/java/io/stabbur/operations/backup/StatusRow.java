package io.stabbur.operations.backup;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The row `stabbur.backup_status` of a project.
record StatusRow(Project project) {
  static final Statement PROOF =
      Statement.of("select coalesce(proof, '') from stabbur.backup_status");

  private static final int MOST_NAMES = 100;
  private static final String READ =
      """
      select last_backup, last_backup_at,
        case when last_failure_at > coalesce(last_backup_at, '-infinity') then last_failure end,
        last_proof_backup, last_proof_at,
        case when last_proof_failure_at > coalesce(last_proof_at, '-infinity') then last_proof_failure end,
        shipped_lsn, shipped_at,
        case when shipping_failure_at > coalesce(shipped_at, '-infinity') then shipping_failure end,
        missing_files
      from stabbur.backup_status\
      """;

  BackupStatus read() {
    return project
        .admin()
        .transaction(owner(), Access.READ, tx -> tx.first(Statement.of(READ), StatusRow::status))
        .orElseThrow();
  }

  private static BackupStatus status(ResultSet row) throws SQLException {
    return new BackupStatus(
        row.getString(1),
        instant(row, 2),
        row.getString(3),
        row.getString(4),
        instant(row, 5),
        row.getString(6),
        row.getString(7),
        instant(row, 8),
        row.getString(9),
        List.of((String[]) row.getArray(10).getArray()));
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    var moment = row.getObject(column, OffsetDateTime.class);
    return moment == null ? null : moment.toInstant();
  }

  /// @param missing paths of files that rows name and whose bytes are nowhere
  void succeeded(Backup backup, List<String> missing) {
    write(
        "update stabbur.backup_status set last_backup = ?, last_backup_at = ?, missing_files = ?",
        backup.id(),
        backup.endedAt().atOffset(ZoneOffset.UTC),
        missing.stream().limit(MOST_NAMES).toArray(String[]::new));
  }

  void failed(String reason) {
    write(
        "update stabbur.backup_status set last_failure = ?, last_failure_at = clock_timestamp()",
        reason);
  }

  void proven(Backup backup) {
    write(
        "update stabbur.backup_status set last_proof_backup = ?, last_proof_at = clock_timestamp()",
        backup.id());
  }

  void unproven(String reason) {
    write(
        "update stabbur.backup_status set last_proof_failure = ?, last_proof_failure_at ="
            + " clock_timestamp()",
        reason);
  }

  void shipped(Lsn upTo, Instant at) {
    write(
        "update stabbur.backup_status set shipped_lsn = ?, shipped_at = ?",
        upTo.toString(),
        at.atOffset(ZoneOffset.UTC));
  }

  void notShipped(String reason) {
    write(
        "update stabbur.backup_status set shipping_failure = ?, shipping_failure_at ="
            + " clock_timestamp()",
        reason);
  }

  /// For how long bytes of removed files stay while backups are made.
  void keepBytes(Duration kept) {
    write(
        "update stabbur.backup_status set bytes_kept = make_interval(secs => ?) where bytes_kept <>"
            + " make_interval(secs => ?)",
        kept.toSeconds(),
        kept.toSeconds());
  }

  /// No bytes are removed for the next hour, or until they are released.
  void holdBytes() {
    write(
        "update stabbur.backup_status set bytes_held_until = clock_timestamp() + interval '1"
            + " hour'");
  }

  /// The same for a base backup, which lets go of its own hold and of no other.
  void holdForBackup() {
    write(
        "update stabbur.backup_status set bytes_held_by_backup_until = clock_timestamp() + interval"
            + " '1 hour'");
  }

  void releaseBackup() {
    write("update stabbur.backup_status set bytes_held_by_backup_until = null");
  }

  /// When the newest backup failed; empty where one succeeded since.
  Optional<Instant> failedAt() {
    return moment(
        Statement.of(
            "select last_failure_at from stabbur.backup_status where last_failure_at >"
                + " coalesce(last_backup_at, '-infinity')"));
  }

  /// When the newest rehearsal failed; empty where one succeeded since.
  Optional<Instant> unprovenAt() {
    return moment(
        Statement.of(
            "select last_proof_failure_at from stabbur.backup_status where last_proof_failure_at >"
                + " coalesce(last_proof_at, '-infinity')"));
  }

  private Optional<Instant> moment(Statement statement) {
    return project
        .admin()
        .transaction(
            owner(),
            Access.READ,
            tx -> tx.first(statement, row -> row.getObject(1, OffsetDateTime.class).toInstant()));
  }

  /// What a restored copy is asked for: only with the right keys is it read.
  void writeProof(String sealed) {
    write("update stabbur.backup_status set proof = ?", sealed);
  }

  String proof() {
    return project
        .admin()
        .transaction(owner(), Access.READ, tx -> tx.first(PROOF, row -> row.getString(1)))
        .orElse("");
  }

  private void write(String sql, @Nullable Object... values) {
    project.admin().transaction(owner(), Access.WRITE, tx -> tx.update(Statement.of(sql, values)));
  }

  private Actor owner() {
    return Actor.of(project.admin().login().user());
  }
}
