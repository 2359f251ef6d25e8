package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What a backup that is restored as another project of the same Stabbur gets of its own: API keys
/// and signing keys. All sessions, links of mails and sign-ins under way end, and API keys that
/// were made, programs, jobs and queued calls sleep until they are confirmed. The copy keeps the
/// key that opens its data, the passwords of its accounts and those of its database roles, which
/// open both projects. Its triggers queue calls for new changes, webhooks among them.
///
/// @param name of the new project
record ProjectCopy(String name) {
  private static final String FILE = "keys.json";

  /// What a project makes anew where its key file lacks it.
  private static final Set<String> OWN =
      Set.of(
          "jwt_secret",
          "anon_key",
          "service_role_key",
          "publishable_key",
          "secret_key",
          "s3_access_key_id",
          "s3_secret_access_key");

  /// The key files without those that are the other project's alone.
  KeyFiles keys(KeyFiles original) {
    var kept = new LinkedHashMap<String, JsonNode>();
    for (var entry : Json.parse(original.contents().getOrDefault(FILE, "{}")).entries()) {
      if (!OWN.contains(entry.getKey())) {
        kept.put(entry.getKey(), entry.getValue());
      }
    }
    return new KeyFiles(Map.of(FILE, Json.write(JsonNode.createObjectNode(kept))));
  }

  /// Whether the key that opens the data is in the backup, and not in the settings alone.
  static boolean isWhole(KeyFiles original) {
    return Json.parse(original.contents().getOrDefault(FILE, "{}")).get("master_key") != null;
  }

  /// Makes the restored database another project's, before anybody is served from it.
  void claim(Transaction tx) {
    tx.update(Statement.of(SqlFile.of(ProjectCopy.class, "claim-copy")));
  }
}
