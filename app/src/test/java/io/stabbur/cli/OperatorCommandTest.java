package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// `stabbur operator`: the accounts of those who work on the server.
class OperatorCommandTest {
  private static final CommandServer SERVER = CommandServer.shared();

  private static String line(String email) {
    return SERVER
        .run("operator", "list")
        .lines()
        .filter(each -> each.contains(email))
        .findFirst()
        .orElse("");
  }

  @Test
  void operatorsAreMadeChangedAndRemoved() {
    var made =
        SERVER.runWithInput(
            "a password of some length\n",
            "operator",
            "create",
            "Anna@example.org",
            "--password-stdin");
    assertThat(made).contains("anna@example.org can sign in.");
    assertThat(line("anna@example.org")).matches("owner +anna@example.org +no +-");

    assertThat(SERVER.run("operator", "create", "berit@example.org", "--role", "operator"))
        .contains("/console/invitation?code=");
    assertThat(SERVER.run("operator", "invite", "berit@example.org"))
        .contains("/console/invitation?code=");
    assertThat(SERVER.run("operator", "role", "berit@example.org", "auditor"))
        .contains("berit@example.org is auditor.");
    assertThat(SERVER.run("operator", "reset-factor", "berit@example.org"))
        .contains("no second factor");
    assertThat(SERVER.run("operator", "remove", "berit@example.org")).contains("is removed.");
    assertThat(line("berit@example.org")).isEmpty();
    assertThat(SERVER.run("operator", "log", "--lines", "1"))
        .contains("command on the server", "204", "DELETE /admin/v1/operators/");
  }

  @Test
  void whatIsWrongIsSaidInOneSentence() {
    assertThat(SERVER.refusal("operator", "create", "nobody")).contains("mail address");
    assertThat(SERVER.refusal("operator", "create", "a@example.org", "--role", "king"))
        .contains("owner, operator or auditor");
    assertThat(SERVER.refusal("operator", "remove", "unknown@example.org")).isNotBlank();
  }
}
