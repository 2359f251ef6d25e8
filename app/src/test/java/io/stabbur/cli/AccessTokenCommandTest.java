package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.SupabaseCli;
import io.stabbur.testing.TestServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Access tokens and the profile file, with which Supabase's own command logs in.
class AccessTokenCommandTest {
  private static final CommandServer SERVER = CommandServer.shared();

  private static Path profile() {
    var file = TestServer.newFolder().resolve("profile.yaml");
    assertThat(SERVER.run("cli-profile", "--file", file.toString())).contains("supabase link");
    return file;
  }

  @Test
  void theCommandLogsInWithTheProfileFile() {
    var token = SERVER.run("access-token", "create", "somebody").strip();
    var cli = new SupabaseCli(profile(), "");
    assertThat(cli.refusal("projects", "list")).contains("supabase login");

    cli.run("login", "--token", token);
    assertThat(cli.run("projects", "list")).contains("default");

    var line =
        SERVER
            .run("access-token", "list")
            .lines()
            .filter(each -> each.endsWith("somebody"))
            .findFirst()
            .orElseThrow();
    assertThat(line).startsWith("active").doesNotContain(" -  ").doesNotContain(token);
    assertThat(SERVER.run("access-token", "revoke", line.replaceFirst("^active +(\\S+) .*", "$1")))
        .containsPattern("revoked .* somebody");

    assertThat(cli.refusal("projects", "list")).contains("Unauthorized");
  }

  @Test
  void whatIsWrongIsSaidInOneSentence() {
    assertThat(SERVER.refusal("access-token", "create", "x", "--expires", "soon"))
        .contains("Invalid duration soon");
    assertThat(SERVER.refusal("access-token", "revoke", "00000000-0000-0000-0000-000000000000"))
        .contains("was not found");
    assertThat(SERVER.refusal("access-token", "admit", "x")).contains("No token came");
    assertThat(SERVER.refusalWithInput("sbp_" + "0".repeat(40), "access-token", "admit", "x"))
        .contains("none that another project");
    assertThat(SERVER.refusal("cli-profile", "--file", "/nowhere/at/all.yaml"))
        .contains("cannot be written");
    assertThat(SERVER.run("access-token", "log", "--lines", "1")).isNotNull();
  }
}
