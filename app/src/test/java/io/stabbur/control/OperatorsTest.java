package io.stabbur.control;

import static io.stabbur.control.OperatorApi.PASSWORD;
import static io.stabbur.control.OperatorApi.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.stabbur.control.api.FirstOwner;
import io.stabbur.control.operator.SignIn;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Sign-in of operators and what their roles may: each refusal, and what works.
class OperatorsTest {
  private static final OperatorApi API = new OperatorApi(TestServer.shared());
  private static final String OPERATORS = "/admin/v1/operators";
  private static final String COOKIE = "stabbur_session=";

  @BeforeEach
  void forgetTries() {
    ControlRows.of(API.server()).update("delete from stabbur_control.sign_in_attempts");
  }

  private static String fresh(String name) {
    return name + "-" + UUID.randomUUID().toString().substring(0, 8) + "@example.org";
  }

  /// Each route that an operator's token opens, with a body, and the least right it asks for.
  private static Stream<List<String>> routes() {
    var nobody = OPERATORS + "/" + new UUID(0, 1);
    return Stream.of(
        List.of("GET", OPERATORS, "", "auditor"),
        List.of("GET", OPERATORS + "/log", "", "auditor"),
        List.of("GET", OPERATORS + "/find?operator=x", "", "auditor"),
        List.of("POST", OPERATORS, "{}", "owner"),
        List.of("PATCH", nobody, "{\"role\":\"owner\"}", "owner"),
        List.of("DELETE", nobody, "", "owner"),
        List.of("POST", nobody + "/reset-factor", "{}", "owner"),
        List.of("POST", nobody + "/invite", "{}", "owner"),
        List.of("GET", "/admin/v1/projects", "", "auditor"),
        List.of("GET", "/admin/v1/projects/nobody", "", "auditor"),
        List.of("POST", "/admin/v1/projects", "{}", "operator"),
        List.of("PATCH", "/admin/v1/projects/nobody", "{}", "operator"),
        List.of("POST", "/admin/v1/projects/nobody/suspend", "{}", "operator"),
        List.of("POST", "/admin/v1/projects/nobody/resume", "{}", "operator"),
        List.of("DELETE", "/admin/v1/projects/nobody", "", "owner"),
        List.of("GET", OPERATORS + "/session", "", "self"),
        List.of("DELETE", OPERATORS + "/session", "", "self"),
        List.of("POST", OPERATORS + "/me/factor", "{}", "self"),
        List.of("POST", OPERATORS + "/me/factor/confirm", "{\"code\":\"1\"}", "self"),
        List.of("PUT", OPERATORS + "/me/password", "{}", "self"),
        List.of("GET", OPERATORS + "/me/tokens", "", "self"),
        List.of("POST", OPERATORS + "/me/tokens", "{}", "auditor"),
        List.of("DELETE", OPERATORS + "/me/tokens/" + new UUID(0, 1), "", "self"));
  }

  private static int status(List<String> route, String... headers) {
    var body = route.get(2);
    return API.send(route.get(0), route.get(1), body.isEmpty() ? null : body, headers).statusCode();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void nobodyIsLetInWithoutAnOperatorsToken(List<String> route) {
    var project = API.server().project();
    assertThat(status(route)).isEqualTo(401);
    for (var other :
        List.of(
            project.keys().secretKey().reveal(),
            project.keys().serviceRoleKey().reveal(),
            Tokens.of(project, "service_role", ""),
            "sbp_" + "0".repeat(40),
            "sbo_" + "0".repeat(40),
            "sbm_" + "0".repeat(64),
            "bnVsbA.bnVsbA.bnVsbA",
            "bnVsbA.eyJyb2xlIjoib3duZXIifQ.wSV0NicaQr4ttFJPvmD4deDRELKg0RvlT0zMOr",
            "x.y.z")) {
      assertThat(status(route, "Authorization", "Bearer " + other, "apikey", other))
          .as(other)
          .isEqualTo(401);
      assertThat(status(route, "Cookie", COOKIE + other)).as(other).isEqualTo(401);
    }
  }

  @Test
  void aForgedSessionIsRefused() throws JOSEException, ParseException {
    var email = fresh("forged");
    var account = API.account(email, "owner");
    var token = text(API.signIn(email, PASSWORD, account.code(0)), "access_token");
    var claims = SignedJWT.parse(token).getJWTClaimsSet();
    assertThat(API.bearer(token, "GET", OPERATORS, null).statusCode()).isEqualTo(200);

    var unsigned = new PlainJWT(claims).serialize();
    var other = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    other.sign(new MACSigner("another key of at least thirty-two bytes"));
    var ofProject = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    ofProject.sign(new MACSigner(API.server().project().keys().jwtSecret().reveal()));
    for (var forged : List.of(unsigned, other.serialize(), ofProject.serialize())) {
      assertThat(API.bearer(forged, "GET", OPERATORS, null).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void anExpiredSessionIsRefusedAndOneThatEndedToo() {
    var email = fresh("expired");
    var account = API.account(email, "owner");
    var token = text(API.signIn(email, PASSWORD, account.code(0)), "access_token");
    assertThat(API.bearer(token, "DELETE", OPERATORS + "/session", null).statusCode())
        .isEqualTo(204);
    assertThat(API.bearer(token, "GET", OPERATORS, null).statusCode()).isEqualTo(401);

    var second = text(API.signIn(email, PASSWORD, account.code(30)), "access_token");
    assertThat(API.bearer(second, "GET", OPERATORS, null).statusCode()).isEqualTo(200);
    ControlRows.of(API.server())
        .update("update stabbur_control.operator_sessions set expires_at = now()");
    assertThat(API.bearer(second, "GET", OPERATORS, null).statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenWhoseTimeHasPassedIsRefused() throws JOSEException {
    var key =
        ControlRows.of(API.server())
            .text(
                "select value from stabbur_control.appliance_keys where name = 'operator-sessions'");
    var session =
        ControlRows.of(API.server())
            .text("select id::text from stabbur_control.operator_sessions limit 1");
    var past =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.HS256),
            new JWTClaimsSet.Builder()
                .issuer("stabbur-control")
                .jwtID(session)
                .expirationTime(Date.from(Instant.now().minusSeconds(1)))
                .build());
    past.sign(new MACSigner(key));
    assertThat(API.bearer(past.serialize(), "GET", OPERATORS, null).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @MethodSource("roles")
  void eachRoleMayWhatItMayAndNoMore(String role, List<String> rights) {
    var token = API.token(fresh(role), role);
    assertThat(routes().toList())
        .allSatisfy(
            route -> {
              int status = status(route, "Authorization", "Bearer " + token);
              if (rights.contains(route.get(3))) {
                assertThat(status).isNotIn(401, 403, 500);
              } else {
                assertThat(status).isEqualTo(403);
              }
            });
  }

  private static Stream<Arguments> roles() {
    return Stream.of(
        Arguments.of("owner", List.of("owner", "operator", "auditor", "self")),
        Arguments.of("operator", List.of("operator", "auditor", "self")),
        Arguments.of("auditor", List.of("auditor", "self")));
  }

  @Test
  void withoutASecondFactorNothingIsAllowedButToEnrolOne() {
    var email = fresh("new");
    API.command(
        "POST",
        OPERATORS,
        "{\"email\":\"%s\",\"role\":\"owner\",\"password\":\"%s\"}".formatted(email, PASSWORD));
    var session = text(API.signIn(email, PASSWORD, ""), "access_token");

    assertThat(API.bearer(session, "GET", OPERATORS, null).statusCode()).isEqualTo(403);
    assertThat(API.bearer(session, "POST", OPERATORS + "/me/tokens", "{}").statusCode())
        .isEqualTo(403);
    assertThat(API.bearer(session, "GET", OPERATORS + "/session", null).statusCode())
        .isEqualTo(200);
  }

  @Test
  void withASecondFactorThePasswordAloneIsNotEnoughAndACodeCountsOnce() {
    var email = fresh("factor");
    var account = API.account(email, "auditor");
    var code = account.code(0);

    assertThat(API.signIn(email, PASSWORD, "").statusCode()).isEqualTo(401);
    assertThat(API.signIn(email, PASSWORD, "000000").statusCode()).isEqualTo(401);
    assertThat(API.signIn(email, "another password", code).statusCode()).isEqualTo(401);
    assertThat(API.signIn(email, PASSWORD, code).statusCode()).isEqualTo(200);
    assertThat(API.signIn(email, PASSWORD, code).statusCode()).isEqualTo(401);
  }

  @Test
  void theCookieIsStrictAndAChangeNeedsTheTokenOfTheSession() {
    var email = fresh("cookie");
    var account = API.account(email, "owner");
    var answer = API.signIn(email, PASSWORD, account.code(0));
    var set = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(set).containsIgnoringCase("; httponly").contains("; SameSite=Strict", "; Path=/");
    var cookie = set.substring(0, set.indexOf(';'));
    var csrf = text(answer, "csrf_token");
    var body = "{\"email\":\"%s\",\"role\":\"auditor\"}".formatted(fresh("made"));

    assertThat(API.send("GET", OPERATORS, null, "Cookie", cookie).statusCode()).isEqualTo(200);
    assertThat(API.send("POST", OPERATORS, body, "Cookie", cookie).statusCode()).isEqualTo(403);
    assertThat(
            API.send("POST", OPERATORS, body, "Cookie", cookie, "X-CSRF-Token", "x").statusCode())
        .isEqualTo(403);
    assertThat(
            API.send("POST", OPERATORS, body, "Cookie", cookie, "X-CSRF-Token", csrf).statusCode())
        .as("a session that was left open")
        .isEqualTo(403);
    var code = account.code(30);
    assertThat(
            API.send(
                    "POST",
                    OPERATORS,
                    body,
                    "Cookie",
                    cookie,
                    "X-CSRF-Token",
                    csrf,
                    "X-Stabbur-Code",
                    code)
                .statusCode())
        .isEqualTo(201);
  }

  @Test
  void anInvitationSetsAPasswordOnce() {
    var email = fresh("invited");
    var made =
        API.command("POST", OPERATORS, "{\"email\":\"%s\",\"role\":\"operator\"}".formatted(email));
    var code = text(made, "invitation");
    assertThat(text(made, "invitation_link")).endsWith("?code=" + code);
    assertThat(API.signIn(email, PASSWORD, "").statusCode()).isEqualTo(401);

    assertThat(accept(code, "short").statusCode()).isEqualTo(400);
    assertThat(accept("x" + code, PASSWORD).statusCode()).isEqualTo(401);
    assertThat(accept(code, PASSWORD).statusCode()).isEqualTo(204);
    assertThat(API.signIn(email, PASSWORD, "").statusCode()).isEqualTo(200);
    assertThat(accept(code, PASSWORD + "!").statusCode()).isEqualTo(401);
  }

  private static HttpResponse<String> accept(String code, String password) {
    return API.send(
        "POST",
        OPERATORS + "/accept",
        "{\"invitation\":\"%s\",\"password\":\"%s\"}".formatted(code, password));
  }

  @Test
  void aRoleThatIsTakenAndAnAccountThatIsRemovedCountAtOnce() {
    var email = fresh("leaves");
    var token = API.token(email, "owner");
    var id = text(API.command("GET", OPERATORS + "/find?operator=" + email, null), "id");
    assertThat(API.bearer(token, "POST", OPERATORS, "{}").statusCode()).isEqualTo(400);

    API.token(fresh("stays"), "owner");
    var demoted = API.command("PATCH", OPERATORS + "/" + id, "{\"role\":\"auditor\"}");
    assertThat(demoted.statusCode()).as(demoted.body()).isEqualTo(200);
    assertThat(API.bearer(token, "POST", OPERATORS, "{}").statusCode()).isEqualTo(403);

    assertThat(API.command("DELETE", OPERATORS + "/" + id, null).statusCode()).isEqualTo(204);
    assertThat(API.bearer(token, "GET", OPERATORS, null).statusCode()).isEqualTo(401);
  }

  @Test
  void aResetFactorEndsSessionsAndIsEnrolledAnew() {
    var email = fresh("reset");
    var account = API.account(email, "auditor");
    var session = text(API.signIn(email, PASSWORD, account.code(0)), "access_token");

    var reset = API.command("POST", OPERATORS + "/" + account.id() + "/reset-factor", "{}");
    assertThat(reset.statusCode()).isEqualTo(200);
    assertThat(API.bearer(session, "GET", OPERATORS, null).statusCode()).isEqualTo(401);
    assertThat(API.signIn(email, PASSWORD, "").statusCode()).isEqualTo(200);
  }

  @Test
  void anotherPasswordEndsTheSessions() {
    var email = fresh("password");
    var account = API.account(email, "auditor");
    var session = text(API.signIn(email, PASSWORD, account.code(0)), "access_token");
    var path = OPERATORS + "/me/password";
    var body = "{\"current\":\"%s\",\"password\":\"%s\"}";

    assertThat(
            API.bearer(session, "PUT", path, body.formatted("wrong", PASSWORD + "!")).statusCode())
        .isEqualTo(403);
    assertThat(
            API.bearer(session, "PUT", path, body.formatted(PASSWORD, PASSWORD + "!")).statusCode())
        .isEqualTo(204);
    assertThat(API.bearer(session, "GET", OPERATORS, null).statusCode()).isEqualTo(401);
    assertThat(API.signIn(email, PASSWORD, account.code(30)).statusCode()).isEqualTo(401);
  }

  @Test
  void aNetworkHasTenTriesAndThenNotEvenTheRightPassword() {
    var email = fresh("guessed");
    var account = API.account(email, "auditor");
    var statuses = new ConcurrentLinkedQueue<Integer>();
    try (var many = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 30; i++) {
        many.execute(() -> statuses.add(API.signIn(email, "wrong password", "").statusCode()));
      }
    }

    assertThat(statuses.stream().filter(status -> status == 401)).hasSizeLessThanOrEqualTo(10);
    assertThat(statuses.stream().filter(status -> status == 429)).hasSizeGreaterThanOrEqualTo(20);
    assertThat(API.signIn(email, PASSWORD, account.code(0)).statusCode()).isEqualTo(429);
    forgetTries();
    assertThat(API.signIn(email, PASSWORD, account.code(0)).statusCode()).isEqualTo(200);
  }

  @Test
  void anAccountHasTwentyTriesFromHoweverManyNetworks() {
    var email = fresh("spread");
    var account = API.account(email, "auditor");
    var signIn = API.server().bean(SignIn.class);
    for (int network = 0; network < 20; network++) {
      var from = "network " + network;
      assertThatThrownBy(() -> signIn.begin(email, "wrong password", "", from))
          .extracting(e -> ((ApiException) e).error())
          .isInstanceOf(Failure.Unauthenticated.class);
    }

    assertThatThrownBy(() -> signIn.begin(email, PASSWORD, account.code(0), "network 20"))
        .extracting(e -> ((ApiException) e).error())
        .isInstanceOf(Failure.Crowded.class);
  }

  @Test
  void theOwnerOfTheProjectCannotConnectToTheControlDatabase() {
    var owner = API.server().project().admin().login();
    var control = ControlRows.of(API.server()).login();
    var asOwner =
        new Login(control.url(), owner.user(), owner.password(), 1, Duration.ofSeconds(10));

    assertThat(new ControlRows(control).text("select current_user")).isEqualTo("stabbur_control");
    assertThatThrownBy(() -> new ControlRows(asOwner).text("select 'connected'"))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void anotherProcessOnTheSameControlDatabaseKnowsTheSessionAndItsEnd() {
    var email = fresh("replica");
    var account = API.account(email, "owner");
    var session = text(API.signIn(email, PASSWORD, account.code(0)), "access_token");
    var control = ControlRows.of(API.server()).login();
    try (var second =
        TestServer.start(Map.of("stabbur.control.database-url", DatabaseUrl.of(control)))) {
      var other = new OperatorApi(second);
      assertThat(other.bearer(session, "GET", OPERATORS, null).statusCode()).isEqualTo(200);
      assertThat(other.bearer(session, "DELETE", OPERATORS + "/session", null).statusCode())
          .isEqualTo(204);
      assertThat(API.bearer(session, "GET", OPERATORS, null).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void operatorsReadMetricsAndAlertsAndAuditorsChangeNothingThere() {
    var auditor = API.token(fresh("auditor"), "auditor");
    var operator = API.token(fresh("operator"), "operator");
    assertThat(API.send("GET", "/alerts", null).statusCode()).isEqualTo(401);
    assertThat(API.bearer("sbo_" + "0".repeat(40), "GET", "/metrics", null).statusCode())
        .isEqualTo(401);
    for (var token : List.of(auditor, operator)) {
      assertThat(API.bearer(token, "GET", "/metrics", null).statusCode()).isEqualTo(200);
      assertThat(API.bearer(token, "GET", "/alerts", null).statusCode()).isEqualTo(200);
    }
    assertThat(API.bearer(auditor, "POST", "/alerts/test", "{}").statusCode()).isEqualTo(403);
    assertThat(API.bearer(operator, "POST", "/alerts/test", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void aSessionDoesNotBecomeTheWholeAccount() {
    var email = fresh("owner");
    var account = API.account(email, "owner");
    var session = text(API.signIn(email, PASSWORD, account.code(0)), "access_token");
    var own = OPERATORS + "/" + account.id();
    assertThat(API.bearer(session, "POST", own + "/invite", "{}").statusCode()).isEqualTo(403);
    assertThat(API.bearer(session, "POST", own + "/reset-factor", "{}").statusCode())
        .isEqualTo(403);
    var other = API.account(fresh("other"), "owner");
    var token = API.token(fresh("third"), "owner");
    assertThat(
            API.bearer(token, "POST", OPERATORS + "/" + other.id() + "/reset-factor", "{}")
                .statusCode())
        .isEqualTo(200);
  }

  /// One that was begun with the password alone, and a factor that somebody else enrolled then.
  @Test
  void sessionsWithoutAFactorEndWhenOneIsEnrolled() {
    var email = fresh("enrols");
    API.command(
        "POST",
        OPERATORS,
        "{\"email\":\"%s\",\"role\":\"owner\",\"password\":\"%s\"}".formatted(email, PASSWORD));
    var stranger = text(API.signIn(email, PASSWORD, ""), "access_token");
    var person = text(API.signIn(email, PASSWORD, ""), "access_token");
    var secret = text(API.bearer(person, "POST", OPERATORS + "/me/factor", "{}"), "secret");
    var code = new OperatorApi.Account("", email, secret).code(0);
    assertThat(
            API.bearer(
                    person,
                    "POST",
                    OPERATORS + "/me/factor/confirm",
                    "{\"code\":\"%s\"}".formatted(code))
                .statusCode())
        .isEqualTo(204);

    assertThat(API.bearer(stranger, "GET", OPERATORS, null).statusCode()).isEqualTo(401);
    assertThat(API.bearer(person, "GET", OPERATORS, null).statusCode()).isEqualTo(200);
  }

  @Test
  void theLastOwnerStaysOne() {
    try (var server = TestServer.start(Map.of())) {
      var api = new OperatorApi(server);
      var code = server.bean(FirstOwner.class).invite().orElseThrow().replaceFirst(".*code=", "");
      var body =
          "{\"invitation\":\"%s\",\"email\":\"First@example.org\",\"password\":\"%s\"}"
              .formatted(code, PASSWORD);
      assertThat(api.send("POST", OPERATORS + "/accept", body.replace("First", "")).statusCode())
          .isEqualTo(400);
      assertThat(api.send("POST", OPERATORS + "/accept", body).statusCode()).isEqualTo(204);
      assertThat(api.send("POST", OPERATORS + "/accept", body).statusCode()).isEqualTo(401);
      assertThat(server.bean(FirstOwner.class).invite()).isEmpty();
      assertThat(api.signIn("first@example.org", PASSWORD, "").statusCode()).isEqualTo(200);

      var found = api.command("GET", OPERATORS + "/find?operator=first@example.org", null);
      assertThat(text(found, "role")).isEqualTo("owner");
      var path = OPERATORS + "/" + text(found, "id");
      assertThat(api.command("DELETE", path, null).statusCode()).isEqualTo(400);
      assertThat(api.command("PATCH", path, "{\"role\":\"auditor\"}").statusCode()).isEqualTo(400);

      for (int round = 0; round < 5; round++) {
        oneOfTwoThatEndEachOtherStays(api, path, round);
      }
    }
  }

  private static void oneOfTwoThatEndEachOtherStays(OperatorApi api, String path, int round) {
    var second =
        api.command(
            "POST",
            OPERATORS,
            "{\"email\":\"second%d@example.org\",\"role\":\"owner\",\"password\":\"%s\"}"
                .formatted(round, PASSWORD));
    var other = OPERATORS + "/" + text(second, "id");
    var demoted =
        CompletableFuture.supplyAsync(
            () -> api.command("PATCH", path, "{\"role\":\"auditor\"}").statusCode());
    var removed = api.command("DELETE", other, null).statusCode();
    assertThat(List.of(demoted.join(), removed)).containsAnyOf(200, 204).contains(400);
    api.command("PATCH", path, "{\"role\":\"owner\"}");
    api.command("DELETE", other, null);
  }

  @Test
  void whatOperatorsChangeIsWrittenDown() {
    var email = fresh("log");
    var token = API.token(email, "auditor");
    API.bearer(token, "DELETE", OPERATORS + "/me/tokens/" + new UUID(0, 2), null);

    var log = API.command("GET", OPERATORS + "/log", null).body();
    var mine =
        StreamSupport.stream(
                Objects.requireNonNull(Json.parse(log).get("log")).values().spliterator(), false)
            .filter(entry -> text(entry, "operator").equals(email))
            .findFirst()
            .orElseThrow();
    assertThat(text(mine, "action"))
        .isEqualTo("DELETE " + OPERATORS + "/me/tokens/" + new UUID(0, 2));
    assertThat(Objects.requireNonNull(mine.get("status")).getIntValue()).isEqualTo(404);
  }

  @Test
  void aWordOfTheJournalGoesWithItsLastEntry() {
    var rows = ControlRows.of(API.server());
    var operator = fresh("word");
    var subject = fresh("word");
    var another = fresh("word");
    var entry = "insert into stabbur_control.operator_log (at, operator, action, subject) values ";
    rows.update(entry + "(now(), '%s', 'first', '%s')".formatted(operator, subject));
    rows.update(entry + "(now(), '%s', 'second', '%s')".formatted(subject, operator));
    var words =
        "select coalesce(string_agg(word, ' ' order by word), '') from stabbur_control.operator_log_words where word in ('%s', '%s', '%s')"
            .formatted(operator, subject, another);
    var both = Stream.of(operator, subject).sorted().toList();
    assertThat(rows.text(words)).isEqualTo(String.join(" ", both));

    var remove =
        "delete from stabbur_control.operator_log where action = '%s' and '%s' in (operator, subject)";
    rows.update(remove.formatted("first", subject));
    assertThat(rows.text(words)).as("the other names both").isEqualTo(String.join(" ", both));
    rows.update(
        "update stabbur_control.operator_log set subject = '%s' where subject = '%s'"
            .formatted(another, operator));
    assertThat(rows.text(words)).doesNotContain(operator).contains(subject, another);
    rows.update(remove.formatted("second", subject));
    assertThat(rows.text(words)).isEmpty();
  }

  /// Each round is a transaction: in one order and in the other, new words and those that go.
  @Test
  void twoWhoAddAndTakeTheSameWordsAtOnceBothSucceed() {
    var login = ControlRows.of(API.server()).login();
    var prefix = fresh("word");
    var rounds =
        """
        do $$ begin
          for round in 1..150 loop
            insert into stabbur_control.operator_log (at, operator, action, subject)
            select now(), '%1$s' || n, '%2$s', '%1$s' || (30 - n) from generate_series(1, 20) n order by n %3$s;
            commit;
            update stabbur_control.operator_log set subject = '%1$s' || case round %% 2 when %4$d then 'a' else 'z' end where action = '%2$s';
            commit;
            update stabbur_control.operator_log set subject = '%1$s' || case round %% 2 when %4$d then 'z' else 'a' end where action = '%2$s';
            commit;
            delete from stabbur_control.operator_log where action = '%2$s';
            commit;
          end loop;
        end $$\
        """;
    var first = prefix + "-first";
    var second = prefix + "-second";
    try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
      Stream.of(
              rounds.formatted(prefix, first, "asc", 0),
              rounds.formatted(prefix, second, "desc", 1))
          .map(sql -> CompletableFuture.runAsync(() -> TestPostgres.execute(login, sql), both))
          .toList()
          .forEach(CompletableFuture::join);
    }
    assertThat(
            TestPostgres.value(
                login,
                "select count(*)::text from stabbur_control.operator_log_words where starts_with(word, ?)",
                prefix))
        .isEqualTo("0");
  }

  @Test
  void badInputIsRefusedWithASentence() {
    for (var body :
        List.of(
            "{\"email\":\"nobody\",\"role\":\"owner\"}",
            "{\"email\":\"a@b\",\"role\":\"root\"}",
            "{\"email\":\"a@b\",\"role\":\"owner\",\"password\":\"short\"}",
            "{\"email\":\"a@b\",\"role\":\"owner\",\"more\":1}",
            "{\"email\":7,\"role\":\"owner\"}",
            "[]",
            "{")) {
      var answer = API.command("POST", OPERATORS, body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(text(answer, "message")).isNotBlank();
    }
  }
}
