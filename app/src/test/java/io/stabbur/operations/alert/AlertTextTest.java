package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.alert.Alert.State;
import io.stabbur.operations.alert.AlertRule.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Alerts in words, for people.
class AlertTextTest {
  @Test
  void theWorstIsNamedFirst() {
    assertThat(subject(alert("SlowQueries", Severity.WARNING, State.FIRING, "north")))
        .isEqualTo("WARNING: SlowQueries (north)");
    assertThat(
            subject(
                alert("SlowQueries", Severity.WARNING, State.FIRING, "north"),
                alert("DatabaseDown", Severity.CRITICAL, State.FIRING, "south")))
        .isEqualTo("CRITICAL: DatabaseDown, SlowQueries");
  }

  @Test
  void ofManyTheFirstIsNamed() {
    assertThat(
            subject(
                alert("D", Severity.WARNING, State.FIRING, "north"),
                alert("B", Severity.WARNING, State.PENDING, "north"),
                alert("C", Severity.CRITICAL, State.FIRING, "north"),
                alert("A", Severity.WARNING, State.FIRING, "north"),
                alert("A", Severity.WARNING, State.FIRING, "north")))
        .isEqualTo("CRITICAL: C and 3 more (north)");
  }

  @Test
  void whatIsOverIsNamedOnlyWhereNothingElseIs() {
    var over = alert("DatabaseDown", Severity.CRITICAL, State.RESOLVED, "north");
    assertThat(subject(over)).isEqualTo("Resolved: DatabaseDown (north)");
    assertThat(subject(over, alert("Disk", Severity.WARNING, State.FIRING, "")))
        .isEqualTo("WARNING: Disk");
    assertThat(AlertText.headline(over)).isEqualTo("Resolved: DatabaseDown");
  }

  private static String subject(Alert... alerts) {
    return AlertText.subject(List.of(alerts));
  }

  private static Alert alert(String name, Severity severity, State state, String project) {
    return new Alert(
        1,
        name,
        name,
        severity,
        project.isEmpty() ? Map.of() : Map.of("project", project),
        "It is so.",
        1,
        state,
        Instant.EPOCH,
        Instant.EPOCH,
        null,
        "here",
        Instant.EPOCH);
  }
}
