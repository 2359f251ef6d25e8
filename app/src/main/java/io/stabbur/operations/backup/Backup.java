package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import java.time.Instant;

/// One backup, as the catalog lists it: a base backup of a cluster, or a dump of a database that
/// somebody else runs, which has no place in any log.
///
/// @param id names it, and its objects below `backups/` in the repository
/// @param endedAt everything that was committed before is in it
/// @param startLsn where the recovery of a restored copy begins
/// @param stopLsn where the copy is consistent
/// @param chainFrom the shipped log goes on from here; empty where no log was shipped
/// @param databaseBytes of the cluster, before compression
/// @param files how many files belong to it
/// @param newFiles how many of them this backup had to copy
public record Backup(
    String id,
    Instant startedAt,
    Instant endedAt,
    int timeline,
    String startLsn,
    String stopLsn,
    String chainFrom,
    long databaseBytes,
    long files,
    long newFiles,
    long fileBytes) {
  /// Of a dump.
  static final int NO_TIMELINE = 0;

  /// Whether it is what `pg_dump` wrote.
  public boolean isDump() {
    return timeline == NO_TIMELINE;
  }

  /// The name of an object of this backup.
  String object(String name) {
    return "backups/" + id + '/' + name;
  }

  public JsonNode json() {
    return new Fields()
        .put("id", id)
        .put("started_at", startedAt)
        .put("ended_at", endedAt)
        .put("timeline", timeline)
        .put("start_lsn", startLsn)
        .put("stop_lsn", stopLsn)
        .put("chain_from", chainFrom)
        .put("database_bytes", databaseBytes)
        .put("files", files)
        .put("new_files", newFiles)
        .put("file_bytes", fileBytes)
        .json();
  }

  static Backup parse(JsonNode node) {
    return new Backup(
        Fields.text(node, "id"),
        Fields.instant(node, "started_at"),
        Fields.instant(node, "ended_at"),
        (int) Fields.number(node, "timeline"),
        Fields.text(node, "start_lsn"),
        Fields.text(node, "stop_lsn"),
        Fields.text(node, "chain_from"),
        Fields.number(node, "database_bytes"),
        Fields.number(node, "files"),
        Fields.number(node, "new_files"),
        Fields.number(node, "file_bytes"));
  }
}
