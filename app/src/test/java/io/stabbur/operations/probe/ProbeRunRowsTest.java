package io.stabbur.operations.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.control.project.ProjectDesk;
import io.stabbur.testing.TestServer;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProbeRunRowsTest {
  private static final Instant FIRST = Instant.parse("2026-11-01T10:00:00.123456Z");
  private static final Instant SECOND = FIRST.plusSeconds(600);

  @Test
  void oneThatWasTakenForDeadChangesNothingOfTheNext() {
    var rows = TestServer.shared().bean(ProbeRunRows.class);
    var project = "p" + UUID.randomUUID();
    assertThat(rows.begin(project, "a@example.org", FIRST, FIRST)).isEqualTo(1);
    assertThat(rows.beat(project, FIRST, FIRST.plusSeconds(1), 1, 9)).isEqualTo(1);
    assertThat(rows.begin(project, "b@example.org", SECOND, SECOND.minusSeconds(300))).isEqualTo(1);

    assertThat(rows.beat(project, FIRST, SECOND.plusSeconds(1), 2, 9)).isZero();
    assertThat(rows.end(project, FIRST, SECOND, "{}")).isZero();
    assertThat(rows.fail(project, FIRST, "too late")).isZero();
    var run = rows.findByProject(project).orElseThrow();
    assertThat(run.runs()).isTrue();
    assertThat(run.done()).isZero();
    assertThat(run.result()).isEmpty();

    assertThat(rows.end(project, SECOND, SECOND.plusSeconds(2), "{}")).isEqualTo(1);
    assertThat(rows.findByProject(project).orElseThrow().result()).isEqualTo("{}");
  }

  @Test
  void theResultGoesWithItsProject() {
    try (var server = TestServer.start(Map.of())) {
      var rows = server.bean(ProbeRunRows.class);
      var desk = server.bean(ProjectDesk.class);
      var settings = Map.of("hosts", "korps.example.org");
      var _ = rows.begin("korps", "a@example.org", FIRST, FIRST);
      var _ = desk.add("korps", settings, false);
      assertThat(rows.findByProject("korps")).as("of an earlier one").isEmpty();
      var _ = rows.begin("korps", "a@example.org", SECOND, SECOND);
      var _ = rows.begin("default", "a@example.org", SECOND, SECOND);
      desk.remove("korps");
      assertThat(rows.findByProject("korps")).isEmpty();
      assertThat(rows.findByProject("default")).isPresent();
    }
  }
}
