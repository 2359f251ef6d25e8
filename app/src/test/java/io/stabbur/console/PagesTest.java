package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What holds for every page: for each role, in both languages.
class PagesTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final int LARGEST = 150_000;

  @BeforeAll
  static void forgetTries() {
    Tries.forget(SERVER);
  }

  @Test
  void everyRoleReadsEveryPageInBothLanguages() {
    // a server of its own: on the shared one other tests have named things after technical terms
    try (var own = TestServer.start(Map.of())) {
      for (var role : List.of("owner", "operator", "auditor")) {
        readEveryPage(role, Browser.of(own, role));
      }
    }
  }

  private static void readEveryPage(String role, Browser browser) {
    for (var language : List.of("nb", "en")) {
      browser.reading(language);
      var titles = new HashSet<String>();
      for (var page : PageChecks.pages(role)) {
        var name = role + " " + language + " " + page;
        var answer = browser.get(page);
        assertThat(answer.statusCode()).as(name).isEqualTo(200);
        assertThat(answer.body()).as(name).contains("<html lang=\"" + language + "\">");
        assertThat(titles.add(PageChecks.title(answer.body()))).as(name).isTrue();
        PageChecks.requireSound(name, answer);
        assertThat(answer.body().getBytes(StandardCharsets.UTF_8).length + css())
            .as(name)
            .isLessThan(LARGEST);
        if (!page.startsWith("/expert")) {
          PageChecks.requirePlainWords(name, answer.body());
        }
      }
    }
  }

  private static int css() {
    return new Browser(SERVER).get("/console.css").body().length();
  }

  @Test
  void anAuditorSeesNoFormButThoseOfTheOwnAccount() {
    var auditor = Browser.of(SERVER, "auditor");
    for (var page : PageChecks.pages("auditor")) {
      PageChecks.requireNoForms(page, auditor.get(page).body());
    }
  }

  @Test
  void theLanguageIsTheBrowsersUntilItIsChosenAndThenRemembered() {
    var browser = new Browser(SERVER).reading("nn-NO, en;q=0.5");
    assertThat(browser.get("/sign-in").body()).contains("lang=\"nb\"", "Logg inn");
    assertThat(browser.get("/sign-in?language=en").body()).contains("Sign in");
    assertThat(browser.get("/sign-in").body()).contains("<html lang=\"en\">");
    assertThat(new Browser(SERVER).reading("de, fr").get("/sign-in").body())
        .contains("<html lang=\"en\">");
    assertThat(new Browser(SERVER).reading("%%;q=x").get("/sign-in").statusCode()).isEqualTo(200);
    assertThat(new Browser(SERVER).get("/sign-in?language=%22%3E%3Cscript%3E").body())
        .doesNotContain("<script");
  }

  @Test
  void whatIsNotThereIsToldAsAPage() {
    var answer = Browser.of(SERVER, "auditor").get("/nowhere/%3Cscript%3E");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("There is no such page").doesNotContain("<script>");
    PageChecks.requireSound("missing", answer);
  }

  @Test
  void aParameterThatNamesNoMessageShowsNone() {
    var auditor = Browser.of(SERVER, "auditor");
    assertThat(auditor.get("?done=second-factor").body()).contains("The app is set up");
    assertThat(auditor.get("?done=%3Cb%3Ehello").body()).doesNotContain("hello");
  }
}
