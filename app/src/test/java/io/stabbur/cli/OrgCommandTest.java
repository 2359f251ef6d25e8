package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Organizations, their members and their people by command, as an operator types it.
class OrgCommandTest {
  private static final String PASSWORD = "en lang nok passfrase 42";
  private final CommandServer server = CommandServer.shared();
  private final String slug = "org-" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void create() {
    assertThat(
            server.runWithInput(
                PASSWORD + "\n",
                "org",
                "create",
                "Nordlys",
                "--slug",
                slug,
                "--admin-email",
                email("leder"),
                "--password-stdin",
                "--label",
                "likeperson=frivillig"))
        .contains(slug)
        .contains("org_admin");
  }

  @Test
  void theFirstAdministratorSignsInWithThePasswordFromStandardInput() {
    assertThat(
            server.auth(
                "/token?grant_type=password",
                "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email("leder"), PASSWORD)))
        .isEqualTo(200);
  }

  @Test
  void theOperatorSaysWhoRunsThePlatform() {
    assertThat(server.run("platform-admin", "add", email("leder"))).contains(email("leder"));
    assertThat(server.run("platform-admin", "list")).contains(email("leder"));
    assertThat(server.refusal("platform-admin", "add", email("leder"))).contains("already");
    assertThat(server.run("platform-admin", "remove", email("leder"))).isEmpty();
    assertThat(server.run("platform-admin", "list")).doesNotContain(email("leder"));
    assertThat(server.refusal("platform-admin", "remove", email("leder")))
        .contains("`stabbur platform-admin list` shows them");
  }

  @Test
  void aShortNameIsTakenOnce() {
    assertThat(
            server.refusal("org", "create", "N", "--slug=" + slug, "--admin-email=" + email("x")))
        .isEqualTo("stabbur: There is an organization %s already.%n".formatted(slug));
  }

  @Test
  void aPasswordThatDoesNotComeIsToldBeforeAnybodyIsInvited() {
    assertThat(
            server.refusalWithInput(
                "", "org", "member", "add", slug, email("x"), "--password-stdin"))
        .contains("No password came over standard input");
    assertThat(server.run("org", "member", "list", slug)).doesNotContain(email("x"));
  }

  @Test
  void membersAreInvitedAndGivenAnotherRole() {
    assertThat(server.run("org", "member", "add", slug, email("ny")))
        .contains("peer_mentor")
        .contains("Invitation: http");
    assertThat(server.run("org", "member", "role", slug, email("ny"), "coordinator")).isEmpty();

    assertThat(server.run("org", "member", "list", slug))
        .containsPattern(email("ny") + " +coordinator");
  }

  @Test
  void aPersonIsExportedAndErased() {
    var _ = server.run("org", "member", "add", slug, email("ny"));

    assertThat(server.run("person", "export", email("ny"))).contains(email("ny"));
    assertThat(server.run("person", "erase", email("ny"), "--yes")).isEmpty();

    assertThat(server.run("org", "member", "list", slug)).doesNotContain(email("ny"));
  }

  @Test
  void anOrganizationIsSuspendedAndResumed() {
    assertThat(server.run("org", "suspend", slug)).isEmpty();
    assertThat(line(server.run("org", "list"))).contains("suspended");

    assertThat(server.run("org", "resume", slug)).isEmpty();
    assertThat(line(server.run("org", "list"))).contains("active");
  }

  @Test
  void anUnknownOrganizationIsToldByItsName() {
    assertThat(server.refusal("org", "suspend", "sorlys"))
        .contains("There is no organization sorlys");
  }

  private String email(String name) {
    return name + "@" + slug + ".example";
  }

  private String line(String list) {
    return list.lines().filter(each -> each.contains(slug)).findFirst().orElseThrow();
  }
}
