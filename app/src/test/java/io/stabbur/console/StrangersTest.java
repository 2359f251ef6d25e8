package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpMethod;
import io.stabbur.control.OperatorApi;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a project gives to its people and programs opens no page of operators, and a session begins
/// with the sign-in alone.
class StrangersTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);

  @BeforeAll
  static void forgetTries() {
    Tries.forget(SERVER);
  }

  /// Keys and tokens of the project, and a person's session in it.
  private static List<String> tokens() {
    var email = ProjectPeople.address("member");
    var _ = PEOPLE.account(email, "Member");
    var session = Json.parse(PEOPLE.signIn(email).body());
    var keys = SERVER.project().keys();
    return List.of(
        OperatorApi.text(session, "access_token"),
        OperatorApi.text(session, "refresh_token"),
        keys.serviceRoleKey().reveal(),
        keys.anonKey().reveal(),
        keys.secretKey().reveal());
  }

  @Test
  void keysAndTokensOfAProjectOpenNoPage() {
    for (var token : tokens()) {
      for (var headers :
          List.of(
              List.of("Authorization", "Bearer " + token),
              List.of("apikey", token, "Authorization", "Bearer " + token),
              List.of("Cookie", "stabbur_session=" + token),
              List.of("Cookie", "sb-access-token=" + token + "; sb-default-auth-token=" + token))) {
        for (var page : ConsoleRoutesTest.routes(HttpMethod.GET)) {
          if (ConsoleRoutesTest.OPEN.contains(page)) {
            continue;
          }
          var answer = Http.get(SERVER.url() + "/console" + page, headers.toArray(String[]::new));
          assertThat(answer.statusCode()).as(headers.getFirst() + " " + page).isIn(303, 401);
          assertThat(answer.body()).as(page).doesNotContain("<main");
        }
      }
    }
  }

  @Test
  void aTokenOfAnotherProjectsSessionSendsNoForm() {
    var token = tokens().getFirst();
    for (var form : ConsoleRoutesTest.routes(HttpMethod.POST)) {
      var headers =
          new ArrayList<>(
              List.of(
                  "Authorization",
                  "Bearer " + token,
                  "Cookie",
                  "stabbur_session=" + token + "; stabbur_form=" + "x".repeat(32),
                  "Content-Type",
                  "application/x-www-form-urlencoded"));
      var answer =
          Http.post(
              SERVER.url() + "/console" + form,
              "csrf=" + "x".repeat(32),
              headers.toArray(String[]::new));
      assertThat(answer.statusCode())
          .as(form)
          .isIn(ConsoleRoutesTest.OPEN.contains(form) ? List.of(400, 401, 403) : List.of(401, 403));
    }
  }

  @Test
  void aProgramsTokenSendsNoForm() {
    var program = new OperatorApi(SERVER).token(ProjectPeople.address("program"), "owner");
    for (var form : ConsoleRoutesTest.routes(HttpMethod.POST)) {
      var answer =
          Http.post(
              SERVER.url() + "/console" + form,
              "csrf=" + "x".repeat(32),
              "Authorization",
              "Bearer " + program,
              "Cookie",
              "stabbur_form=" + "x".repeat(32),
              "Content-Type",
              "application/x-www-form-urlencoded");
      assertThat(answer.statusCode()).as(form).isIn(400, 401, 403);
    }
  }

  @Test
  void everySignInBeginsANewSessionWithANewFormToken() {
    var browser = Browser.of(SERVER, "auditor");
    var session = browser.cookies().get("stabbur_session");
    var form = browser.cookies().get("stabbur_form");
    var second = Browser.of(SERVER, "auditor");
    assertThat(second.cookies().get("stabbur_session")).isNotEqualTo(session);
    var page = browser.get("/account").body();
    assertThat(page).contains("name=\"csrf\"");
    assertThat(page)
        .as("what the sign-in page had counts no more")
        .doesNotContain(String.valueOf(form));
    var planted = Map.of("csrf", String.valueOf(form));
    assertThat(browser.post("/sign-out", planted).statusCode()).isEqualTo(403);
    assertThat(browser.get("").statusCode()).as("the session goes on").isEqualTo(200);
  }

  @Test
  void noPageIsFramedOrReadFromElsewhere() {
    var owner = Browser.of(SERVER, "owner");
    var pages = new ArrayList<>(List.of("/sign-in", "/invitation", "/nowhere"));
    pages.addAll(ConsoleRoutesTest.routes(HttpMethod.GET));
    for (var page : pages) {
      if (page.endsWith(".css") || page.endsWith(".js") || page.endsWith(".svg")) {
        continue;
      }
      HttpResponse<String> answer = owner.get(page);
      var headers = answer.headers();
      assertThat(headers.firstValue("X-Frame-Options")).as(page).hasValue("DENY");
      assertThat(headers.firstValue("Cross-Origin-Resource-Policy"))
          .as(page)
          .hasValue("same-origin");
      assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
          .as(page)
          .contains("frame-ancestors 'none'");
      assertThat(headers.firstValue("Access-Control-Allow-Origin")).as(page).isEmpty();
      assertThat(headers.firstValue("Cache-Control")).as(page).hasValue("no-store");
    }
  }
}
