package io.stabbur.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeTest {
  private static final Map<String, String> NOWHERE =
      Map.of(
          "SUPABASE_URL", "http://127.0.0.1:9",
          "SUPABASE_ANON_KEY", "anon",
          "SUPABASE_SERVICE_ROLE_KEY", "service",
          "SUPABASE_PUBLISHABLE_KEY", "publishable",
          "SUPABASE_SECRET_KEY", "secret");

  @Test
  void aScriptGetsTheLibraryTheServerAndItsArguments() {
    var printed = Node.run(NOWHERE, "harness.mjs", "one", "two");

    assertThat(printed)
        .isEqualToIgnoringNewLines(
            "{\"url\":\"http://127.0.0.1:9\",\"rest\":\"function\",\"arguments\":[\"one\",\"two\"]}");
  }

  @Test
  void aFailingScriptFailsWithItsOutput() {
    assertThatThrownBy(() -> Node.run(Map.of(), "failing.mjs"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("failing.mjs ended with 1")
        .hasMessageContaining("before the expectation")
        .hasMessageContaining("two is not three");
  }

  @Test
  void theLockFileNamesNoRegistry() throws IOException {
    var lock =
        Files.readString(TestServer.repository().resolve("app/src/test/node/package-lock.json"));

    assertThat(lock).doesNotContain("\"resolved\"").doesNotContain("http");
  }
}
