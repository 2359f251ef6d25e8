package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.control.OperatorApi;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Organizations and people of a server's project, made by its API with the service key.
record ProjectPeople(TestServer server) {
  static final String PASSWORD = "en lang nok passfrase 42";

  /// A text that nothing else has.
  static String fresh(String word) {
    return word + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  static String address(String word) {
    return fresh(word) + "@people.example";
  }

  HttpResponse<String> send(String method, String path, @Nullable String body) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.send(
        method,
        server.url() + path,
        body,
        "apikey",
        key,
        "Authorization",
        "Bearer " + key,
        "Content-Type",
        "application/json");
  }

  JsonNode made(String path, String body) {
    var answer = send("POST", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    return Json.parse(answer.body());
  }

  /// The id of a new organization with this name and administrator.
  String organization(String name, String admin) {
    return OperatorApi.text(
        made(
            "/admin/v1/organizations",
            "{\"name\":\"%s\",\"slug\":\"%s\",\"admin_email\":\"%s\",\"password\":\"%s\"}"
                .formatted(name, fresh("slug"), admin, PASSWORD)),
        "id");
  }

  /// The id of a person who is a member now.
  String member(String organization, String email, String role) {
    return OperatorApi.text(
        made(
            "/admin/v1/organizations/" + organization + "/members",
            "{\"email\":\"%s\",\"role\":\"%s\",\"password\":\"%s\"}"
                .formatted(email, role, PASSWORD)),
        "user_id");
  }

  /// The id of an account that is a member of nothing.
  String account(String email, String name) {
    return OperatorApi.text(
        made(
            "/auth/v1/admin/users",
            ("{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true,"
                    + "\"user_metadata\":{\"full_name\":\"%s\"}}")
                .formatted(email, PASSWORD, name)),
        "id");
  }

  HttpResponse<String> signIn(String email) {
    return Http.post(
        server.url() + "/auth/v1/token?grant_type=password",
        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, PASSWORD),
        "apikey",
        server.project().keys().anonKey().reveal(),
        "Content-Type",
        "application/json");
  }

  /// Gives a person a second factor, as if it had been set up.
  void addFactor(String person) {
    run(
        """
        insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret)
        values (gen_random_uuid(), ?::uuid, 'phone', 'totp', 'verified', now(), now(), 'secret')\
        """,
        person);
  }

  int run(String sql, @Nullable Object... values) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql, values)));
  }

  List<String> column(String sql, @Nullable Object... values) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(sql, values),
                    row -> Objects.requireNonNullElse(row.getString(1), "")));
  }
}
