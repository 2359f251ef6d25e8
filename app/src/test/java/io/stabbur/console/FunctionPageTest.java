package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.OperatorLogEntry;
import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The log of a function on its page: as it is written, and when the page is loaded anew.
class FunctionPageTest {
  static final String SCRIPT = "</code><img src=x onerror=alert(1)><script>alert(2)</script>";
  private static TestServer server;
  private static ProjectPeople people;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    people = new ProjectPeople(server);
    deploy(people, "hello");
    write("first line");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// Writes down a function as a deployment does; nothing runs.
  static void deploy(ProjectPeople people, String slug) {
    people.run(
        "insert into stabbur.functions (slug, name, verify_jwt, active_version, last_version)"
            + " values (?, ?, true, 2, 2)",
        slug,
        SCRIPT);
    people.run(
        """
        insert into stabbur.function_versions (slug, version, entrypoint, files, sha256, deno_version, bundle_key, bundle_bytes, cache_key, cache_bytes)
        select ?, n, ?, '[]', repeat('a', 64), '2.0', 'none', 0, 'none', 0 from generate_series(1, 2) n\
        """,
        slug,
        SCRIPT);
  }

  private static void write(String message) {
    people.run(
        "insert into stabbur.function_logs (at, function, version, level, message) values (now(),"
            + " 'hello', '2', 'info', ?)",
        message);
  }

  private static Browser operator() {
    var operator = Browser.of(server, "operator");
    Await.until(
        "the function is known",
        Duration.ofSeconds(40),
        () -> operator.get("/expert/functions/hello").statusCode() == 200);
    return operator;
  }

  @Test
  void theLogIsShownWhenThePageIsLoadedAnew() {
    var operator = operator();
    var page = operator.get("/expert/functions/hello");
    assertThat(page.body()).contains("first line", "load the page anew");
    PageChecks.requireSoundLive("function", page);
    write("second " + SCRIPT);
    var again = operator.get("/expert/functions/hello");
    assertThat(again.body()).contains("second &lt;/code&gt;&lt;img").doesNotContain("<img");
    PageChecks.requireSoundLive("function", again);
    assertThat(again.headers().firstValue("Content-Security-Policy"))
        .isNotEqualTo(page.headers().firstValue("Content-Security-Policy"));
    assertThat(operator.get("/expert/functions/hello?text=first").body())
        .contains("first line")
        .doesNotContain("data-live=");
    assertThat(operator.get("/expert/functions/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void newLinesComeAsEventsToOperatorsAlone() {
    var operator = operator();
    var live =
        Pattern.compile("data-live=\"/console([^\"]+)\"")
            .matcher(operator.get("/expert/functions/hello").body());
    assertThat(live.find()).isTrue();
    var address = live.group(1).replace("&amp;", "&");
    var message = ProjectPeople.fresh("written");
    var _ = Thread.ofVirtual().start(() -> write(message));
    var event = operator.get(address);
    assertThat(event.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(event.body()).contains(message, "retry: ").containsPattern("(?m)^id: \\d+$");
    assertThat(operator.get("/expert/functions/nothing/live").statusCode()).isEqualTo(404);
    assertThat(Browser.of(server, "auditor").get(address).statusCode()).isEqualTo(403);
    assertThat(Http.get(server.url() + "/console" + address).statusCode()).isEqualTo(303);
  }

  @Test
  void looksAtTheLogAreWrittenDown() {
    var reader = operator();
    reader.get("/expert/functions/hello?text=kari");
    var log = server.bean(OperatorDesk.class).log(reader.email(), 100);
    assertThat(log)
        .extracting(OperatorLogEntry::action)
        .contains("Log (read) in default / hello", "Log (read) in default / hello\nkari");
    assertThat(reader.get("/activity?who=" + reader.email()).body())
        .contains("Looked at the log of a program of the project default:", "kari");
    assertThat(Browser.of(server, "auditor").get("/activity?who=" + reader.email()).body())
        .contains("Looked at the log of a program of the project default:")
        .doesNotContain("kari");
    var follower = Browser.of(server, "operator");
    write("a line to follow");
    follower.get("/expert/functions/hello/live?after=0");
    follower.get("/expert/functions/hello/live?after=0");
    assertThat(server.bean(OperatorDesk.class).log(follower.email(), 100))
        .filteredOn(entry -> entry.action().equals("Log (read) in default / hello"))
        .hasSize(1);
  }

  @Test
  @Tag("nightly")
  void aBrowserShowsLinesAsTheyAreWrittenAsText() {
    var _ = operator();
    try (var chromium = Chromium.start()) {
      var _ = AccessibilityTest.signIn(chromium, server);
      AccessibilityTest.open(chromium, server, "/expert/functions/hello");
      for (int i = 0; i < 3; i++) {
        var message = ProjectPeople.fresh("live") + SCRIPT;
        write(message);
        Await.until(
            "it is shown",
            Duration.ofSeconds(20),
            () ->
                chromium
                    .run("document.querySelector('table[data-live] tbody').textContent")
                    .contains(message));
      }
      assertThat(chromium.run("String(document.querySelectorAll('table[data-live] img').length)"))
          .isEqualTo("0");
      assertThat(chromium.errors()).isEmpty();
    }
  }
}
