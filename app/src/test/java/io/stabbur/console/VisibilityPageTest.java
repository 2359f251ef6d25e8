package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The trial of who reaches what, on a page: tight, leaking, and with hostile names.
class VisibilityPageTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static void sql(TestServer server, String sql) {
    var admin = server.project().admin();
    var _ =
        admin.transaction(
            Actor.of(admin.login().user()), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }

  @Test
  @Tag("nightly")
  void theTrialIsBegunOnThePageAndItsResultIsKept() {
    try (var server = TestServer.start(Map.of())) {
      var operator = Browser.of(server, "operator");
      assertThat(operator.get("/visibility").body()).contains("Nobody has tried yet", "Try now");
      assertThat(operator.post("/visibility/default/try", Map.of()).statusCode()).isEqualTo(303);
      assertThat(
              operator.post("/visibility/default/try", Map.of()).headers().firstValue("Location"))
          .as("one at a time")
          .hasValue("/console/visibility?done=probe-busy");
      Await.until(
          "the result is there",
          LIMIT,
          () -> operator.get("/visibility").body().contains("Nobody gets at what is another"));
      var tight = operator.get("/visibility");
      PageChecks.requireSound("tight", tight);
      PageChecks.requirePlainWords("tight", tight.body());
      assertThat(tight.body())
          .contains("public.contacts", "No rule lets them in.", "Somebody not signed in")
          .doesNotContain("no policy holds", "What lets others in");

      sql(
          server,
          "create table public.\"<img src=x onerror=alert(1)>\" (organization_id uuid, note text)");
      sql(server, "grant select on public.\"<img src=x onerror=alert(1)>\" to authenticated, anon");
      operator.post("/visibility/default/try", Map.of());
      Await.until(
          "the leak is found",
          LIMIT,
          () -> operator.get("/visibility").body().contains("1 thing lets others in"));
      var leaking = operator.get("/visibility");
      PageChecks.requireSound("leaking", leaking);
      assertThat(leaking.body())
          .contains("&lt;img src=x onerror=alert(1)&gt;", "It has no rules at all")
          .doesNotContain("<img");
      var auditor = Browser.of(server, "auditor").reading("nb");
      var read = auditor.get("/visibility").body();
      assertThat(read).contains("1 ting slipper andre inn", "Det har ingen regler");
      PageChecks.requireNoForms("auditor", read);
      assertThat(auditor.get("/activity").body())
          .contains("Prøvde hvem som kan se hva i prosjektet default.");
    }
  }

  @Test
  void noTrialOfAProjectThatIsNotThere() {
    var operator = Browser.of(TestServer.shared(), "operator");
    assertThat(operator.post("/visibility/nobody/try", Map.of()).statusCode()).isEqualTo(404);
    assertThat(operator.get("/visibility?project=nobody").statusCode()).isEqualTo(404);
  }
}
