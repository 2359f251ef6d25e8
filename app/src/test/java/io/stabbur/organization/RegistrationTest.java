package io.stabbur.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A schema that comes to have organizations, and ceases to, while its project is served.
class RegistrationTest {
  private static final List<String> FUNCTIONS =
      List.of(
          "organizations",
          "organization",
          "add_organization",
          "change_organization",
          "members",
          "require_may_add",
          "add_member",
          "ask_consent",
          "change_member",
          "remove_member",
          "membership_claims",
          "export_person",
          "erase_person");
  private static final String REGISTER =
      """
      insert into stabbur.organization_schema (functions, roles, first_role, administrator_roles)
      values ('clubs', array['member'], 'member', array['member'])\
      """;
  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void start() {
    var folder = TestServer.repository().resolve("app/src/test/resources/io/stabbur/domain/plain");
    server = TestServer.start(Map.of("stabbur.migrations", folder.toString()));
    run("create schema clubs");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void run(String sql) {
    server
        .project()
        .admin()
        .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }

  /// What a transaction of the service role is handed.
  private static String handed() {
    server.bean(OrganizationSchemas.class).of(server.project()).reload();
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.get(
            server.url() + "/rest/v1/rpc/handed", "apikey", key, "Authorization", "Bearer " + key)
        .body();
  }

  @Test
  void keysAreHandedOutWhileASchemaIsRegisteredAndOnlyThen() {
    assertThat(handed()).isEqualTo("null");
    assertThatThrownBy(() -> run(REGISTER))
        .as("functions of the contract are missing")
        .isInstanceOf(ApiException.class);
    for (var function : FUNCTIONS) {
      run("create function clubs." + function + "() returns text language sql as $$ select '' $$");
    }

    run(REGISTER);
    assertThat(handed()).contains("stabbur.keys", "roots");

    run("delete from stabbur.organization_schema");
    assertThat(handed()).isEqualTo("null");
  }
}
