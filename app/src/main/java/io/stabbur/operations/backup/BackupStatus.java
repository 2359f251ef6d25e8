package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a project's backups stand, for alerts, metrics and the command.
///
/// @param lastBackupAt everything that was committed before is in the last backup; absent before
///   the first
/// @param lastFailure why the last backup that failed did; absent where one succeeded since
/// @param lastProofAt when a backup was last restored and found whole
/// @param lastProofFailure why the last proof failed; absent where one succeeded since
/// @param shippedAt the log is in the repository up to what was committed then
/// @param shippingFailure why the log is not being shipped; absent where it is
/// @param missingFiles files that rows of the last backup name and whose bytes are nowhere, the
///   first of them
public record BackupStatus(
    @Nullable String lastBackup,
    @Nullable Instant lastBackupAt,
    @Nullable String lastFailure,
    @Nullable String lastProof,
    @Nullable Instant lastProofAt,
    @Nullable String lastProofFailure,
    @Nullable String shippedLsn,
    @Nullable Instant shippedAt,
    @Nullable String shippingFailure,
    List<String> missingFiles) {
  public BackupStatus {
    missingFiles = List.copyOf(missingFiles);
  }

  BackupStatus shipped(String lsn, Instant at) {
    return new BackupStatus(
        lastBackup,
        lastBackupAt,
        lastFailure,
        lastProof,
        lastProofAt,
        lastProofFailure,
        lsn,
        at,
        null,
        missingFiles);
  }

  public JsonNode json() {
    var fields = new Fields();
    put(fields, "last_backup", lastBackup);
    put(fields, "last_backup_at", lastBackupAt);
    put(fields, "last_failure", lastFailure);
    put(fields, "last_proof", lastProof);
    put(fields, "last_proof_at", lastProofAt);
    put(fields, "last_proof_failure", lastProofFailure);
    put(fields, "shipped_lsn", shippedLsn);
    put(fields, "shipped_at", shippedAt);
    put(fields, "shipping_failure", shippingFailure);
    fields.put("missing_files", missingFiles, JsonNode::createStringNode);
    return fields.json();
  }

  private static void put(Fields fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value.toString());
    }
  }
}
