package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every page under axe-core, light and dark, wide and narrow, and by keyboard alone.
@Tag("nightly")
class AccessibilityTest {
  private static final int DESK = 1280;
  private static final int NARROW = 320;
  private static final int MOST_STOPS = 400;

  /// What axe-core finds on the page that is open.
  static final String FAULTS =
      faults("'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'", "tag");

  /// What of it depends on colours.
  static final String COLOURS = faults("'color-contrast', 'link-in-text-block'", "rule");

  /// Whether the element with the focus comes after the one before it, can be seen, and shows it.
  private static final String STOP =
      """
      (() => {
        const now = document.activeElement;
        if (now === document.body) return 'end';
        const before = window.stopBefore;
        window.stopBefore = now;
        const box = now.getBoundingClientRect();
        const style = getComputedStyle(now);
        const name = now.tagName + ' ' + (now.id || now.textContent.trim().slice(0, 30));
        if (before && !(before.compareDocumentPosition(now) & 4)) return 'back to ' + name;
        if (box.bottom < 0 || box.top > innerHeight) return 'out of sight: ' + name;
        if (style.outlineStyle === 'none') return 'no mark: ' + name;
        return 'ok';
      })()\
      """;

  private static String faults(String wanted, String kind) {
    return """
        axe.run(document, {resultTypes: ['violations'], runOnly: {type: '%s', values: [%s]}})
          .then(found => found.violations
            .map(each => each.id + ': ' + each.nodes.map(node => node.html).slice(0, 3).join(' ; '))
            .join('\\n'))\
        """
        .formatted(kind, wanted);
  }

  static OperatorApi.Account signIn(Chromium chromium, TestServer server) {
    return signIn(chromium, server, "owner");
  }

  static OperatorApi.Account signIn(Chromium chromium, TestServer server, String role) {
    Tries.forget(server);
    var account =
        new OperatorApi(server).account("kari-" + UUID.randomUUID() + "@example.org", role);
    chromium.open(server.url() + "/console/sign-in?language=en");
    chromium.awaitAddress(server.url() + "/console/sign-in");
    fill(chromium, "email", account.email());
    fill(chromium, "password", OperatorApi.PASSWORD);
    fill(chromium, "code", account.code(0));
    chromium.press("main form button");
    Await.until(
        "signed in",
        Duration.ofSeconds(20),
        () -> chromium.evaluate("location.pathname").equals("/console"));
    return account;
  }

  static void fill(Chromium chromium, String field, String text) {
    var _ = chromium.evaluate("document.getElementById('%s').value = '%s'".formatted(field, text));
  }

  static void open(Chromium chromium, TestServer server, String page) {
    chromium.open(server.url() + "/console" + page);
    chromium.awaitAddress(server.url() + "/console" + page);
  }

  @Test
  void axeFindsNothingOnAnyPage() throws IOException {
    var axe = Node.axe();
    var server = TestServer.shared();
    try (var chromium = Chromium.start()) {
      chromium.widen(DESK);
      var _ = signIn(chromium, server);
      open(chromium, server, "/style");
      chromium.run("document.querySelector('main').append(document.createElement('button'))");
      chromium.run(axe);
      assertThat(chromium.run(FAULTS)).as("what axe does find").contains("button-name");
      check(chromium, server, axe, "light ");
      chromium.darken();
      chromium.narrow(NARROW);
      check(chromium, server, axe, "dark, narrow ");
    }
  }

  @Test
  void axeFindsNothingOnPagesOfPeopleAndAfterAForm() throws IOException {
    var axe = Node.axe();
    try (var server = TestServer.start(Map.of());
        var chromium = Chromium.start()) {
      var account = signIn(chromium, server);
      var pages = Screenshots.people(server);
      for (int width : new int[] {DESK, NARROW}) {
        Screenshots.acts(
            chromium, server, account, width, name -> requireNone(chromium, axe, width + name));
        for (var page : pages) {
          open(chromium, server, page);
          requireNone(chromium, axe, width + page);
          assertThat(Integer.parseInt(chromium.evaluate("document.documentElement.scrollWidth")))
              .as(width + page)
              .isLessThanOrEqualTo(width);
        }
      }
    }
  }

  static void requireNone(Chromium chromium, String axe, String what) {
    chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)");
    chromium.run(axe);
    assertThat(chromium.run(FAULTS)).as(what).isEmpty();
  }

  private static void check(Chromium chromium, TestServer server, String axe, String how) {
    for (var page : PageChecks.pages()) {
      open(chromium, server, page);
      requireNone(chromium, axe, how + page);
    }
  }

  @Test
  void theTabulatorGoesThroughEveryPageInOrderAndIsSeen() {
    var server = TestServer.shared();
    try (var chromium = Chromium.start()) {
      chromium.widen(DESK);
      var _ = signIn(chromium, server);
      for (var page : PageChecks.pages()) {
        open(chromium, server, page);
        chromium.tabulate();
        assertThat(chromium.evaluate("document.activeElement.className"))
            .as(page)
            .isEqualTo("skip");
        int stops = 0;
        var stop = chromium.run(STOP);
        while (stop.equals("ok") && stops++ < MOST_STOPS) {
          chromium.tabulate();
          stop = chromium.run(STOP);
        }
        assertThat(stop).as(page).isIn("ok", "end", "back to A Skip to the content");
        assertThat(stops).as(page).isGreaterThan(10);
      }
    }
  }
}
