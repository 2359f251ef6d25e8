package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.platform.db.Login;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What `doctor` finds, and what `mail test` says where no mail server is set.
class DoctorCommandTest {
  private static final String FIRST =
      "id = (select min(id) from public.audit_log where table_name = 'memberships')";
  private final CommandServer server = CommandServer.shared();

  @Test
  void aSoundServerHasNoProblem() {
    assertThat(server.run("doctor"))
        .contains("every chain holds")
        .contains("advisor: nothing to say")
        .contains("ok       public address: http://127.0.0.1:")
        .contains("ok       alerts: none fires")
        .containsPattern("ok       links: [12] tried, all begin with http://127.0.0.1:")
        .contains("s from the database's")
        .containsPattern("ok       disk: data \\d+ % used")
        .contains("ok       keys: own ones, in ")
        .contains("ok       mail: no mail server, as development is on")
        .contains("ok       proxy: ")
        .contains("ok       schema: the internal schema is whole")
        .containsPattern("ok       store: the folder .* wrote, read and removed a file in \\d+ ms")
        .contains("ok       versions: Stabbur")
        .endsWith("\n\nAll is well.\n");
  }

  @Test
  void whatTheProcessDependsOnIsTried() throws Exception {
    var keys = server.server().project().folder().resolve("keys.json");
    var before = Files.getPosixFilePermissions(keys);
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
    try (var own =
        TestServer.start(
            Map.of(
                "stabbur.development",
                false,
                "stabbur.auth.mail.host",
                "127.0.0.1",
                "stabbur.auth.mail.port",
                TestServer.freePort()))) {
      var command = CommandServer.of(own);
      var _ =
          Http.get(
              own.url() + "/auth/v1/settings",
              "apikey",
              own.project().keys().publishableKey().reveal(),
              "X-Forwarded-For",
              "192.0.2.7");

      var ended = command.command("doctor");

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.output())
          .contains("PROBLEM  mail: 127.0.0.1 does not take connections")
          .contains("PROBLEM  proxy: requests come with X-Forwarded-For")
          .endsWith("\n\n2 problems.\n");
      assertThat(server.command("doctor").output())
          .contains("PROBLEM  keys: " + keys + " can be read by others");
    } finally {
      Files.setPosixFilePermissions(keys, before);
    }
  }

  @Test
  void programsReadItAsJson() {
    assertThat(server.run("doctor", "-o", "json"))
        .startsWith("[{\"check\":\"public-url\",\"status\":\"ok\",")
        .contains("{\"check\":\"audit-log\",\"status\":\"ok\",");
  }

  @Test
  void aPublicAddressThatOthersAnswerIsAProblem() throws IOException {
    var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    other.start();
    var address = URI.create("http://127.0.0.1:" + other.getAddress().getPort());
    try {
      assertThat(PublicAddress.check(address).problems())
          .singleElement()
          .asString()
          .contains("is answered by something else (status 404)");
    } finally {
      other.stop(0);
    }
    assertThat(PublicAddress.check(address).problems())
        .singleElement()
        .asString()
        .contains("cannot be reached from here");
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
