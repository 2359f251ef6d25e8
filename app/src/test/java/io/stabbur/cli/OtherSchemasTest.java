package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Commands on schemas that are not the shipped one: one that has no organizations, and one that
/// keeps them in its own way. Each says what is not there, and none fails for it.
class OtherSchemasTest {
  private static final String NOBODY = "7a0b6f2a-2b7c-4b5e-9d3c-1f0a3b1c2d3e";
  private static TestServer plain = TestServer.shared();
  private static TestServer schools = TestServer.shared();
  private static CommandServer onPlain = CommandServer.shared();
  private static CommandServer onSchools = CommandServer.shared();

  @BeforeAll
  static void start() {
    plain = on("plain");
    schools = on("schools");
    onPlain = CommandServer.of(plain);
    onSchools = CommandServer.of(schools);
    run(
        plain,
        "create table public.kept (id int primary key, owner uuid default auth.uid())",
        "alter table public.kept enable row level security",
        "create policy own on public.kept to authenticated using (owner = (select auth.uid()))",
        "create view public.all_kept as select * from public.kept",
        "create function public.count_kept() returns bigint language sql security definer"
            + " set search_path = '' as 'select count(*) from public.kept'",
        "grant select on public.kept, public.all_kept to authenticated");
  }

  @AfterAll
  static void stop() {
    plain.close();
    schools.close();
  }

  private static TestServer on(String schema) {
    var folder =
        TestServer.repository().resolve("app/src/test/resources/io/stabbur/domain/" + schema);
    return TestServer.start(Map.of("stabbur.migrations", folder.toString()));
  }

  private static void run(TestServer server, String... statements) {
    server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> {
              List.of(statements).forEach(sql -> tx.update(Statement.of(sql)));
              return true;
            });
  }

  @Test
  void withoutOrganizationsTheDoctorSaysThatThereIsNoAuditLog() {
    assertThat(onPlain.command("doctor").output())
        .contains("ok       organizations: none: stabbur.organization_schema has no row")
        .contains("(app/docs/organizations.md)")
        .doesNotContain("every chain holds");
  }

  @Test
  void theDoctorNamesViewsAndFunctionsThatGoRoundPolicies() {
    var ended = onPlain.command("doctor");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .contains("PROBLEM  advisor: View public.all_kept runs with the rights of its owner")
        .contains("PROBLEM  advisor: Function public.count_kept() runs with its owner's rights");
  }

  @Test
  void commandsOfOrganizationsNameWhatIsMissing() {
    for (var line :
        List.of(
            "org list",
            "org suspend nord",
            "org member list nord",
            "person export nobody@nord.example",
            "person erase " + NOBODY + " --yes",
            "token create ci --organization nord --role teacher",
            "platform-admin list")) {
      assertThat(onPlain.refusal(line.split(" ")))
          .as(line)
          .startsWith("stabbur: The schema of this project has no organizations: ")
          .contains("app/docs/organizations.md");
    }
    assertThat(onPlain.run("token", "list")).startsWith("There are no tokens of programs;");
  }

  @Test
  void anotherSchemaIsAskedInItsOwnWords() {
    assertThat(
            onSchools.run("org", "create", "Nord", "--slug=nord", "--admin-email=a@nord.example"))
        .contains("principal");

    assertThat(onSchools.run("doctor"))
        .contains("organizations: kept by the schema, with the roles teacher, principal")
        .contains("every chain holds");
    assertThat(onSchools.refusal("org", "member", "add", "nord", "b@nord.example", "--role=mentor"))
        .contains("role must be teacher or principal");
    assertThat(onSchools.refusal("platform-admin", "list"))
        .contains("knows nobody who runs the platform");
    assertThat(onSchools.refusal("person", "export", "b@nord.example"))
        .contains("person not found");
    assertThat(onSchools.refusal("person", "export", "b"))
        .contains("b is neither an e-mail address nor the id of an account or contact.");
    assertThat(onSchools.run("token", "create", "ci", "--organization=nord", "--role=teacher"))
        .startsWith("sb_app_");
  }

  @Test
  void aFunctionOfTheContractThatWasDroppedIsAProblem() {
    run(schools, "alter function school_rules.export_person rename to export_person_once");
    try {
      assertThat(onSchools.command("doctor").output())
          .contains("PROBLEM  organizations: the schema no longer has the functions export_person");
    } finally {
      run(schools, "alter function school_rules.export_person_once rename to export_person");
    }
  }
}
