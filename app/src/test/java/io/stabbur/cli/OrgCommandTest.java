package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Organisations by command, as an operator types it, against a Stabbur of its own.
class OrgCommandTest {
  private static final String PASSWORD = "en lang nok passfrase 42";
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();

  @Test
  void anOrganizationIsRunByCommandFromItsFirstToItsLastDay() throws Exception {
    var config = folder.resolve("stabbur.yml");
    Files.writeString(
        config,
        "stabbur:\n  migrations: " + TestServer.repository().resolve("supabase/migrations") + "\n");
    try (var up =
        Launched.start(
            folder, "up", "--port", Integer.toString(port), "--config", config.toString())) {
      var _ = up.awaitReady();
      var created =
          runWithInput(
              PASSWORD + "\n",
              "org",
              "create",
              "Nordlys",
              "--slug",
              "nordlys",
              "--admin-email",
              "leder@nordlys.example",
              "--password-stdin",
              "--label",
              "likeperson=frivillig");
      assertThat(created).contains("nordlys").contains("org_admin");
      assertThat(signIn("leder@nordlys.example")).isEqualTo(200);

      var again =
          Launched.run(
              folder, "org", "create", "N", "--slug=nordlys", "--admin-email=x@nordlys.example");
      assertThat(again.getValue()).contains("There is an organization nordlys already");
      var without =
          Launched.runWithInput(
              "",
              folder,
              "org",
              "member",
              "add",
              "nordlys",
              "x@nordlys.example",
              "--password-stdin");
      assertThat(without.getKey()).isEqualTo(1);
      assertThat(without.getValue()).contains("No password came over standard input");

      assertThat(run("org", "list")).contains("nordlys").contains("active");
      var added = run("org", "member", "add", "nordlys", "ny@nordlys.example");
      assertThat(added).contains("peer_mentor").contains("Invitation: http");
      assertThat(run("org", "member", "role", "nordlys", "ny@nordlys.example", "coordinator"))
          .isEmpty();
      assertThat(run("org", "member", "list", "nordlys"))
          .containsPattern("ny@nordlys.example +coordinator");
      assertThat(run("person", "export", "ny@nordlys.example")).contains("ny@nordlys.example");
      assertThat(run("person", "erase", "ny@nordlys.example", "--yes")).isEmpty();
      assertThat(run("org", "member", "list", "nordlys")).doesNotContain("ny@nordlys.example");

      assertThat(run("keys", "rotate", "--personal-data")).contains("key version 2");
      apiKeysAreMadeReplacedAndRevoked();
      aProgramGetsATokenUntilItIsRevoked();
      withoutAMailServerATestMailSaysSo();
      assertThat(run("doctor")).contains("every chain holds").contains("no open table");

      assertThat(run("org", "suspend", "nordlys")).isEmpty();
      assertThat(run("org", "list")).contains("suspended");
      assertThat(run("org", "resume", "nordlys")).isEmpty();

      var refused = Launched.run(folder, "org", "suspend", "sorlys");
      assertThat(refused.getKey()).isEqualTo(1);
      assertThat(refused.getValue()).contains("There is no organization sorlys");

      breakTheAuditLog();
      assertThat(Launched.run(folder, "doctor").getKey()).isEqualTo(1);
    }
  }

  private void apiKeysAreMadeReplacedAndRevoked() throws Exception {
    var first = status("SECRET_KEY");
    var made = run("keys", "create", "nightly export").strip();
    var rotated = run("keys", "rotate", "--api-key", "secret").strip();
    var list = run("keys", "list");

    assertThat(made).startsWith("sb_secret_");
    assertThat(list).contains("nightly export").contains("ES256").doesNotContain(made, rotated);
    assertThat(status("SECRET_KEY")).isEqualTo(rotated).isNotEqualTo(first);
    assertThat(run("keys", "revoke", idOf(list, "nightly export"))).contains("revoked");
    assertThat(probe(made)).isEqualTo(401);
    assertThat(probe(first)).isEqualTo(200);
    assertThat(probe(rotated)).isEqualTo(200);
  }

  private void aProgramGetsATokenUntilItIsRevoked() throws Exception {
    var token =
        run(
                "token",
                "create",
                "import",
                "--organization",
                "nordlys",
                "--role",
                "coordinator",
                "--expires",
                "30d")
            .strip();
    var before = run("token", "list");

    assertThat(before).contains("active", "last used -", "import").doesNotContain(token);
    assertThat(exchange(token)).isEqualTo(200);
    assertThat(run("token", "list")).containsPattern("last used 20[0-9]{2}-");
    var id = before.lines().filter(each -> each.endsWith("import")).findFirst().orElseThrow();
    assertThat(run("token", "revoke", id.split(" +", -1)[1])).contains("revoked");
    assertThat(exchange(token)).isEqualTo(400);
  }

  private int exchange(String token) throws Exception {
    return Http.post(
            "http://127.0.0.1:" + port + "/auth/v1/token?grant_type=application_token",
            "{\"token\": \"%s\"}".formatted(token),
            "apikey",
            status("ANON_KEY"))
        .statusCode();
  }

  private void withoutAMailServerATestMailSaysSo() throws Exception {
    var refused = Launched.run(folder, "mail", "test", "drift@nordlys.example");

    assertThat(refused.getKey()).isEqualTo(1);
    assertThat(refused.getValue()).contains("No mail server is configured");
  }

  private static String idOf(String list, String name) {
    var line = list.lines().filter(each -> each.endsWith(name)).findFirst().orElseThrow();
    return line.split(" +", -1)[2];
  }

  private int probe(String key) {
    return Http.get("http://127.0.0.1:" + port + "/admin/v1/organizations", "apikey", key)
        .statusCode();
  }

  private String run(String... arguments) throws Exception {
    return runWithInput("", arguments);
  }

  private String runWithInput(String input, String... arguments) throws Exception {
    Map.Entry<Integer, String> ended = Launched.runWithInput(input, folder, arguments);
    assertThat(ended.getKey()).as(ended.getValue()).isZero();
    return ended.getValue();
  }

  private int signIn(String email) throws Exception {
    return Http.post(
            "http://127.0.0.1:" + port + "/auth/v1/token?grant_type=password",
            "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, PASSWORD),
            "apikey",
            status("ANON_KEY"),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  /// As somebody who has taken the database over would.
  private void breakTheAuditLog() throws Exception {
    var url = URI.create(status("DB_URL"));
    var keys = Json.parse(Files.readString(folder.resolve("data/keys.json")));
    var password = keys.get("superuser_password");
    assertThat(password).isNotNull();
    TestPostgres.execute(
        new Login(
            "jdbc:postgresql://127.0.0.1:" + url.getPort() + url.getPath(),
            "supabase_admin",
            Secret.of(password == null ? "" : password.getStringValue()),
            1,
            Duration.ofSeconds(10)),
        """
        set session_replication_role = replica;
        update public.audit_log set actor_role = 'nobody'
        where id = (select min(id) from public.audit_log where table_name = 'memberships')""");
  }

  private String status(String name) throws Exception {
    var node = Json.parse(run("status", "-o", "json")).get(name);
    assertThat(node).as(name).isNotNull();
    return node == null ? "" : node.getStringValue();
  }
}
