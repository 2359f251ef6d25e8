package io.stabbur.project;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.EngineFile;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys with which the functions of schema `vault` seal and open secrets, derived from the
/// project's [RootKeys]. Sessions of all kinds use the vault (triggers, jobs, tools of the owner),
/// so the embedded Postgres reads them from a file that only its own user may read; they are never
/// stored in the database, nor logged by it.
final class VaultKeys {
  private static final String FILE = "vault-keys.json";
  private static final String USE = "vault";

  private final EngineFile file;
  private final RootKeys roots;
  private RootKeys.@Nullable Snapshot written;

  VaultKeys(Project project, Path folder, String osUser) {
    this.file = EngineFile.of(folder, FILE, osUser);
    this.roots = RootKeys.of(project);
  }

  /// Makes the function that reads the file.
  static void prepare(Database superuser, Path folder) {
    superuser.transaction(
        Actor.of(EmbeddedPostgres.SUPERUSER)
            .with("stabbur.path", EngineFile.path(folder, FILE).toString()),
        Access.WRITE,
        tx -> tx.update(Statement.of(SqlFile.of(VaultKeys.class, "vault-keys"))));
  }

  /// Writes the versions that there are now, if they have changed.
  synchronized void write() {
    var now = roots.now();
    if (now.equals(written)) {
      return;
    }
    var values = new LinkedHashMap<String, JsonNode>();
    now.all(USE)
        .forEach(
            (version, root) ->
                values.put(
                    version.toString(),
                    JsonNode.createStringNode(Base64.getEncoder().encodeToString(root))));
    file.write(
        Json.write(
            JsonNode.createObjectNode(
                Map.of(
                    "current",
                    JsonNode.createStringNode(Integer.toString(now.current())),
                    "roots",
                    JsonNode.createObjectNode(values)))));
    written = now;
  }
}
