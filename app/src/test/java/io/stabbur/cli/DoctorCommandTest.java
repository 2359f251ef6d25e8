package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Login;
import io.stabbur.testing.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What `doctor` finds, and what `mail test` says where no mail server is set.
class DoctorCommandTest {
  private static final String FIRST =
      "id = (select min(id) from public.audit_log where table_name = 'memberships')";
  private final CommandServer server = CommandServer.shared();

  @Test
  void aSoundServerHasNoProblem() {
    assertThat(server.run("doctor")).contains("every chain holds").contains("no open table");
  }

  @Test
  void anAuditLogThatWasChangedIsAProblem() {
    var _ =
        server.run(
            "org", "create", "Broken", "--slug=broken", "--admin-email=leder@broken.example");
    asIntruder("create table public.kept as select * from public.audit_log where " + FIRST);
    asIntruder("update public.audit_log set actor_role = 'nobody' where " + FIRST);
    try {
      var ended = server.command("doctor");

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.output()).contains("PROBLEM").doesNotContain("every chain holds");
    } finally {
      asIntruder(
          "update public.audit_log log set actor_role = kept.actor_role from public.kept where"
              + " log.id = kept.id");
      asIntruder("drop table public.kept");
    }
    assertThat(server.run("doctor")).contains("every chain holds");
  }

  @Test
  void withoutAMailServerATestMailSaysSo() {
    assertThat(server.refusal("mail", "test", "drift@nordlys.example"))
        .contains("No mail server is configured");
  }

  /// As somebody who has taken the database over would.
  private void asIntruder(String sql) {
    var project = server.server().project();
    TestPostgres.execute(
        new Login(
            project.admin().login().url(),
            "supabase_admin",
            project.keys().superuserPassword(),
            1,
            Duration.ofSeconds(10)),
        "set session_replication_role = replica; " + sql);
  }
}
