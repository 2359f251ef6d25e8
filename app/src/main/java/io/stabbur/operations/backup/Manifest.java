package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.json.Json;
import java.util.List;
import java.util.Map;

/// What a base backup contains, to compare a restored copy with.
///
/// @param archiveSha256 of the archive of the cluster, before compression
/// @param keyChecks for each version of the key of personal data what tells it from others
/// @param changes how many rows had been inserted and deleted by table before the copy began
/// @param rows exact numbers of rows by table, counted after the copy; tables that are very large
///   are left out
/// @param missing paths of files that rows name and whose bytes were nowhere
/// @param seals the file `audit-seals.json`, empty where there is none
record Manifest(
    Backup backup,
    String systemId,
    String postgresVersion,
    String stabburVersion,
    String schemaVersion,
    String archiveSha256,
    Map<String, String> keyChecks,
    Map<String, Long> changes,
    Map<String, Long> rows,
    List<String> missing,
    String seals) {
  Manifest {
    missing = List.copyOf(missing);
  }

  private static final String NAME = "manifest";

  void write(Repository repository) {
    repository.write(
        backup.object(NAME),
        new Fields()
            .put("backup", backup.json())
            .put("system_id", systemId)
            .put("postgres", postgresVersion)
            .put("stabbur", stabburVersion)
            .put("schema", schemaVersion)
            .put("archive_sha256", archiveSha256)
            .put("key_checks", Fields.texts(keyChecks))
            .put("changes", Fields.numbers(changes))
            .put("rows", Fields.numbers(rows))
            .put("missing", missing, JsonNode::createStringNode)
            .put("seals", seals)
            .bytes());
  }

  static Manifest read(Repository repository, Backup backup) {
    var node =
        Json.parse(
            repository
                .read(backup.object(NAME))
                .orElseThrow(
                    () ->
                        new DamagedException(
                            "The backup %s lacks its manifest".formatted(backup.id()))));
    return new Manifest(
        Backup.parse(Fields.of(node, "backup")),
        Fields.text(node, "system_id"),
        Fields.text(node, "postgres"),
        Fields.text(node, "stabbur"),
        Fields.text(node, "schema"),
        Fields.text(node, "archive_sha256"),
        Fields.texts(node, "key_checks"),
        Fields.numbers(node, "changes"),
        Fields.numbers(node, "rows"),
        node.get("missing") == null
            ? List.of()
            : Fields.list(node, "missing", JsonNode::getStringValue),
        Fields.text(node, "seals"));
  }
}
