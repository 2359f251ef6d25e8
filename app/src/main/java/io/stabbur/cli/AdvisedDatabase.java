package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.advisor.Advisor;
import io.stabbur.platform.db.Database;
import io.stabbur.project.DatabaseUrl;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// A database that is named by its address, whether a Stabbur serves it or not.
final class AdvisedDatabase {
  @Option(
      names = "--db-url",
      description =
          "The database instead of a running server's: postgresql://user:password@host:port/name."
              + " The user may act as anon and authenticated; postgres of a hosted project may.")
  @Nullable String url;

  @Option(
      names = "--schemas",
      split = ",",
      description =
          "The schemas that the API serves (default: what the database says, else public).")
  @Nullable List<String> schemas;

  /// The running server's database, where no other is named.
  AdvisedDatabase or(RunningServer server) {
    if (url == null) {
      url = server.databaseUrl();
      if (schemas == null) {
        schemas =
            RunningServer.rows(server.get("/admin/v1/advisor"), "schemas").stream()
                .map(JsonNode::getStringValue)
                .toList();
      }
    }
    return this;
  }

  boolean isNamed() {
    return url != null;
  }

  /// Works on the database and the schemas that the API serves.
  <T> T with(BiFunction<Database, List<String>, T> work) {
    try (var database = Database.open(DatabaseUrl.parse(String.valueOf(url)).login())) {
      var served =
          schemas == null ? Advisor.servedSchemas(database).orElse(List.of("public")) : schemas;
      return work.apply(database, served);
    }
  }
}
