package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.project.ProjectDesk;
import io.stabbur.project.Projects;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Projects added, suspended, resumed and removed on the page.
class ProjectPageTest {
  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Test
  void aProjectIsAddedSuspendedResumedAndRemovedByItsNameAlone() {
    try (var server = TestServer.start(Map.of())) {
      var operator = Browser.of(server, "operator");
      var desk = server.bean(ProjectDesk.class);
      var script = Map.of("name", "<script>x", "hosts", "<script>y");
      var refused = operator.post("/projects", script);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body())
          .contains(
              "The name must have 2 to 40 small letters",
              "aria-describedby=\"name-hint name-wrong\"",
              "&lt;script>x");
      PageChecks.requireSound("refused", refused);

      var form = Map.of("name", "korps", "hosts", "korps.example.org");
      assertThat(location(operator.post("/projects", form))).endsWith("?done=project-added");
      var twice = operator.reading("nb").post("/projects", form);
      assertThat(twice.statusCode()).isEqualTo(400);
      assertThat(twice.body())
          .contains("Det finnes allerede et prosjekt med dette navnet", "id=\"name-wrong\"")
          .doesNotContain("There is a project");
      operator.reading("en");
      for (var host :
          Map.of("korps.example.org", "has this address", "a b", "Write an address").entrySet()) {
        var other = operator.post("/projects", Map.of("name", "other", "hosts", host.getKey()));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains(host.getValue(), "id=\"hosts-wrong\"");
      }
      var page = operator.get("/projects");
      assertThat(page.body()).contains("korps.example.org").doesNotContain("/remove");
      PageChecks.requireSound("projects", page);

      assertThat(location(operator.post("/projects/korps/suspend", Map.of())))
          .endsWith("?done=project-suspended");
      assertThat(desk.find("korps").suspended()).isTrue();
      assertThat(operator.get("").body()).contains("Suspended");
      assertThat(location(operator.post("/projects/korps/resume", Map.of())))
          .endsWith("?done=project-resumed");
      assertThat(desk.find("korps").suspended()).isFalse();

      assertThat(operator.post("/projects/korps/remove", Map.of("confirm", "korps")).statusCode())
          .isEqualTo(403);
      var owner = Browser.of(server, "owner");
      var unsure = owner.post("/projects/korps/remove", Map.of("confirm", "Korps"));
      assertThat(unsure.statusCode()).isEqualTo(400);
      assertThat(unsure.body()).contains("Nothing was removed");
      assertThat(location(owner.post("/projects/korps/remove", Map.of("confirm", "korps"))))
          .endsWith("?done=project-removed");
      assertThat(desk.list()).isEmpty();
      var _ = desk.add("korps", Map.of("hosts", "korps.example.org"), false);
      assertThat(
              TestPostgres.value(
                  server.bean(Projects.class).awake("korps").orElseThrow().admin().login(),
                  "select count(*)::text from stabbur.recovery_points where name like 'before the"
                      + " project%'"))
          .as("its data was kept, and the moment of the removal is named in it")
          .isEqualTo("1");
      desk.remove("korps");
      for (var act : new String[] {"suspend", "resume", "remove"}) {
        assertThat(owner.post("/projects/korps/" + act, Map.of()).statusCode()).isEqualTo(404);
      }
    }
  }
}
