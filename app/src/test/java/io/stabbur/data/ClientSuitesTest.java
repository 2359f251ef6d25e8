package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// The client libraries' own live suites, unmodified, where `CLIENT_SUITES` names a checkout of
/// supabase/supabase-js in which `pnpm install` has run. postgrest-js needs Debian's
/// `postgresql-15-postgis-3`, and port 54321, which its tests name.
@Tag("nightly")
@EnabledIfEnvironmentVariable(named = "CLIENT_SUITES", matches = ".+")
class ClientSuitesTest {
  private static Path suite(String name) {
    return Path.of(Objects.requireNonNull(System.getenv("CLIENT_SUITES")), "packages/core", name);
  }

  @Test
  void postgrestJs() throws IOException {
    var suite = suite("postgrest-js");
    try (var postgres = InstalledPostgres.start();
        var server =
            TestServer.start(
                Map.of(
                    "stabbur.projects.default.database-url",
                    postgres.databaseUrl(),
                    "stabbur.migrations",
                    suite.resolve("test/supabase/migrations").toString(),
                    "stabbur.rest.schemas",
                    "public,personal,graphql_public",
                    "stabbur.rest.extra-search-path",
                    "public,extensions"))) {
      TestPostgres.execute(
          postgres.superuser(), Files.readString(suite.resolve("test/supabase/seed.sql")));

      var result = run(server, suite, "--testPathIgnorePatterns=test/v12/");

      assertThat(result.get("failed")).hasToString("[]");
      assertThat(number(result, "total")).isGreaterThanOrEqualTo(291);
      assertThat(number(result, "passed")).isEqualTo(number(result, "total"));
    }
  }

  private static JsonNode run(TestServer server, Path suite, String... arguments) {
    var all = new String[arguments.length + 2];
    all[0] = server.url();
    all[1] = suite.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return Json.parse(Node.run(server, "client-suite.mjs", all).strip());
  }

  private static int number(JsonNode result, String field) {
    return Objects.requireNonNull(result.get(field)).getIntValue();
  }
}
