package io.stabbur.console;

import static io.stabbur.control.OperatorApi.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.testing.TestServer;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One's own password and programs.
class AccountPageTest {
  private static final TestServer SERVER = TestServer.shared();

  @BeforeEach
  void forgetTries() {
    Tries.forget(SERVER);
  }

  @Test
  void aProgramIsLetInShownOnceAndShutOut() {
    var auditor = Browser.of(SERVER, "auditor");
    var name = "watch <script>alert(1)</script>";
    assertThat(auditor.post("/account/programs", Map.of("name", name)).statusCode()).isEqualTo(400);
    var form = Map.of("name", name, "present", PASSWORD);
    assertThat(auditor.post("/account/programs", form).body())
        .as("an open session and a password")
        .contains("The code")
        .doesNotContain("sbo_");
    var made =
        auditor.post(
            "/account/programs", Map.of("name", name, "present", PASSWORD, "code", auditor.code()));
    PageChecks.requireSound("made", made);
    var secret = Pattern.compile("sbo_[\\w-]+").matcher(made.body());
    assertThat(secret.find()).isTrue();
    var api = new OperatorApi(SERVER);
    assertThat(api.bearer(secret.group(), "GET", "/admin/v1/operators", null).statusCode())
        .isEqualTo(200);

    var page = auditor.get("/account");
    assertThat(page.body()).contains("watch &lt;script&gt;").doesNotContain(secret.group());
    PageChecks.requireSound("account", page);
    var end = Pattern.compile("/console(/account/programs/[\\w-]+/end)").matcher(page.body());
    assertThat(end.find()).isTrue();
    var other = Browser.of(SERVER, "owner");
    assertThat(other.post(end.group(1), Map.of()).statusCode()).as("of another").isEqualTo(404);
    assertThat(auditor.post(end.group(1), Map.of()).statusCode()).isEqualTo(303);
    assertThat(api.bearer(secret.group(), "GET", "/admin/v1/operators", null).statusCode())
        .isEqualTo(401);
    assertThat(auditor.post("/account/programs/no-id/end", Map.of()).statusCode()).isEqualTo(404);
    assertThat(auditor.post("/account/programs", Map.of("name", " ")).statusCode()).isEqualTo(400);
  }

  @Test
  void anotherPasswordEndsTheSessionAndAWrongOneChangesNothing() {
    var auditor = Browser.of(SERVER, "auditor");
    var wanted = "another password " + UUID.randomUUID();
    var wrong = Map.of("current", "not this one", "password", wanted);
    assertThat(auditor.post("/account/password", wrong).statusCode()).isEqualTo(400);
    var weak = auditor.post("/account/password", Map.of("current", PASSWORD, "password", "short"));
    assertThat(weak.statusCode()).isEqualTo(400);
    assertThat(weak.body()).contains("12 to 256 characters");
    assertThat(auditor.get("").statusCode()).isEqualTo(200);

    var kept = auditor.cookies().get("stabbur_session");
    var changed =
        auditor.post("/account/password", Map.of("current", PASSWORD, "password", wanted));
    assertThat(changed.headers().firstValue("Location"))
        .hasValue("/console/sign-in?done=password-set");
    auditor.cookies().put("stabbur_session", kept);
    assertThat(auditor.get("").statusCode()).isEqualTo(303);
  }
}
