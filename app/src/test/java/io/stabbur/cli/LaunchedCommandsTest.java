package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each group of commands once as a process, against a process: that it finds the server from the
/// working directory, reads standard input and ends with its exit code. What commands say is tested
/// in this JVM.
class LaunchedCommandsTest {
  private final Path folder = TestServer.newFolder();

  @Test
  void aCommandReadsStandardInputAndEndsWithItsExitCode() throws Exception {
    try (var _ = up()) {
      assertThat(
              runWithInput(
                  "en lang nok passfrase 42\n",
                  "org",
                  "create",
                  "Nordlys",
                  "--slug=nordlys",
                  "--admin-email=leder@nordlys.example",
                  "--password-stdin"))
          .contains("org_admin")
          .doesNotContain("Invitation");
      assertThat(Launched.run(folder, "org", "suspend", "sorlys").getKey()).isEqualTo(1);
    }
  }

  @Test
  @Tag("nightly")
  void everyGroupOfCommandsFindsTheServer() throws Exception {
    try (var _ = up()) {
      assertThat(
              run("org", "create", "Nordlys", "--slug=nordlys", "--admin-email=a@nordlys.example"))
          .contains("nordlys");
      assertThat(run("org", "member", "list", "nordlys")).contains("a@nordlys.example");
      assertThat(run("person", "export", "a@nordlys.example")).contains("a@nordlys.example");
      assertThat(run("keys", "list")).contains("ES256");
      assertThat(run("token", "list")).startsWith("There are no tokens of programs;");
      assertThat(run("migrate", "--migrations", TestServer.repository() + "/supabase/migrations"))
          .contains("Nothing is pending.");
      assertThat(run("storage", "check")).contains("0");
      assertThat(run("doctor")).contains("every chain holds");
      assertThat(Launched.run(folder, "mail", "test", "a@nordlys.example").getKey()).isEqualTo(1);
    }
  }

  private Launched up() throws Exception {
    DataTemplate.MIGRATED.copyTo(folder.resolve("data"));
    return Launched.start(folder, "up", "--port", Integer.toString(TestServer.freePort()))
        .awaitReady();
  }

  private String run(String... arguments) throws Exception {
    return runWithInput("", arguments);
  }

  private String runWithInput(String input, String... arguments) throws Exception {
    var ended = Launched.runWithInput(input, folder, arguments);
    assertThat(ended.getKey()).as(ended.getValue()).isZero();
    return ended.getValue();
  }
}
