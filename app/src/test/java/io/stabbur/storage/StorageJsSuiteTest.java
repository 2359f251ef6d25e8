package io.stabbur.storage;

import io.stabbur.testing.ClientSuite;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// storage-js' own suite: app/docs/conformance.md.
@Tag("nightly")
@EnabledIfEnvironmentVariable(named = "CLIENT_SUITES", matches = ".+")
class StorageJsSuiteTest {
  @Test
  void storageJs() {
    var suite = ClientSuite.of("storage-js");
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.gateway.require-api-key",
                false,
                "stabbur.projects.default.jwt-secret",
                ClientSuite.JWT_SECRET,
                "stabbur.migrate",
                false))) {
      TestPostgres.execute(server.project().admin().login(), suite.read("test/supabase/seed.sql"));

      suite.run(server).requireAllOf(415);
    }
  }
}
