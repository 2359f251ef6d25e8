package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.operations.alert.AlertDesk;
import io.stabbur.operations.alert.OpenAlert;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// An alert that fires for real, on the pages.
class AlertPageTest {
  private static final String SCRIPT = "<script>alert(1)</script>";
  private static TestServer server;

  @BeforeAll
  static void fire() {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.operations.metrics.every", "1s");
    settings.put("stabbur.operations.alerts.every", "1s");
    settings.put("stabbur.operations.advisor.every", "1s");
    settings.put("stabbur.operations.alerts.rules.advisor-error.lasting", "0s");
    server = TestServer.start(settings);
    sql("create table public.\"<script>alert(1)</script>\" (id int primary key)");
    Await.until("an alert fires", Duration.ofSeconds(40), () -> !open().isEmpty());
  }

  private static void sql(String sql) {
    TestPostgres.execute(server.project().admin().login(), sql);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static java.util.List<OpenAlert> open() {
    return server.bean(AlertDesk.class).open();
  }

  private static String path(OpenAlert alert) {
    return "/alerts/" + alert.name() + "/" + alert.fingerprint();
  }

  private static OpenAlert advisor() {
    return open().stream()
        .filter(alert -> alert.name().equals("AdvisorError"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anAlertIsToldWithWhatToDoAndSilencedWithAReasonUntilItIsEnded() {
    var operator = Browser.of(server, "operator");
    assertThat(operator.get("").body()).contains("is open that should be closed", "Something is");
    var page = operator.get("/alerts");
    PageChecks.requireSound("alerts", page);
    PageChecks.requirePlainWords("alerts", page.body());
    assertThat(page.body()).contains("Have your engineer close it today", "Nobody gets a message");

    var form = path(advisor()) + "/silence";
    var refused = operator.post(form, Map.of("reason", " ", "hours", "8"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("Write a reason", "#reason-" + advisor().fingerprint());
    assertThat(operator.post(form, Map.of("reason", "x", "hours", "9000")).statusCode())
        .isEqualTo(400);
    assertThat(advisor().quiet()).isEmpty();

    var reason = "known " + SCRIPT;
    assertThat(operator.post(form, Map.of("reason", reason, "hours", "8")).statusCode())
        .isEqualTo(303);
    var shown = Browser.of(server, "auditor").get("/alerts");
    assertThat(shown.body())
        .contains("Reason: known &lt;script&gt;")
        .doesNotContain("Tell of it again");
    PageChecks.requireSound("silenced", shown);
    assertThat(operator.get("").body()).doesNotContain("is open that should be closed");

    var silence = advisor().quiet().orElseThrow().id();
    assertThat(operator.post("/alerts/silences/" + silence + "/end", Map.of()).statusCode())
        .isEqualTo(303);
    assertThat(advisor().quiet()).isEmpty();
  }

  @Test
  void whatIsOverIsListed() {
    sql("create table public.open_for_a_moment (id int primary key)");
    Await.until("it fires", () -> open().size() > 1);
    sql("drop table public.open_for_a_moment");
    Await.until("it ends", () -> open().size() == 1);

    var page = Browser.of(server, "auditor").get("/alerts");

    PageChecks.requireSound("over", page);
    PageChecks.requirePlainWords("over", page.body());
    assertThat(page.body()).contains("<h2>Over now</h2>");
  }

  @Test
  void whatIsNoLongerThereIsSaid() {
    var operator = Browser.of(server, "operator");
    var over = operator.post("/alerts/DiskFull/0123/silence", Map.of("reason", "x", "hours", "1"));
    assertThat(over.headers().firstValue("Location")).hasValue("/console/alerts?done=alert-over");
    for (var id : new String[] {new UUID(0, 7).toString(), "no-id"}) {
      assertThat(operator.post("/alerts/silences/" + id + "/end", Map.of()).statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void theStepsForEngineersAreShownWithWhatTheServerSays() {
    var auditor = Browser.of(server, "auditor");
    assertThat(auditor.get("/alerts").body()).contains("/console/expert/runbooks/AdvisorError");
    var page = auditor.get("/expert/runbooks/AdvisorError");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<h2>Meaning</h2>", "&lt;script&gt;alert(1)");
    PageChecks.requireSound("runbook", page);
    for (var name : new String[] {"Nothing", "..%2F..%2Ftexts", "README.md"}) {
      assertThat(auditor.get("/expert/runbooks/" + name).statusCode()).as(name).isEqualTo(404);
    }
  }
}
