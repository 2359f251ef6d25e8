package io.stabbur.data;

import io.stabbur.testing.ClientSuite;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// postgrest-js' own suite, which needs Debian's `postgresql-15-postgis-3`, and supabase-js' with
/// its integration tests, for which its packages must be built: app/docs/conformance.md.
@Tag("nightly")
@EnabledIfEnvironmentVariable(named = "CLIENT_SUITES", matches = ".+")
class ClientSuitesTest {
  @Test
  void postgrestJs() {
    var suite = ClientSuite.of("postgrest-js");
    try (var postgres =
            // a plan in the suite shows what the CLI's Postgres has set
            InstalledPostgres.start("compute_query_id = on", "effective_cache_size = 128MB");
        var server =
            TestServer.start(
                Map.of(
                    "stabbur.gateway.require-api-key",
                    false,
                    "stabbur.projects.default.database-url",
                    postgres.databaseUrl(),
                    "stabbur.migrations",
                    suite.folder().resolve("test/supabase/migrations").toString(),
                    "stabbur.rest.schemas",
                    "public,personal,graphql_public",
                    "stabbur.rest.extra-search-path",
                    "public,extensions"))) {
      TestPostgres.execute(postgres.superuser(), suite.read("test/supabase/seed.sql"));

      suite.run(server, "--testPathIgnorePatterns=test/v12/").requireAllOf(350);
    }
  }

  @Test
  void supabaseJs() {
    var suite = ClientSuite.of("supabase-js");
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.gateway.require-api-key",
                false,
                "stabbur.projects.default.jwt-secret",
                ClientSuite.JWT_SECRET,
                "stabbur.migrations",
                suite.folder().resolve("supabase/migrations").toString(),
                "stabbur.auth.anonymous",
                true))) {
      TestPostgres.execute(
          server.project().admin().login(), suite.read("supabase/seed/seed_todos.sql"));

      suite.run(server).requireAllOf(176);
    }
  }
}
