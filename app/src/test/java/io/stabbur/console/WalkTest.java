package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.Language;
import io.stabbur.console.page.PageChecks;
import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every page in a real browser: as each role, in both languages, light and dark, at 1280 pixels
/// and enlarged four times, of a new server, of a full one, and of one whose database is dead (of
/// the pages whose address begins with one of `-Dwalk.pages=/expert/users,/backups` alone).
/// axe-core finds nothing, the browser's console has no error, titles are unique, no page is wider
/// than the window, and all words are of the page's language.
@Tag("nightly")
class WalkTest {
  private static final int DESK = 1280;
  private static final List<String> BEGINNINGS =
      List.of(System.getProperty("walk.pages", "").split(",", -1));
  private static final List<String> ROLES = List.of("owner", "operator", "auditor");

  /// Texts that are seen, each on a line: not those of programs, nor of another language.
  private static final String TEXTS =
      """
      (() => {
        const apart = 'code, pre, textarea, script, .who, body [lang], time, tbody th, option';
        const texts = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          if (!walker.currentNode.parentElement.closest(apart)) {
            texts.push(walker.currentNode.textContent);
          }
        }
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-name']) {
          document.querySelectorAll('[' + name + ']').forEach(each => texts.push(each.getAttribute(name)));
        }
        return texts.map(each => each.replace(/\\s+/g, ' ').trim()).filter(each => each).join('\\n');
      })()\
      """;

  private static String axe = "";
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void readAxe() throws IOException {
    axe = Node.axe();
  }

  /// Browsers in which somebody of each role is signed in.
  private record Visitors(Map<String, Chromium> byRole) implements AutoCloseable {
    static Visitors of(TestServer server) {
      var byRole = new LinkedHashMap<String, Chromium>();
      for (var role : ROLES) {
        var chromium = Chromium.start();
        byRole.put(role, chromium);
        chromium.widen(DESK);
        chromium.lighten();
        var _ = AccessibilityTest.signIn(chromium, server, role);
      }
      return new Visitors(byRole);
    }

    @Override
    public void close() {
      byRole.values().forEach(Chromium::close);
    }
  }

  @Test
  void aNewServer() {
    try (var server = TestServer.start(Map.of());
        var visitors = Visitors.of(server)) {
      walk(server, visitors, List.of());
    }
  }

  @Test
  void aFullServer() {
    try (var server = TestServer.start(Screenshots.settings())) {
      Screenshots.fill(server);
      var more = Screenshots.people(server);
      try (var visitors = Visitors.of(server)) {
        walk(server, visitors, more);
      }
    }
  }

  @Test
  void aServerWhoseDatabaseIsDead() {
    try (var server = TestServer.start(Map.of("stabbur.operations.alerts.every", "1h"));
        var visitors = Visitors.of(server)) {
      var owner = Browser.of(server, "owner");
      try (var _ = ClosedDatabase.now(server, "postgres")) {
        Await.until(
            "the start page says it",
            Duration.ofSeconds(20),
            () -> owner.get("").body().contains("The database of the project default does not"));
        walk(server, visitors, List.of());
      }
    }
  }

  /// Of all pages there is the one that says so.
  @Test
  void aServerWhoseControlDatabaseIsDead() {
    try (var server = TestServer.start(Map.of());
        var chromium = Chromium.start()) {
      chromium.widen(DESK);
      chromium.lighten();
      var _ = AccessibilityTest.signIn(chromium, server);
      for (var language : Language.values()) {
        speak(chromium, server, language);
        try (var _ = ClosedDatabase.now(server, "stabbur_control")) {
          AccessibilityTest.open(chromium, server, "/alerts");
          assertThat(chromium.errors()).allMatch(each -> each.contains("503"));
          look(chromium, language, language.tag() + " /alerts");
        }
      }
      assertThat(faults).isEmpty();
    }
  }

  /// All roles walk at the same time, each in a browser of its own.
  private void walk(TestServer server, Visitors visitors, List<String> more) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var walks =
          visitors.byRole().entrySet().stream()
              .map(
                  visitor ->
                      CompletableFuture.runAsync(
                          () -> walk(visitor.getValue(), server, visitor.getKey(), more), threads))
              .toList();
      walks.forEach(CompletableFuture::join);
    }
    assertThat(faults).isEmpty();
  }

  private void walk(Chromium chromium, TestServer server, String role, List<String> more) {
    var pages =
        Stream.concat(PageChecks.pages(role).stream(), more.stream())
            .filter(page -> !role.equals("auditor") || !page.startsWith("/expert"))
            .filter(page -> BEGINNINGS.stream().anyMatch(page::startsWith))
            .toList();
    for (var language : Language.values()) {
      speak(chromium, server, language);
      walk(chromium, server, role, language, pages);
    }
  }

  private void walk(
      Chromium chromium, TestServer server, String role, Language language, List<String> pages) {
    var titles = new HashMap<String, String>();
    for (var page : pages) {
      var what = role + " " + language.tag() + " " + page;
      AccessibilityTest.open(chromium, server, page);
      chromium.errors().forEach(error -> faults.add(what + ": the browser says " + error));
      var other = titles.put(chromium.evaluate("document.title"), page);
      require(what + ": has the title of " + other, other == null);
      look(chromium, language, what);
      if (!page.startsWith("/expert")) {
        PageChecks.engineers(chromium.run(TEXTS))
            .forEach(found -> faults.add(what + ": words of engineers in " + found));
      }
    }
  }

  /// Looks at the page that is open, light and dark, at both sizes; all rules of axe-core at each
  /// size, those about colours in the other light too.
  private void look(Chromium chromium, Language language, String what) {
    require(
        what + ": another language",
        chromium.evaluate("document.documentElement.lang").equals(language.tag()));
    chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)");
    PageChecks.foreign(language, chromium.run(TEXTS))
        .forEach(found -> faults.add(what + ": not translated: " + found));
    chromium.run(axe);
    requireFit(chromium, what + ", wide");
    requireNone(chromium, AccessibilityTest.FAULTS, what + ", wide, light");
    chromium.darken();
    requireNone(chromium, AccessibilityTest.COLOURS, what + ", wide, dark");
    chromium.enlarge();
    requireFit(chromium, what + ", enlarged");
    requireNone(chromium, AccessibilityTest.FAULTS, what + ", enlarged, dark");
    chromium.lighten();
    requireNone(chromium, AccessibilityTest.COLOURS, what + ", enlarged, light");
    chromium.widen(DESK);
  }

  private void requireNone(Chromium chromium, String rules, String what) {
    var found = chromium.run(rules);
    require(what + ": " + found, found.isEmpty());
  }

  private void requireFit(Chromium chromium, String what) {
    require(
        what + ": wider than the window",
        chromium
            .evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            .equals("true"));
  }

  private void require(String fault, boolean holds) {
    if (!holds) {
      faults.add(fault);
    }
  }

  private static void speak(Chromium chromium, TestServer server, Language language) {
    AccessibilityTest.open(chromium, server, "/account?language=" + language.tag());
  }
}
