package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.operations.backup.Backups;
import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pages in a real browser: signed in by the form, and readable on a narrow screen.
@Tag("nightly")
class ConsoleInChromiumTest {
  private static final int NARROW = 320;

  @Test
  void everyPageFitsANarrowScreenAndLooksAsTheStyleSheetSays() {
    var server = TestServer.shared();
    Tries.forget(server);
    var email = "a-rather-long-name-" + UUID.randomUUID() + "@example.org";
    var account = new OperatorApi(server).account(email, "owner");
    try (var chromium = Chromium.start()) {
      chromium.narrow(NARROW);
      chromium.open(server.url() + "/console/sign-in");
      chromium.awaitAddress(server.url() + "/console/sign-in");
      fill(chromium, "email", email);
      fill(chromium, "password", OperatorApi.PASSWORD);
      fill(chromium, "code", account.code(0));
      chromium.press("main form button");
      Await.until(
          "signed in",
          Duration.ofSeconds(20),
          () -> chromium.evaluate("location.pathname").equals("/console"));
      for (var page : PageChecks.pages()) {
        var address = server.url() + "/console" + page;
        chromium.open(address);
        chromium.awaitAddress(address);
        assertThat(chromium.evaluate("location.pathname")).isEqualTo("/console" + page);
        assertThat(Integer.parseInt(chromium.evaluate("document.documentElement.scrollWidth")))
            .as(page)
            .isLessThanOrEqualTo(NARROW);
        assertThat(chromium.evaluate("document.styleSheets.length")).as(page).isEqualTo("1");
        assertThat(chromium.evaluate("getComputedStyle(document.querySelector('.menu')).display"))
            .as(page)
            .isEqualTo("block");
      }
    }
  }

  @Test
  void aRehearsalUnderWayIsShownAsItGoesOnWithoutAnybodyLoadingThePage() {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.backup.to", TestServer.newFolder().toString());
    settings.put("stabbur.backup.prove-every", "0s");
    try (var server = TestServer.start(settings);
        var chromium = Chromium.start()) {
      var _ = server.bean(Backups.class).make(server.project());
      var _ = AccessibilityTest.signIn(chromium, server);
      AccessibilityTest.open(chromium, server, "/backups");
      chromium.press("form[action$=\"/backups/default/rehearse\"] button");
      Await.until(
          "it is rehearsed",
          Duration.ofMinutes(2),
          () ->
              chromium
                  .evaluate("document.querySelector('main').textContent")
                  .contains("The rehearsal succeeded at"));
      assertThat(chromium.evaluate("!!document.querySelector('form[action$=\"/rehearse\"]')"))
          .as("what can be done next is there too")
          .isEqualTo("true");
      assertThat(chromium.errors()).isEmpty();
    }
  }

  private static void fill(Chromium chromium, String field, String text) {
    var _ = chromium.evaluate("document.getElementById('%s').value = '%s'".formatted(field, text));
  }
}
