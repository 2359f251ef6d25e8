package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.testing.TestServer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The server's own log is read on a page, as it is written.
class ServerLogPageTest {
  private static final TestServer SERVER = TestServer.shared();

  private static long looks(Browser reader) {
    return SERVER.bean(OperatorDesk.class).log(reader.email(), 100).stream()
        .filter(entry -> entry.action().startsWith("Log (read)\n"))
        .count();
  }

  private static final Pattern LIVE = Pattern.compile("data-live=\"/console([^\"]+)\"");

  @Test
  void linesAreShownByLevelAndLoggerWithoutSecrets() {
    var mark = ProjectPeople.fresh("mark");
    var logger = LoggerFactory.getLogger("io.stabbur." + mark);
    logger.info("{} quiet", mark);
    logger.warn("{} loud <b> of kari@people.example with Bearer abcdefghijkl", mark);
    logger.error(
        "{} at postgres://owner:hunter2@db.example/x and sb_secret_abc123", mark, new Exception());
    LoggerFactory.getLogger("access").info("{} path=/", mark);
    var operator = Browser.of(SERVER, "operator");
    var all = operator.get("/expert/log?logger=" + mark);
    PageChecks.requireSound("log", all);
    assertThat(all.body())
        .contains(mark + " quiet", mark + " loud &lt;b&gt; of ***@people.example with Bearer ***")
        .contains("postgres://owner:***@db.example/x and ***", "java.lang.Exception")
        .doesNotContain("hunter2", "abc123", "abcdefghijkl", "kari", "path=/");
    assertThat(operator.get("/activity?who=" + operator.email()).body())
        .contains("Looked at the server’s own log:", "loggers with “" + mark + "”");
    assertThat(Browser.of(SERVER, "auditor").get("/activity?who=" + operator.email()).body())
        .contains("Looked at the server’s own log:")
        .doesNotContain(mark);
    assertThat(operator.get("/expert/log?level=WARN&logger=" + mark).body())
        .contains(mark + " loud")
        .doesNotContain(mark + " quiet");
    assertThat(operator.get("/expert/log?level=nothing&logger=no_such_logger").body())
        .contains("No line of the log fits");
  }

  @Test
  void newLinesAreToldAsTheyAreWritten() throws Exception {
    var mark = ProjectPeople.fresh("live");
    var operator = Browser.of(SERVER, "operator");
    var page = operator.get("/expert/log?logger=" + mark).body();
    var found = LIVE.matcher(page);
    assertThat(found.find()).isTrue();
    var live = found.group(1).replace("&amp;", "&");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var told = threads.submit(() -> operator.get(live));
      LoggerFactory.getLogger("other").warn("not {}", mark);
      LoggerFactory.getLogger("io.stabbur." + mark).warn("said <script>");
      var event = told.get();
      assertThat(event.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(event.body())
          .startsWith("id: ")
          .contains("\"message\":\"said <script>\"", "\"logger\":\"io.stabbur." + mark)
          .doesNotContain("not " + mark);
    }
    assertThat(looks(operator)).as("lines that come are a part of the look").isEqualTo(1);
    var other = Browser.of(SERVER, "operator");
    other.get(live.replaceFirst("after=\\d+", "after=0"));
    other.get(live.replaceFirst("after=\\d+", "after=0"));
    assertThat(looks(other)).as("who follows the log without its page").isEqualTo(1);
    long before = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().minusSeconds(3_600));
    assertThat(operator.get(live.replaceFirst("after=\\d+", "after=" + before)).body())
        .as("a page of a process that was started an hour ago and has ended")
        .contains("\"message\":\"said <script>\"");
    var auditor = Browser.of(SERVER, "auditor");
    for (var address : new String[] {"/expert/log", live, "/expert/realtime/live"}) {
      assertThat(auditor.get(address).statusCode()).as(address).isEqualTo(403);
    }
  }
}
