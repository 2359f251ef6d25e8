package io.stabbur.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.management.reference.ProjectReference;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ProjectSettings;
import io.stabbur.project.Projects;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who may use the management API: holders of an access token of the project, and nobody else.
class AccessTest {
  private static final ManagementServer API =
      new ManagementServer(
          AtExit.close(
              TestServer.start(
                  Map.of("stabbur.projects.default.hosts", List.of("first.example.org")))));

  /// Every route, with its method.
  private static Stream<String> routes() {
    var project = "/projects/" + API.reference();
    return Stream.of(
        "GET /projects",
        "GET /profile",
        "GET /organizations",
        "GET " + project,
        "GET " + project + "/api-keys?reveal=true",
        "GET " + project + "/branches",
        "GET " + project + "/functions",
        "POST " + project + "/functions/deploy?slug=x",
        "PUT " + project + "/functions",
        "GET " + project + "/functions/x",
        "PATCH " + project + "/functions/x",
        "DELETE " + project + "/functions/x",
        "GET " + project + "/functions/x/body",
        "GET " + project + "/secrets",
        "POST " + project + "/secrets",
        "DELETE " + project + "/secrets",
        "POST " + project + "/cli/login-role",
        "DELETE " + project + "/cli/login-role",
        "GET " + project + "/config/database/pooler",
        "POST " + project + "/network-bans/retrieve",
        "GET " + project + "/analytics/endpoints/logs?sql=x",
        "GET " + project + "/database/backups",
        "GET " + project + "/types/typescript",
        "GET " + project + "/nothing-of-ours");
  }

  private static int status(String route, String... headers) {
    int blank = route.indexOf(' ');
    var method = route.substring(0, blank);
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Content-Type", "application/json"));
    return Http.send(
            method,
            API.server().url() + "/v1" + route.substring(blank + 1),
            method.equals("GET") ? null : "[]",
            all.toArray(String[]::new))
        .statusCode();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void nobodyIsLetInWithoutAnAccessToken(String route) {
    var keys = API.server().project().keys();
    assertThat(status(route)).isEqualTo(401);
    for (var other :
        List.of(
            keys.secretKey().reveal(),
            keys.serviceRoleKey().reveal(),
            keys.anonKey().reveal(),
            Tokens.of(API.server().project(), "service_role", ""),
            "sbp_" + "0".repeat(40),
            "sbp_x")) {
      assertThat(status(route, "Authorization", "Bearer " + other, "apikey", other))
          .as(other)
          .isEqualTo(401);
    }
  }

  @Test
  void aTokenOpensItsOwnProjectUntilItIsRevoked() {
    var token = API.token("mine");
    var own = "/projects/" + API.reference();
    assertThat(token).matches("sbp_[0-9a-f]{40}");
    assertThat(API.get(token, own).statusCode()).isEqualTo(200);
    assertThat(API.get(token, "/projects").body()).contains(API.reference());

    var id = text(last(API.operator("GET", "/access-tokens", null).body()), "id");
    assertThat(API.operator("POST", "/access-tokens/" + id + "/revoke", "{}").statusCode())
        .isEqualTo(200);

    assertThat(API.get(token, own).statusCode()).isEqualTo(401);
    assertThat(API.get(token, "/projects").statusCode()).isEqualTo(401);
    assertThat(API.operator("POST", "/access-tokens/" + id + "/revoke", "{}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void aTokenOpensNoOtherProject() {
    var projects = API.server().bean(Projects.class);
    var other = projects.add(ProjectSettings.embedded("other", "second.example.org"));
    try {
      var theirs = new ManagementServer(API.server()).token(other, "theirs");
      var reference = ProjectReference.of(other).text();
      assertThat(reference).isNotEqualTo(API.reference());
      assertThat(API.get(theirs, "/projects/" + reference).statusCode()).isEqualTo(200);
      assertThat(API.get(theirs, "/projects").body()).doesNotContain(API.reference());

      for (var route : routes().filter(each -> each.contains(API.reference())).toList()) {
        assertThat(status(route, "Authorization", "Bearer " + theirs)).as(route).isEqualTo(403);
      }
      var mine = API.token("of the first");
      assertThat(API.get(mine, "/projects/" + reference).statusCode()).isEqualTo(403);
      // as an unknown one is refused
      assertThat(API.get(mine, "/projects/" + "a".repeat(20)).body())
          .isEqualTo(API.get(mine, "/projects/" + reference).body());
    } finally {
      projects.remove(other);
    }
  }

  @Test
  @Tag("nightly")
  void aTokenOpensSeveralProjectsWhereEachHasAdmittedIt() {
    var projects = API.server().bean(Projects.class);
    var other = projects.add(ProjectSettings.embedded("third", "third.example.org"));
    try {
      var reference = ProjectReference.of(other).text();
      var token = API.token("of both");
      assertThat(API.get(token, "/projects/" + reference).statusCode()).isEqualTo(403);
      var body = "{\"name\":\"of both\",\"token\":\"%s\"}";
      for (var wrong : List.of("sbp_" + "0".repeat(40), "sbp_1", "' or true")) {
        assertThat(
                API.operator(other, "POST", "/access-tokens", body.formatted(wrong)).statusCode())
            .as(wrong)
            .isEqualTo(400);
      }
      var key = other.keys().anonKey().reveal();
      assertThat(
              Http.send(
                      "POST",
                      API.server().url() + "/admin/v1/management/access-tokens",
                      body.formatted(token),
                      "apikey",
                      key)
                  .statusCode())
          .isEqualTo(403);

      var admitted = API.operator(other, "POST", "/access-tokens", body.formatted(token));
      assertThat(admitted.statusCode()).as(admitted.body()).isEqualTo(200);
      assertThat(API.get(token, "/projects/" + reference).statusCode()).isEqualTo(200);
      assertThat(API.get(token, "/projects").body()).contains(reference, API.reference());
      assertThat(API.operator(other, "POST", "/access-tokens", body.formatted(token)).statusCode())
          .isEqualTo(400);

      // each project revokes it for itself
      var id = Objects.requireNonNull(Json.parse(admitted.body()).get("id")).getStringValue();
      assertThat(API.operator(other, "POST", "/access-tokens/" + id + "/revoke", "{}").statusCode())
          .isEqualTo(200);
      assertThat(API.get(token, "/projects/" + reference).statusCode()).isEqualTo(403);
      assertThat(API.get(token, "/projects").body())
          .contains(API.reference())
          .doesNotContain(reference);
      assertThat(API.operator(other, "POST", "/access-tokens", body.formatted(token)).statusCode())
          .isEqualTo(400);
    } finally {
      projects.remove(other);
    }
  }

  @Test
  void aReferenceThatTwoProjectsHaveOpensNeither() {
    var all = API.server().bean(Projects.class).all();
    var own = API.reference();
    assertThat(ProjectReference.only(all, own::equals)).contains(API.server().project());
    assertThat(
            ProjectReference.only(
                List.of(API.server().project(), API.server().project()), own::equals))
        .isEmpty();
  }

  @Test
  void anExpiredTokenIsRefused() {
    var made =
        API.operator(
            "POST",
            "/access-tokens",
            "{\"name\":\"short\",\"expires_at\":\"%s\"}".formatted(Instant.now().plusSeconds(60)));
    var token = text(Json.parse(made.body()), "token");
    assertThat(API.get(token, "/profile").statusCode()).isEqualTo(200);
    API.server()
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "update stabbur.access_tokens set expires_at = now() - interval '1 second'"
                            + " where name = 'short'")));
    assertThat(API.get(token, "/profile").statusCode()).isEqualTo(401);
  }

  @Test
  void tokensAreMadeByTheServiceRoleAlone() {
    var anon = API.server().project().keys().anonKey().reveal();
    for (var key : List.of("", anon, API.token("no operator"))) {
      var headers = key.isEmpty() ? new String[0] : new String[] {"apikey", key};
      var answer =
          Http.post(
              API.server().url() + "/admin/v1/management/access-tokens",
              "{\"name\":\"x\"}",
              Stream.concat(Stream.of(headers), Stream.of("Content-Type", "application/json"))
                  .toArray(String[]::new));
      assertThat(answer.statusCode()).as(key).isIn(401, 403);
    }
    assertThat(API.operator("POST", "/access-tokens", "{\"name\":\"\"}").statusCode())
        .isEqualTo(400);
    assertThat(
            API.operator(
                    "POST",
                    "/access-tokens",
                    "{\"name\":\"x\",\"expires_at\":\"2020-01-01T00:00:00Z\"}")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void onlyTheHashOfATokenIsKept() {
    var token = API.token("kept as a hash");
    var rows =
        API.server()
            .project()
            .admin()
            .exchange(
                Actor.of("postgres"),
                Access.READ,
                Statement.of("select string_agg(t::text, ' ') from stabbur.access_tokens t"),
                row -> row.next() ? row.getString(1) : "");
    assertThat(rows).contains("kept as a hash").doesNotContain(token.substring(4));
    assertThat(API.operator("GET", "/access-tokens", null).body())
        .contains("kept as a hash")
        .doesNotContain(token.substring(4));
  }

  @Test
  void whatIsChangedIsWrittenDown() {
    var token = API.token("careful");
    var secrets = "/projects/" + API.reference() + "/secrets";
    assertThat(API.send(token, "POST", secrets, "[{\"name\":\"A\",\"value\":\"deep\"}]"))
        .extracting(java.net.http.HttpResponse::statusCode)
        .isEqualTo(201);
    assertThat(API.send(token, "POST", secrets, "[{\"name\":\"SUPABASE_A\",\"value\":\"x\"}]"))
        .extracting(java.net.http.HttpResponse::statusCode)
        .isEqualTo(400);
    API.get(token, "/projects/" + API.reference() + "/api-keys?reveal=true");

    var log = API.operator("GET", "/log?limit=3", null).body();
    assertThat(log)
        .contains("\"action\":\"POST secrets\",\"status\":201")
        .contains("\"action\":\"POST secrets\",\"status\":400")
        .contains("\"action\":\"GET api-keys\",\"status\":200")
        .contains("\"token\":\"careful\"")
        .doesNotContain("deep");
  }

  @Test
  void bodiesHaveALimit() {
    var token = API.token("large");
    var answer =
        API.send(
            token,
            "POST",
            "/projects/" + API.reference() + "/secrets",
            "[" + " ".repeat(9_000_000));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("\"message\"");
  }

  private static JsonNode last(String body) {
    JsonNode last = JsonNode.nullNode();
    for (var each : Objects.requireNonNull(Json.parse(body).get("tokens")).values()) {
      last = each;
    }
    return last;
  }

  private static String text(JsonNode object, String field) {
    return Objects.requireNonNull(object.get(field)).getStringValue();
  }
}
