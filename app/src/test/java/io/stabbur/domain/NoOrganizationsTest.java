package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A project whose schema has no organizations: nothing of that room reaches its sessions.
class NoOrganizationsTest {
  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void start() {
    var folder = TestServer.repository().resolve("app/src/test/resources/io/stabbur/domain/plain");
    server = TestServer.start(Map.of("stabbur.migrations", folder.toString()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// A user whose token lists organizations, as one of the project's own might.
  private static Client member() {
    var organization = UUID.randomUUID();
    return user(
        """
        , "user_role": "org_admin", "organization_id": "%s", "organizations": [{"id": "%s", "role": "org_admin"}]\
        """
            .formatted(organization, organization));
  }

  private static Client user(String moreClaims) {
    return user(server, moreClaims);
  }

  private static Client user(TestServer server, String moreClaims) {
    var claims =
        """
        {"sub": "%s", "role": "authenticated", "exp": %d%s}\
        """
            .formatted(UUID.randomUUID(), Instant.now().getEpochSecond() + 600, moreClaims);
    var secret = server.project().keys().jwtSecret().reveal();
    return Client.anon(server).withToken(Tokens.signed(secret, "{\"alg\": \"HS256\"}", claims));
  }

  @Test
  void noKeyAndNoSettingIsHandedToItsSessions() {
    var service = Client.service(server).get("/rest/v1/rpc/handed");
    var user = member().get("/rest/v1/rpc/handed");

    assertThat(service.body()).as("the service role").isEqualTo("null");
    assertThat(user.body()).as("a user").isEqualTo("null");
  }

  @Test
  void theHeaderIsRefusedWhereTheTokenListsOrganizationsThatNobodyCanCheck() {
    var organization = UUID.randomUUID().toString();
    var listed = member().in(organization).get("/rest/v1/notes");
    var appsOwn = user("").in(organization).get("/rest/v1/notes");

    assertThat(listed.statusCode()).as(listed.body()).isEqualTo(403);
    assertThat(listed.body())
        .contains("organization_unchecked", "X-Organization-Id", "has no organizations");
    assertThat(appsOwn.statusCode())
        .as("an app's own header, which its policies may read: " + appsOwn.body())
        .isEqualTo(200);
    assertThat(Client.service(server).in(organization).get("/rest/v1/notes").statusCode())
        .isEqualTo(200);
  }

  @Test
  void aHeaderThatTheOperatorNamedIsRefusedFromEveryUser() {
    var folder = TestServer.repository().resolve("app/src/test/resources/io/stabbur/domain/plain");
    try (var named =
        TestServer.start(
            Map.of(
                "stabbur.migrations",
                folder.toString(),
                "stabbur.organizations.header",
                "X-School-Id"))) {
      var user = user(named, "");
      var school = UUID.randomUUID().toString();

      assertThat(user.get("/rest/v1/notes").statusCode()).isEqualTo(200);
      assertThat(user.with("X-School-Id", school).get("/rest/v1/notes").statusCode())
          .isEqualTo(403);
      assertThat(user.with("X-School-Id", school).get("/storage/v1/bucket").statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void theApiOfOrganizationsSaysThatThereAreNone() {
    var answer = Client.service(server).get("/admin/v1/organizations");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(Client.text(Json.parse(answer.body()), "code")).isEqualTo("no_organizations");
  }

  @Test
  void itsAuditLogHoldsAndItsKeysRotateAllTheSame() {
    var service = Client.service(server);

    assertThat(service.get("/admin/v1/audit/problems").body()).isEqualTo("[]");
    var rotated = service.post("/admin/v1/personal-data/rotate", "");
    assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
    assertThat(rotated.body()).contains("\"done\":true", "\"rows\":0");
  }
}
