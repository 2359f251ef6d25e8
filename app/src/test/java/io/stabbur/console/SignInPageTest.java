package io.stabbur.console;

import static io.stabbur.control.OperatorApi.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.Role;
import io.stabbur.platform.crypto.Totp;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// From the invitation to the second factor, and out again.
class SignInPageTest {
  private static final TestServer SERVER = TestServer.shared();

  @BeforeEach
  void forgetTries() {
    Tries.forget(SERVER);
  }

  private static String fresh(String name) {
    return name + "-" + UUID.randomUUID().toString().substring(0, 8) + "@example.org";
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Test
  void anInvitedOperatorSetsAPasswordSetsUpTheAppAndIsIn() {
    var email = fresh("whole");
    var made = SERVER.bean(OperatorDesk.class).create(email, Role.OPERATOR, null);
    var browser = new Browser(SERVER);
    var page = browser.get("/invitation?code=" + made.invitation());
    assertThat(page.body())
        .contains("value=\"" + made.invitation() + "\"", "readonly value=\"" + email + "\"")
        .doesNotContain("name=\"email\"");
    PageChecks.requireSound("invitation", page);

    var form = Map.of("code", String.valueOf(made.invitation()), "email", "");
    assertThat(browser.post("/invitation", with(form, "password", "short")).statusCode())
        .isEqualTo(400);
    var set = browser.post("/invitation", with(form, "password", PASSWORD));
    assertThat(location(set)).isEqualTo("/console/sign-in?done=password-set");
    assertThat(browser.post("/invitation", with(form, "password", PASSWORD)).statusCode())
        .isEqualTo(403);
    var used = browser.get("/invitation?code=" + made.invitation());
    assertThat(used.statusCode()).isEqualTo(403);
    assertThat(used.body()).contains("This invitation no longer works").doesNotContain(email);

    browser.get("/sign-in");
    var begun = browser.post("/sign-in", Map.of("email", email, "password", PASSWORD));
    assertThat(location(begun)).isEqualTo("/console");
    assertThat(location(browser.get(""))).isEqualTo("/console/second-factor");
    browser.get("/second-factor");
    var shown = browser.post("/second-factor", Map.of());
    PageChecks.requireSound("second factor", shown);
    var secret = Pattern.compile("class=\"secret\">([A-Z2-7]+)<").matcher(shown.body());
    assertThat(secret.find()).isTrue();
    var wrong = browser.post("/second-factor/confirm", Map.of("code", "000000"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("name=\"code\"").doesNotContain(secret.group(1));
    var code = Totp.of(secret.group(1)).code(Instant.now());
    assertThat(location(browser.post("/second-factor/confirm", Map.of("code", code))))
        .isEqualTo("/console?done=second-factor");
    assertThat(browser.get("").statusCode()).isEqualTo(200);
    assertThat(browser.post("/second-factor", Map.of()).statusCode()).isEqualTo(400);
  }

  @Test
  void anInvitationIsAcceptedWhereAnotherIsSignedInOnTheSameMachine() {
    var email = fresh("same");
    var made = SERVER.bean(OperatorDesk.class).create(email, Role.AUDITOR, null);
    var other = Browser.of(SERVER, "auditor");
    other.get("/invitation?code=" + made.invitation());
    var form = Map.of("code", String.valueOf(made.invitation()), "password", PASSWORD);
    assertThat(location(other.post("/invitation", form)))
        .isEqualTo("/console/sign-in?done=password-set");
    assertThat(new OperatorApi(SERVER).signIn(email, PASSWORD, "").statusCode()).isEqualTo(200);
  }

  private static Map<String, String> with(Map<String, String> form, String name, String value) {
    var all = new java.util.HashMap<>(form);
    all.put(name, value);
    return all;
  }

  @Test
  void wrongPasswordsAndCodesAreToldAlikeAndNothingBegins() {
    var email = fresh("wrong");
    var account = new OperatorApi(SERVER).account(email, "owner");
    var browser = new Browser(SERVER);
    browser.get("/sign-in");
    var texts = new java.util.HashSet<String>();
    for (var form :
        List.of(
            Map.of("email", email, "password", "wrong", "code", account.code(0)),
            Map.of("email", email, "password", PASSWORD, "code", "000000"),
            Map.of("email", fresh("nobody"), "password", PASSWORD, "code", ""))) {
      var answer = browser.post("/sign-in", form);
      assertThat(answer.statusCode()).isEqualTo(401);
      texts.add(answer.body().replaceAll("value=\"[^\"]*\"", ""));
      assertThat(answer.body()).doesNotContain(PASSWORD);
    }
    assertThat(texts).hasSize(1);
    assertThat(browser.cookies()).doesNotContainKey("stabbur_session");
    var needed = browser.post("/sign-in", Map.of("email", email, "password", PASSWORD));
    assertThat(needed.statusCode()).isEqualTo(401);
    assertThat(needed.body()).contains("The password is right", "value=\"" + email + "\"");
  }

  @Test
  void tooManyTriesAreTold() {
    var browser = new Browser(SERVER);
    browser.get("/sign-in");
    for (int i = 0; i < 10; i++) {
      browser.post("/sign-in", Map.of("email", fresh("crowd"), "password", "wrong"));
    }
    var answer = browser.post("/sign-in", Map.of("email", fresh("crowd"), "password", "wrong"));
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).contains("Wait a quarter of an hour");
  }

  @Test
  void theCookieIsStrictAndNewAndNoPageOfAnotherGetsThere() {
    var email = fresh("cookie");
    var account = new OperatorApi(SERVER).account(email, "auditor");
    var browser = new Browser(SERVER);
    browser.cookies().put("stabbur_session", "planted");
    browser.get("/sign-in?next=//evil.example");
    var answer =
        browser.post(
            "/sign-in",
            Map.of(
                "email",
                email,
                "password",
                PASSWORD,
                "code",
                account.code(0),
                "next",
                "//evil.example"));
    assertThat(location(answer)).isEqualTo("/console");
    assertThat(
            String.join("\n", answer.headers().allValues("Set-Cookie"))
                .toLowerCase(java.util.Locale.ROOT))
        .contains("stabbur_session=", "httponly", "samesite=strict");
    assertThat(browser.cookies().get("stabbur_session")).isNotEqualTo("planted");
  }

  @Test
  void signingOutEndsTheSessionAndNotOnlyTheCookie() {
    var browser = Browser.of(SERVER, "auditor");
    var kept = browser.cookies().get("stabbur_session");
    assertThat(location(browser.post("/sign-out", Map.of())))
        .isEqualTo("/console/sign-in?done=signed-out");
    assertThat(browser.cookies()).doesNotContainKey("stabbur_session");
    browser.cookies().put("stabbur_session", kept);
    assertThat(browser.get("").statusCode()).isEqualTo(303);
  }

  @Test
  void aTokenOfAnotherSessionOpensNothing() {
    var mine = Browser.of(SERVER, "owner");
    var other = Browser.of(SERVER, "owner");
    var token = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"").matcher(other.get("").body());
    assertThat(token.find()).isTrue();
    assertThat(mine.post("/sign-out", Map.of("csrf", token.group(1))).statusCode()).isEqualTo(403);
    assertThat(mine.get("").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsWrittenIntoTheFormsIsShownAsText() {
    var browser = new Browser(SERVER);
    browser.get("/sign-in");
    var script = "\"><script>alert(1)</script>";
    var answer = browser.post("/sign-in", Map.of("email", script, "password", "x", "next", script));
    assertThat(answer.body()).doesNotContain("<script").contains("&#34;>&lt;script");
    assertThat(browser.get("/invitation?code=%22%3E%3Cscript%3E").body()).doesNotContain("<script");
  }
}
