package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpMethod;
import io.micronaut.web.router.Router;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Every page and every form, by role: which the router has, none left out.
class ConsoleRoutesTest {
  private static final TestServer SERVER = TestServer.shared();

  /// What is open without a session.
  static final Set<String> OPEN =
      Set.of("/console.css", "/live.js", "/icon.svg", "/sign-in", "/invitation");

  /// What every operator may do, an auditor too.
  private static final Set<String> OWN =
      Set.of(
          "/sign-out",
          "/second-factor",
          "/second-factor/confirm",
          "/account/password",
          "/account/programs",
          "/account/programs/x/end");

  /// What only owners may do.
  private static final List<String> OWNERS =
      List.of(
          "/operators",
          "/projects/x/remove",
          "/backups/x/download",
          "/backups/x/copy",
          "/organizations/x/x/move");

  @BeforeAll
  static void forgetTries() {
    Tries.forget(SERVER);
  }

  static Set<String> routes(HttpMethod method) {
    var paths = new TreeSet<String>();
    SERVER
        .bean(Router.class)
        .uriRoutes()
        .filter(route -> route.getHttpMethod() == method)
        .map(route -> route.getUriMatchTemplate().toPathString())
        .filter(path -> path.equals("/console") || path.startsWith("/console/"))
        .map(path -> path.substring("/console".length()).replaceAll("\\{\\w+}", "x"))
        .forEach(paths::add);
    return paths;
  }

  @Test
  void noPageIsShownWithoutASession() {
    var pages = routes(HttpMethod.GET);
    assertThat(pages).contains("", "/style");
    for (var page : pages) {
      var answer = Http.get(SERVER.url() + "/console" + page);
      if (OPEN.contains(page)) {
        assertThat(answer.statusCode()).as(page).isEqualTo(200);
      } else {
        assertThat(answer.statusCode()).as(page).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location").orElse(""))
            .as(page)
            .startsWith("/console/sign-in");
      }
    }
  }

  @Test
  void noFormIsTakenWithoutASession() {
    for (var form : routes(HttpMethod.POST)) {
      var stranger = new Browser(SERVER);
      var answer = stranger.post(form, Map.of());
      assertThat(answer.statusCode()).as(form).isEqualTo(OPEN.contains(form) ? 403 : 401);
    }
  }

  @Test
  void noFormIsTakenWithoutTheTokenOfTheSession() {
    var owner = Browser.of(SERVER, "owner");
    for (var form : routes(HttpMethod.POST)) {
      owner.forgetToken();
      assertThat(owner.post(form, Map.of()).statusCode()).as(form).isEqualTo(403);
      assertThat(owner.post(form, Map.of("csrf", "x".repeat(32))).statusCode())
          .as(form)
          .isEqualTo(403);
      assertThat(owner.get("").statusCode()).as("the session is as it was").isEqualTo(200);
    }
  }

  @Test
  void anAuditorReadsEverythingButWhatIsOwnersAndChangesNothing() {
    var auditor = Browser.of(SERVER, "auditor");
    for (var form : routes(HttpMethod.POST)) {
      if (!OWN.contains(form) && !OPEN.contains(form)) {
        assertThat(auditor.post(form, Map.of()).statusCode()).as(form).isEqualTo(403);
      }
    }
  }

  @Test
  void anAuditorDoesNotOpenTheExpertPages() {
    var auditor = Browser.of(SERVER, "auditor");
    assertThat(auditor.get("").body()).doesNotContain("/console/expert\"");
    for (var page : routes(HttpMethod.GET)) {
      if (page.startsWith("/expert") && !page.startsWith("/expert/runbooks")) {
        assertThat(auditor.get(page).statusCode()).as(page).isEqualTo(403);
      }
    }
  }

  @Test
  void anOperatorDoesNotChangeOperators() {
    var operator = Browser.of(SERVER, "operator");
    for (var form : routes(HttpMethod.POST)) {
      if (OWNERS.stream().anyMatch(form::startsWith)) {
        assertThat(operator.post(form, Map.of()).statusCode()).as(form).isEqualTo(403);
      }
    }
  }

  @Test
  void aFormIsAFormAndNothingElse() {
    var owner = Browser.of(SERVER, "owner");
    var cookie = "stabbur_session=" + owner.cookies().get("stabbur_session");
    for (var form : routes(HttpMethod.POST)) {
      for (var type :
          List.of("text/plain", "application/json", "multipart/form-data; boundary=x")) {
        assertThat(
                Http.post(
                        SERVER.url() + "/console" + form,
                        "csrf=x",
                        "Cookie",
                        cookie,
                        "Content-Type",
                        type)
                    .statusCode())
            .as(form + " " + type)
            .isEqualTo(415);
      }
    }
  }
}
